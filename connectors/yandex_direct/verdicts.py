"""What Yandex Direct's errors mean for the caller: its codes onto `errors.py`.

`{"error": {"request_id", "error_code", "error_string", "error_detail"}}` comes under HTTP 200, 400
and 500 (yandex.com/dev/direct/doc/en/concepts/errors-list). Its texts are never shown, because they
may quote the request; its number and the request's id are.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from connectors import json_stream
from connectors.errors import (
    ConnectorError,
    Deferred,
    RateLimited,
    Rejected,
    Retryable,
    Unauthorized,
    Unavailable,
)
from connectors.http import Answer

SOURCE_NAME = "yandex_direct"
METHOD = "reports"

QUEUE_IS_FULL = 9000
"""Five reports of this advertiser wait already."""

OF_ONE_ADVERTISER = frozenset({"54", "513", "8800"})
"""What an agency may be told of one of its clients while the others can be read."""

_POINTS_USED_UP = 152

_TOO_MANY_REQUESTS, _SERVER_FAILED = 429, 500
_SHORT_WAIT, _HOUR = 10.0, 3600.0
_REQUEST_ID = re.compile(r"[\w\-]{1,40}")

_KNOWN: Mapping[int, tuple[type[ConnectorError], str, float | None]] = {
    52: (Unavailable, "the OAuth server is busy", None),
    1000: (Unavailable, "Yandex Direct is not available", None),
    1001: (Unavailable, "Yandex Direct failed", None),
    1002: (Unavailable, "Yandex Direct failed", None),
    56: (RateLimited, "the limit of calls of this method is reached", _SHORT_WAIT),
    506: (RateLimited, "too many connections at once", _SHORT_WAIT),
    QUEUE_IS_FULL: (RateLimited, "the queue of reports is full", _SHORT_WAIT),
    _POINTS_USED_UP: (
        Deferred,
        "the advertiser's points are used up; they come back by the hour",
        None,
    ),
    53: (Unauthorized, "TOKEN is not valid: it has expired or was revoked", None),
    54: (Unauthorized, "the token's user has no right to this advertiser", None),
    58: (
        Unauthorized,
        "the application has no access to the API yet: apply for it in the settings of Direct",
        None,
    ),
    513: (Unauthorized, "the token's login is not connected to Direct", None),
    8800: (Unauthorized, "the token's user sees no advertiser named by CLIENT_LOGIN", None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error as Direct stated it.

    Args:
        code: its number; None where the answer was no error document.
        status: the HTTP status.
        request_id: Direct's id of the request.
    """

    code: int | None
    status: int
    request_id: str | None = None

    def as_error(self, method: str) -> ConnectorError:
        """Return the exception that says what to do."""
        if self.code is not None and self.code in _KNOWN:
            kind, said, wait = _KNOWN[self.code]
            if self.code == _POINTS_USED_UP:
                wait = _HOUR - time.time() % _HOUR
        elif self.status >= _SERVER_FAILED:
            kind, said, wait = Unavailable, f"Yandex Direct failed (HTTP {self.status})", None
        elif self.status == _TOO_MANY_REQUESTS:
            kind, said, wait = RateLimited, "too many requests", _SHORT_WAIT
        else:
            said, wait = f"Yandex Direct refused the request (HTTP {self.status})", None
            kind = Rejected
        where: dict[str, Any] = {
            "source": SOURCE_NAME,
            "method": method,
            "code": None if self.code is None else str(self.code),
            "request_id": self.request_id,
        }
        if issubclass(kind, Retryable):
            return kind(said, retry_after=wait, **where)
        return kind(said, **where)


def refusal(answer: Answer) -> Refusal:
    """Read an answer that is an error document, or no document at all."""
    found: list[object] = []
    with suppress(json_stream.NotJson):
        found += (error for _, error in json_stream.values(answer.chunks(), "error".__eq__))
    return as_refusal(next(iter(found), None), answer)


def as_refusal(error: object, answer: Answer) -> Refusal:
    """Read what stood under `error`, in any completeness."""
    document = cast("Mapping[str, Any]", error if isinstance(error, Mapping) else {})
    code = str(document.get("error_code", ""))
    stated = str(document.get("request_id") or answer.headers.get("RequestId", ""))
    return Refusal(
        code=int(code) if code.isascii() and code.isdecimal() else None,
        status=answer.status,
        request_id=stated if _REQUEST_ID.fullmatch(stated) else None,
    )
