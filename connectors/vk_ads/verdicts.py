"""What VK Ads' errors mean for the caller: its statuses and codes onto `errors.py`.

Without a right token 401 comes with `{"code", "message"}`; elsewhere errors stand under `error`,
with a code (ads.vk.com/doc/api/info/Authorization, /info/Statistics). The texts are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar, cast

import msgspec

from connectors import redaction
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.http import Answer
from connectors.json_stream import NotJson
from connectors.raw_json import decoded

T = TypeVar("T")

SOURCE_NAME = "vk_ads"

EXPIRED, UNKNOWN = "expired_token", "invalid_token"
"""The token has to be refreshed; it is not there any more and another one has to be issued."""

_OK, _UNAUTHORIZED, _FORBIDDEN, _TOO_MANY, _SERVER_FAILED = 200, 401, 403, 429, 500
_CODE = re.compile(r"[A-Za-z0-9_]{1,60}")

FATAL: Mapping[str, str] = {
    "invalid_client": (
        "VK does not know the application, or has blocked it: check CLIENT_ID and CLIENT_SECRET"
    ),
    "invalid_user": "the advertiser is blocked",
    "revoked_token": "the advertiser has taken back the access, or left the agency",
}
"""What no other token helps against."""

_any = msgspec.json.Decoder(object)


def refusal(answer: Answer, method: str) -> ConnectorError:
    """Read an answer that is no success, in any completeness."""
    code = code_of(answer)
    status = answer.status
    kind: type[ConnectorError] = Rejected
    if status == _UNAUTHORIZED:
        kind, said = Unauthorized, FATAL.get(code or "", "the access token is not accepted")
    elif status == _FORBIDDEN:
        kind, said = Unauthorized, "the application has no right to this"
    elif status == _TOO_MANY:
        kind, said = RateLimited, "too many requests"
    elif status >= _SERVER_FAILED:
        kind, said = Unavailable, f"VK Ads failed (HTTP {status})"
    else:
        said = f"VK Ads refused the request (HTTP {status})"
    return kind(said, source=SOURCE_NAME, method=method, code=code)


def code_of(answer: Answer) -> str | None:
    """Return the code of an error, None where the answer names none."""
    try:
        document, _ = decoded(answer.body(), _any)
    except NotJson:
        return None
    found = document
    for name in ("error", "code"):
        if isinstance(found, Mapping):
            members = cast("Mapping[str, object]", found)
            found = members.get(name, members)
    if not isinstance(found, str) or not _CODE.fullmatch(found):
        return None
    return redaction.clean(found)


def read_as(answer: Answer, decoder: msgspec.json.Decoder[T], method: str) -> tuple[T, bool]:
    """Return what a successful answer holds, and whether it was marked (see `raw_json.py`).

    Raises:
        ContractBroken: the answer is of another shape.
        ConnectorError: it is no success.
    """
    if answer.status != _OK:
        raise refusal(answer, method)
    body = answer.body()
    try:
        return decoded(body, decoder)
    except NotJson:
        pass
    msg = "the answer is not as the API describes it"
    raise ContractBroken(msg, source=SOURCE_NAME, method=method)
