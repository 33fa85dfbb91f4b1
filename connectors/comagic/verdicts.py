"""What the Data API's errors mean for the caller: its mnemonics onto `errors.py`.

An error comes under HTTP 200 as `{"error": {"code", "message", "data": {"mnemonic", "field",
"value", "metadata"}}}`; codes are shared by many errors, the mnemonic is not
(comagic.github.io/data_api, "Обработка ошибок"). `message` and `value` quote the request and are
never shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)

SOURCE_NAME = "comagic"

LIMIT, INTERNAL = "limit_exceeded", "internal_error"
SESSION_OVER = frozenset({"access_token_expired", "access_token_invalid"})
"""A session of `login.user` ends after an hour with one of these; a key of the cabinet for good."""

CLOSED = frozenset({"method_component_disabled", "forbidden"})
"""The account, or its user, has no such report; the others may be there."""

_TOO_MANY, _FAILED = 429, 500
_USUAL_WAIT = 60.0
_WORD = re.compile(r"[a-z_]{1,60}")
_UNAUTHORIZED: Mapping[str, str] = {
    "access_token_expired": "ACCESS_TOKEN has expired: make a new key in the cabinet",
    "access_token_blocked": "ACCESS_TOKEN is blocked in the cabinet",
    "access_token_invalid": "ACCESS_TOKEN is not known: a key of one brand is none at another",
    "auth_error": "LOGIN or PASSWORD is wrong",
    "account_inactive": "the account is blocked by its vendor",
    "ip_not_whitelisted": "the address of this machine is not in the account's white list: "
    "enter it in the cabinet, Account, Security of the API",
    "forbidden": "the key's user has no right to this report",
    "method_component_disabled": "the account has not bought what this report needs",
}


def meaning(mnemonic: str, wait: float | None, method: str) -> ConnectorError:
    """Return the exception that says what to do about an error.

    Args:
        mnemonic: the API's word for it.
        wait: seconds until the limit that was met is set back, where it was stated.
        method: what was called.
    """
    code = mnemonic if _WORD.fullmatch(mnemonic) else None
    if mnemonic == LIMIT:
        said = "the points of the minute or of the day are used up"
        return RateLimited(
            said,
            source=SOURCE_NAME,
            method=method,
            code=code,
            retry_after=_USUAL_WAIT if wait is None else wait,
        )
    if mnemonic == INTERNAL:
        said = "the Data API failed"
        return Unavailable(said, source=SOURCE_NAME, method=method, code=code)
    if mnemonic in _UNAUTHORIZED:
        said = _UNAUTHORIZED[mnemonic]
        return Unauthorized(said, source=SOURCE_NAME, method=method, code=code)
    said = "the Data API refused the request"
    return Rejected(said, source=SOURCE_NAME, method=method, code=code)


def failed(status: int, method: str) -> ConnectorError:
    """Return the exception of an answer that is not 200, which the API's own errors are."""
    if status == _TOO_MANY:
        return RateLimited(
            "too many requests", source=SOURCE_NAME, method=method, retry_after=_USUAL_WAIT
        )
    if status >= _FAILED:
        said = f"the Data API failed (HTTP {status})"
        return Unavailable(said, source=SOURCE_NAME, method=method)
    said = f"the Data API refused the request (HTTP {status})"
    return Rejected(said, source=SOURCE_NAME, method=method, code=str(status))


def broken(said: str, method: str) -> ContractBroken:
    """Return the exception of an answer that is not as it is documented."""
    return ContractBroken(said, source=SOURCE_NAME, method=method)
