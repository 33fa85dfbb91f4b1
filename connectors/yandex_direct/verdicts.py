"""What Yandex Direct's errors mean for the caller: its codes onto `errors.py`.

`{"error": {"request_id", "error_code", "error_string", "error_detail"}}` comes under HTTP 200, 400
or 500 (yandex.com/dev/direct/doc/en/concepts/errors-list). Its texts are not shown, because they
may quote the request; its number and the request's id are.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.errors import (
    ConnectorError,
    Deferred,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)

SOURCE_NAME = "yandex_direct"

_SERVER_FAILED = 500
_QUEUE_WAIT = 10.0

_UNAVAILABLE = {52, 1000, 1001, 1002}
_BUSY = {56, 506, 9000}
_OUT_OF_POINTS = 152
_UNAUTHORIZED: Mapping[int, str] = {
    53: "the token was refused: it has expired, or was revoked",
    54: "the token's user has no right to this advertiser",
    58: "the application's access is not approved yet: Direct, Settings, API",
    513: "the login is not connected to Direct",
    8800: "the advertiser of CLIENT_LOGIN is not visible to this token",
}


def as_error(
    document: Mapping[str, object], status: int, method: str, request_id: str | None
) -> ConnectorError:
    """Return the exception that says what to do.

    Args:
        document: what stood under `error`; empty where the answer was no error document.
        status: the HTTP status.
        method: what was called.
        request_id: from the answer's header, where the document has none.
    """
    code = _number(document.get("error_code"))
    shown = None if code is None else str(code)
    request = str(document.get("request_id") or request_id or "") or None
    kind: type[ConnectorError]
    if code in _BUSY:
        return RateLimited(
            "too many requests or reports at once",
            source=SOURCE_NAME,
            method=method,
            code=shown,
            request_id=request,
            retry_after=_QUEUE_WAIT,
        )
    if code == _OUT_OF_POINTS:
        kind, said = Deferred, "the advertiser's points are used up; they come back by the hour"
    elif code is not None and code in _UNAUTHORIZED:
        kind, said = Unauthorized, _UNAUTHORIZED[code]
    elif code in _UNAVAILABLE or status >= _SERVER_FAILED:
        kind, said = Unavailable, f"Yandex Direct failed (HTTP {status})"
    else:
        kind, said = Rejected, f"Yandex Direct refused the request (HTTP {status})"
    return kind(said, source=SOURCE_NAME, method=method, code=shown, request_id=request)


def _number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None
