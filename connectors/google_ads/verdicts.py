"""What Google's errors mean for the caller: its codes onto `errors.py`.

An error document comes bare, or wrapped in a list by `searchStream`, or as one more element of an
answer that began well. Codes: developers.google.com/google-ads/api/reference/rpc/v26
(`ErrorCode`, `QuotaErrorDetails`). Google's own text is never shown, because it may quote the query
or a record; the request's id is, because Google's support asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Deferred,
    Misconfigured,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.google_ads.version import VERSION

SOURCE_NAME = "google_ads"
METHOD = "googleAds.searchStream"

NOT_ENABLED = "CUSTOMER_NOT_ENABLED"
TOO_OLD = "DATE_TOO_OLD"
STALE_TOKEN = frozenset(
    {
        *("UNAUTHENTICATED", "AUTHENTICATION_ERROR", "GOOGLE_ACCOUNT_AUTHENTICATION_FAILED"),
        *("OAUTH_TOKEN_EXPIRED", "OAUTH_TOKEN_INVALID", "OAUTH_TOKEN_HEADER_INVALID"),
    }
)
"""Codes after which a new access token may do."""

LONGEST_WAIT = 300.0
"""Seconds; each further call of a project without quota is counted too, so that a longer wait ends
the source for now."""

_OK = 200
_FAILED = 400
_UNAUTHENTICATED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY = 401, 403, 404, 429
_SERVER_FAILED, _GATEWAY_TIMED_OUT = 500, 504

_CODE = re.compile(r"[A-Za-z0-9_]{1,80}")
_REQUEST_ID = re.compile(r"[\w\-]{1,80}")
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)s")

_SUNSET = f"the server does not serve version {VERSION} (any more): update this product"
_KNOWN: Mapping[str, tuple[type[ConnectorError], str]] = {
    "RESOURCE_EXHAUSTED": (RateLimited, "the quota of operations is used up"),
    "RESOURCE_TEMPORARILY_EXHAUSTED": (RateLimited, "too many requests"),
    "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION": (RateLimited, "too many heavy queries"),
    "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION": (RateLimited, "too many heavy queries"),
    "INTERNAL_ERROR": (Unavailable, "Google failed"),
    "TRANSIENT_ERROR": (Unavailable, "Google failed"),
    "INTERNAL": (Unavailable, "Google failed"),
    "UNAVAILABLE": (Unavailable, "Google is not available"),
    "DEADLINE_EXCEEDED": (TimedOut, "Google did not finish in time"),
    "UNSUPPORTED_VERSION": (Rejected, _SUNSET),
    "REQUESTED_METRICS_FOR_MANAGER": (Rejected, "a manager has no statistics of its own"),
    "USER_PERMISSION_DENIED": (
        Unauthorized,
        "the user of the refresh token may not read this customer; where it lies under a manager, "
        "LOGIN_CUSTOMER_ID has to name that",
    ),
    "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION": (
        Unauthorized,
        "the customer does not lie under the manager of LOGIN_CUSTOMER_ID",
    ),
    "INVALID_LOGIN_CUSTOMER_ID": (Misconfigured, "LOGIN_CUSTOMER_ID is no manager's id"),
    "CUSTOMER_NOT_FOUND": (Misconfigured, "there is no customer with the id of CUSTOMER_ID"),
    TOO_OLD: (Rejected, "clicks are served for 90 days, this day is older"),
    NOT_ENABLED: (Rejected, "the customer's account is closed, or its set-up is not finished"),
    "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION": (
        Unauthorized,
        "the Google Cloud project of the OAuth client may read test accounts only; apply for "
        "Explorer access",
    ),
    "DEVELOPER_TOKEN_INVALID": (
        Unauthorized,
        "DEVELOPER_TOKEN is not valid; since September 2026 it can be left empty",
    ),
    "ACCESS_PROHIBITED": (Unauthorized, "the project has no access to the API"),
}
_BY_STATUS: Mapping[int, tuple[type[ConnectorError], str]] = {
    _UNAUTHENTICATED: (Unauthorized, "Google does not accept the access token"),
    _FORBIDDEN: (Unauthorized, "a right is missing"),
    _TOO_MANY: (RateLimited, "too many requests"),
    _GATEWAY_TIMED_OUT: (TimedOut, "Google did not finish in time"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error as Google stated it.

    Args:
        codes: from the most telling one to the most general.
        status: the HTTP status, or the one within the document.
        request_id: Google's id of the request.
        retry_after: seconds that Google asks to wait.
    """

    codes: tuple[str, ...]
    status: int
    request_id: str | None = None
    retry_after: float | None = None

    def as_error(self) -> ConnectorError:
        """Return the exception that says what to do."""
        known = next((code for code in self.codes if code in _KNOWN), None)
        kind, said = _KNOWN[known] if known else self._by_status()
        code = known or next(iter(self.codes), None)
        where: dict[str, Any] = {
            "source": SOURCE_NAME,
            "method": METHOD,
            "code": code,
            "request_id": self.request_id,
        }
        if not issubclass(kind, RateLimited):
            return kind(said, **where)
        if (self.retry_after or 0.0) > LONGEST_WAIT:
            said = f"{said}; Google asks to wait for {self.retry_after:.0f} s"
            return Deferred(said, retry_after=self.retry_after, **where)
        return RateLimited(said, retry_after=self.retry_after, **where)

    def _by_status(self) -> tuple[type[ConnectorError], str]:
        if self.status in _BY_STATUS:
            return _BY_STATUS[self.status]
        if self.status >= _SERVER_FAILED:
            return Unavailable, f"Google failed (HTTP {self.status})"
        return Rejected, f"Google refused the request (HTTP {self.status})"


