"""A record as the JSON text that an API sends, and back.

Fractions are exact both ways: `Decimal` in Python, a number with the same digits in the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

_DECIMAL_MARK = "\x02decimal:"
_MARKED_DECIMAL = re.compile(r'"\\u0002decimal:([^"]*)"')
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(payload: Mapping[str, Any]) -> str:
    """Write a record as JSON text: decimals as numbers, lone surrogates as escapes."""
    try:
        return _ENCODER.encode(payload).decode()
    except UnicodeEncodeError:
        # UTF-8 has no form for half a surrogate pair, PHP's json_encode escapes happily send one.
        text = json.dumps(payload, default=_marked, separators=(",", ":"))
        return _MARKED_DECIMAL.sub(r"\1", text)


def decode(text: str) -> dict[str, Any]:
    """Read a record back; fractions come as `Decimal`."""
    return json.loads(text, parse_float=Decimal)


def _marked(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{_DECIMAL_MARK}{value:f}"
    raise TypeError(type(value).__name__)
