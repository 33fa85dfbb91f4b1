"""The address of an API as a setting: checked before a secret is sent to it."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

_ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<host>[^/\s?#@]+)(?P<path>/[^\s?#]*)?")
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")


def _checked(given: str) -> str:
    found = _ADDRESS.fullmatch(given)
    if found is None:
        msg = "is no address; it looks like https://api.example.com"
        raise ValueError(msg)
    if found["scheme"] == "http" and not _LOOPBACK.fullmatch(found["host"]):
        msg = "has to begin with https://: secrets are sent there"
        raise ValueError(msg)
    return given.rstrip("/")


Endpoint = Annotated[str, AfterValidator(_checked)]
"""An https:// address without query or credentials; http:// is for this machine alone."""
