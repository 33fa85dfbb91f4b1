"""What Google's errors mean for the caller: its codes onto `errors.py`.

An error document comes bare, or wrapped in a list by `searchStream`, or as an element in the middle
of an answer that began well. Codes: developers.google.com/google-ads/api/reference/rpc/v26
(`ErrorCode`, `QuotaErrorDetails`). Google's own text is not shown, because it may quote the query;
the request's id is, because its support asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from connectors.errors import (
    ConnectorError,
    Deferred,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.google_ads.version import VERSION

SOURCE_NAME = "google_ads"

_LONGEST_WAIT = 900.0
_SERVER_FAILED = 500
_UNAUTHENTICATED = 401
_FORBIDDEN = 403
_TOO_MANY = 429

_TRANSIENT = {"INTERNAL_ERROR", "TRANSIENT_ERROR", "DEADLINE_EXCEEDED", "UNAVAILABLE", "INTERNAL"}
_QUOTA = {
    "RESOURCE_EXHAUSTED",
    "RESOURCE_TEMPORARILY_EXHAUSTED",
    "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
    "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION",
}
_HINTS = {
    "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION": (
        "the Google Cloud project of this OAuth client is approved for test accounts only"
    ),
    "DEVELOPER_TOKEN_INVALID": "the developer token is not valid; it can be left out altogether",
    "USER_PERMISSION_DENIED": (
        "the user may not see this customer; a customer under a manager needs LOGIN_CUSTOMER_ID"
    ),
    "REQUESTED_METRICS_FOR_MANAGER": "a manager account has no statistics of its own",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error as Google stated it.

    Args:
        code: the most telling code in it, such as `RESOURCE_EXHAUSTED`.
        status: the HTTP status, or the one in the document.
        request_id: Google's id of the request.
        retry_after: seconds that Google asks to wait.
    """

    code: str
    status: int
    request_id: str | None
    retry_after: float | None

    @property
    def is_stale_token(self) -> bool:
        """The access token was refused; a fresh one may do."""
        return self.status == _UNAUTHENTICATED and not self.code.startswith("DEVELOPER_TOKEN")

    @property
    def is_inactive_customer(self) -> bool:
        """The customer was cancelled, or never finished its set-up."""
        return self.code == "CUSTOMER_NOT_ENABLED"

    def as_error(self, method: str) -> ConnectorError:
        """Return the exception that says what to do."""
        if self.code in _QUOTA or self.status == _TOO_MANY:
            return self._exhausted(method)
        if self.code in _TRANSIENT or self.status >= _SERVER_FAILED:
            return self._plain(Unavailable, f"Google failed (HTTP {self.status})", method)
        if self.status in (_UNAUTHENTICATED, _FORBIDDEN):
            said = _HINTS.get(self.code, "Google refused the credentials")
            return self._plain(Unauthorized, said, method)
        said = _HINTS.get(self.code, f"Google refused the request (HTTP {self.status})")
        return self._plain(Rejected, said, method)

    def _exhausted(self, method: str) -> ConnectorError:
        wait = self.retry_after
        for_long = wait is None and self.code == "RESOURCE_EXHAUSTED"
        if for_long or (wait or 0.0) > _LONGEST_WAIT:
            return Deferred(
                "the quota is used up; each further call would cost more of it",
                source=SOURCE_NAME,
                method=method,
                code=self.code,
                request_id=self.request_id,
                retry_after=wait,
            )
        return RateLimited(
            "too many requests",
            source=SOURCE_NAME,
            method=method,
            code=self.code,
            request_id=self.request_id,
            retry_after=wait,
        )

    def _plain(self, kind: type[ConnectorError], said: str, method: str) -> ConnectorError:
        return kind(
            said,
            source=SOURCE_NAME,
            method=method,
            code=self.code or None,
            request_id=self.request_id,
        )


def refusal(document: object, status: int) -> Refusal:
    """Read an `error` object in any completeness.

    Args:
        document: what stood under `error`.
        status: the HTTP status; 200 where the error came in the middle of an answer.
    """
    error = _mapping(document)
    failure = next(
        (
            found
            for detail in _list(error.get("details"))
            if "errors" in (found := _mapping(detail))
        ),
        cast("Mapping[str, Any]", {}),
    )
    errors = [_mapping(found) for found in _list(failure.get("errors"))]
    codes = [str(code) for found in errors for code in _mapping(found.get("errorCode")).values()]
    http = error.get("code") if status == 200 else status
    request_id = failure.get("requestId")
    return Refusal(
        code=codes[0] if codes else str(error.get("status") or ""),
        status=http if isinstance(http, int) and http >= 400 else 400,
        request_id=str(request_id) if request_id else None,
        retry_after=_retry_delay(errors),
    )


def not_json(status: int, method: str) -> ConnectorError:
    """Return what an answer means that is not JSON: a sunset version, or a broken gateway."""
    if status == 404:
        said = f"the server does not know version {VERSION}: it was sunset, update this product"
        return Rejected(said, source=SOURCE_NAME, method=method)
    said = f"the answer is not JSON, or ends too early (HTTP {status})"
    return Unavailable(said, source=SOURCE_NAME, method=method)


def _retry_delay(errors: list[Mapping[str, Any]]) -> float | None:
    """Return `retryDelay`, a protobuf Duration spelled as `900s`."""
    for found in errors:
        details = _mapping(_mapping(found.get("details")).get("quotaErrorDetails"))
        delay = str(details.get("retryDelay") or "").removesuffix("s")
        try:
            return float(delay)
        except ValueError:
            continue
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []
