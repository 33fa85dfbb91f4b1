"""What Calltouch's refusals mean for the caller: HTTP statuses onto `errors.py`.

The body of a refusal is never read: it may quote the request, whose query holds the token.
"""

from __future__ import annotations

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.http import Answer

SOURCE_NAME = "calltouch"

_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY, _FAILED = 401, 403, 404, 429, 500
_LONGEST_WAIT = 86_400.0


def refusal(answer: Answer, method: str) -> ConnectorError:
    """Return the exception that says what to do about an answer that is not 200."""
    status = answer.status
    code = str(status)
    if status in (_UNAUTHORIZED, _FORBIDDEN):
        said = "TOKEN was refused, or has no right to the site of SITE_ID"
        return Unauthorized(said, source=SOURCE_NAME, method=method, code=code)
    if status == _NOT_FOUND:
        said = "there is nothing of SITE_ID: it is no site of this account"
        return Unauthorized(said, source=SOURCE_NAME, method=method, code=code)
    if status == _TOO_MANY:
        return RateLimited(
            "too many requests",
            source=SOURCE_NAME,
            method=method,
            code=code,
            retry_after=_wait(answer.headers.get("retry-after", "")),
        )
    if status >= _FAILED:
        said = f"Calltouch failed (HTTP {status})"
        return Unavailable(said, source=SOURCE_NAME, method=method)
    said = f"Calltouch refused the request (HTTP {status})"
    return Rejected(said, source=SOURCE_NAME, method=method, code=code)


def broken(said: str, method: str) -> ContractBroken:
    """Return the exception of an answer that is not as it is documented."""
    return ContractBroken(said, source=SOURCE_NAME, method=method)


def _wait(stated: str) -> float | None:
    """Return the seconds of a `Retry-After`; None where it states none."""
    return min(float(stated), _LONGEST_WAIT) if stated.isascii() and stated.isdecimal() else None
