"""What the portal's errors mean for the caller: its codes and statuses onto `errors.py`.

Codes: https://apidocs.bitrix24.com (system errors, limits, and each method's page). `error` is a
text, a number, an empty text or, from REST v3, an object; it comes under any status, under 200 too,
and inside the parts of a batch. A code that is not listed is retried where the status says that
the server failed, and final otherwise.

The server's description is never shown: it may quote what was asked or a record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import cast

from connectors import redaction
from connectors.bitrix24.listings import SOURCE_NAME
from connectors.errors import (
    ConnectorError,
    Misconfigured,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)

_CODE = re.compile(r"[A-Za-z0-9_.\- ]{1,60}")
_SERVER_FAILED = 500


class _Verdict(Enum):
    TOO_FAST = auto()
    FAILED = auto()
    UNAUTHORIZED = auto()
    NOT_HTTPS = auto()
    REJECTED = auto()


_KNOWN: Mapping[str, tuple[_Verdict, str]] = {
    "query_limit_exceeded": (_Verdict.TOO_FAST, "too many requests"),
    "operation_time_limit": (
        _Verdict.TOO_FAST,
        "the method has used up its execution time of the last ten minutes",
    ),
    "internal_server_error": (_Verdict.FAILED, "the portal failed"),
    "error_unexpected_answer": (_Verdict.FAILED, "the portal failed"),
    "overload_limit": (
        _Verdict.REJECTED,
        "Bitrix24 has blocked the portal's REST by hand; its support has to lift that",
    ),
    "expired_token": (
        _Verdict.UNAUTHORIZED,
        "the access has ended: the webhook is gone, or the application's token has expired",
    ),
    "no_auth_found": (_Verdict.UNAUTHORIZED, "the portal does not know this webhook or token"),
    "invalid_token": (_Verdict.UNAUTHORIZED, "the portal does not know this webhook or token"),
    "invalid_credentials": (
        _Verdict.UNAUTHORIZED,
        "the portal does not accept this webhook: deleted, or its employee was dismissed",
    ),
    "insufficient_scope": (
        _Verdict.UNAUTHORIZED,
        "the webhook or the application was made without the scope that this needs",
    ),
    "access_denied": (
        _Verdict.UNAUTHORIZED,
        "the employee who is acted for lacks the right, or the portal's plan has no REST",
    ),
    "user_access_error": (_Verdict.UNAUTHORIZED, "the employee who is acted for lacks the right"),
    "allowed_only_intranet_user": (
        _Verdict.UNAUTHORIZED,
        "the webhook or the application has to act for an employee of the portal",
    ),
    "payment_required": (_Verdict.UNAUTHORIZED, "the portal's plan has expired"),
    "portal_deleted": (_Verdict.UNAUTHORIZED, "the portal is closed"),
    "invalid_request": (_Verdict.NOT_HTTPS, "the portal wants https://"),
    "error_method_not_found": (_Verdict.REJECTED, "the portal does not have this method"),
    "error_manifest_is_not_available": (_Verdict.REJECTED, "the portal does not have this"),
    "not_found": (_Verdict.REJECTED, "the portal does not have this"),
}
"""By code in lower case: the API is not consistent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error as the portal stated it.

    Args:
        code: its code; empty where it gave none.
        description: its text; read for a verdict, never shown.
        status: the HTTP status; 200 inside a batch.
    """

    code: str
    description: str = ""
    status: int = 200

    @property
    def is_time_budget(self) -> bool:
        """The method's execution time is used up."""
        return self.code.lower() == "operation_time_limit"

    @property
    def is_missing_scope(self) -> bool:
        """The webhook or the application was made without a scope."""
        return self.code.lower() == "insufficient_scope"

    def as_error(self, method: str, *, retry_after: float | None = None) -> ConnectorError:
        """Return the exception that says what to do.

        Args:
            method: what was called.
            retry_after: seconds to wait, where they are known; for limits only.
        """
        verdict, said = self._judged()
        # A code is a server's text like any other: it may echo the address that was asked.
        code = redaction.clean(self.code) if _CODE.fullmatch(self.code) else None
        if verdict is _Verdict.TOO_FAST:
            return RateLimited(
                said, source=SOURCE_NAME, method=method, code=code, retry_after=retry_after
            )
        kind: type[Unavailable | Unauthorized | Misconfigured | Rejected] = {
            _Verdict.FAILED: Unavailable,
            _Verdict.UNAUTHORIZED: Unauthorized,
            _Verdict.NOT_HTTPS: Misconfigured,
        }.get(verdict, Rejected)
        return kind(said, source=SOURCE_NAME, method=method, code=code)

    def _judged(self) -> tuple[_Verdict, str]:
        known = _KNOWN.get(self.code.lower())
        if known is not None:
            return known
        if self.description.lower().startswith("access denied"):
            return _KNOWN["access_denied"]
        if self.status == 429:
            return _Verdict.TOO_FAST, "too many requests"
        if self.status >= _SERVER_FAILED:
            return _Verdict.FAILED, f"the portal failed (HTTP {self.status})"
        if self.status in (401, 403):
            return (
                _Verdict.UNAUTHORIZED,
                f"the portal refused the webhook or token (HTTP {self.status})",
            )
        at = f" (HTTP {self.status})" if self.status != 200 else ""
        return _Verdict.REJECTED, f"the portal refused the request{at}"


def refusal(error: object, description: object, status: int) -> Refusal:
    """Read an error in any of its shapes.

    Args:
        error: a code, or an object with `code` and `message`, or with `error` and
            `error_description`.
        description: the text beside it.
        status: the HTTP status.
    """
    if isinstance(error, Mapping):
        inner = cast("Mapping[str, object]", error)
        code = inner.get("code", inner.get("error", ""))
        text = inner.get("message", inner.get("error_description", ""))
        return Refusal(code=_text(code), description=_text(text), status=status)
    return Refusal(code=_text(error), description=_text(description), status=status)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
