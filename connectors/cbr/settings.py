"""Which currencies to read; naming them is what turns the source on."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from connectors.endpoint import Endpoint

ALL = "all"
_CODE = re.compile(r"[A-Z]{3}")


def _codes(given: object) -> object:
    """Read `USD, EUR` or `all`; the rouble itself has no rate and may not be named."""
    if not isinstance(given, str):
        return given
    words = tuple(dict.fromkeys(word for word in re.split(r"[\s,]+", given) if word))
    if [word.lower() for word in words] == [ALL]:
        return (ALL,)
    if not words or not all(map(_CODE.fullmatch, words)) or "RUB" in words:
        msg = "takes codes of foreign currencies such as USD,EUR,KZT, or the word all"
        raise ValueError(msg)
    return words


class Settings(BaseModel):
    """One reading of the bank's rates. There are no credentials: anybody may read them.

    Args:
        currencies: ISO 4217 codes, separated by commas, or the one word `all`.
        base_url: of the bank's site.
        first_day: nothing earlier is read, but for the days that its own rate may come from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    currencies: Annotated[tuple[str, ...], BeforeValidator(_codes)]
    base_url: Endpoint = "https://www.cbr.ru"
    first_day: date | None = None