def refusal(error: object, status: int) -> Refusal:
    """Read what stands under `error`, in any completeness.

    Args:
        error: the error document.
        status: the HTTP status; 200 where the error came in the middle of an answer.
    """
    document = _mapping(error)
    failures = [_mapping(detail) for detail in _list(document.get("details"))]
    errors = [_mapping(found) for failure in failures for found in _list(failure.get("errors"))]
    stated = [*_codes(errors), document.get("status")]
    within = document.get("code")
    if status == _OK:
        status = within if isinstance(within, int) and within >= _FAILED else _SERVER_FAILED
    ids = (_shown(failure.get("requestId"), _REQUEST_ID) for failure in failures)
    return Refusal(
        codes=tuple(code for found in stated if (code := shown_code(found))),
        status=status,
        request_id=next((found for found in ids if found), None),
        retry_after=_retry_delay(errors),
    )


def not_json(status: int, *, is_page: bool) -> ConnectorError:
    """Return what an answer means that is no JSON.

    Args:
        status: the HTTP status.
        is_page: whether it looks like a page for people rather than like JSON that was cut short.
    """
    if status == _NOT_FOUND:
        return Rejected(_SUNSET, source=SOURCE_NAME, method=METHOD)
    if status != _OK:
        return Refusal(codes=(), status=status).as_error()
    if is_page:
        msg = "the server answered with something else than JSON: a page for people, or a proxy's"
        return ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
    msg = "the answer ended before it was complete"
    return Unavailable(msg, source=SOURCE_NAME, method=METHOD)


def shown_code(value: object) -> str | None:
    """Return a code if it looks like one: whatever else stands there is not shown."""
    return _shown(value, _CODE)


def _shown(value: object, pattern: re.Pattern[str]) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None


def _codes(errors: list[Mapping[str, Any]]) -> Iterator[object]:
    for error in errors:
        yield from _mapping(error.get("errorCode")).values()


def _retry_delay(errors: list[Mapping[str, Any]]) -> float | None:
    """Return the longest `retryDelay`, a protobuf Duration spelled as `900s`."""
    quotas = (_mapping(_mapping(error.get("details")).get("quotaErrorDetails")) for error in errors)
    found = (_DURATION.fullmatch(str(quota.get("retryDelay"))) for quota in quotas)
    return max((float(delay[1]) for delay in found if delay), default=None)


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []
