"""The vendor's authorization server: a code or a refresh token in, a pair of tokens out.

Both grants are sent as a form, which the server takes as well as a query: the client's secret is
to stand in no address. The refresh token changes with each use; the access token lives an hour;
`client_endpoint` is where the portal is now, whatever it was called when the app was installed.
Source: https://apidocs.bitrix24.com (OAuth 2.0: full protocol, automatic renewal, error codes).

Not here: keeping the tokens (`oauth.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
from pydantic import SecretStr, TypeAdapter, ValidationError

from connectors import redaction
from connectors.bitrix24.listings import SOURCE_NAME
from connectors.bitrix24.settings import Settings
from connectors.endpoint import Endpoint
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.http import Answer, HttpClient, Patience, Request
from connectors.limiter import Unlimited
from connectors.stream import Traffic
from connectors.token_store import Tokens

ENDPOINT, MEMBER, CLIENT, PORTAL = "endpoint", "member_id", "client_id", "portal"
"""Kept with the tokens: where to ask, the portal's lasting id, and whose tokens they are."""

_METHOD = "oauth.token"
_OK = 200
_TOO_MANY = 429
_SERVER_FAILED = 500
_ATTEMPTS = 4
_SECONDS = 120.0
_LARGEST = 1 << 20
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,60}")
_ENDPOINTS: TypeAdapter[str] = TypeAdapter(Endpoint)

_REFUSED = {
    "invalid_client": (
        "the authorization server does not know the application: check CLIENT_ID and "
        "CLIENT_SECRET, and that it is installed on the portal"
    ),
    "insufficient_scope": "the application asks for more than its card on the portal grants",
    "invalid_scope": "the application asks for more than its card on the portal grants",
    "payment_required": "the application's or the portal's paid period has ended",
}


class _Answer(msgspec.Struct):
    access_token: str | None = None
    refresh_token: str | None = None
    expires_in: int | None = None
    client_endpoint: str | None = None
    member_id: str | None = None
    error: object = None


class AuthServer:
    """Issues the tokens of one application on one portal.

    Args:
        settings: of an account that has an application.
        command: what a person runs to authorise anew, for errors.
        traffic: where requests are counted.
        transport: stands in for the network in tests.
        patience: how to wait; of its length as much as a token is worth.
        now: the time.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        command: str,
        traffic: Traffic,
        transport: httpx.BaseTransport | None,
        patience: Patience,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._secret = settings.client_secret or SecretStr("")
        self._command = command
        self._now = now
        self._http = HttpClient(
            source=SOURCE_NAME,
            base_url=SecretStr(settings.oauth_url),
            traffic=traffic,
            limiter=Unlimited(),
            secrets=[self._secret],
            address_setting="OAUTH_URL",
            transport=transport,
            patience=replace(patience, attempts=_ATTEMPTS, total_seconds=_SECONDS),
            max_answer_bytes=_LARGEST,
        )

    def exchange(self, code: SecretStr) -> Tokens:
        """Return the first pair for the code that the portal has shown, once, for 30 seconds.

        Raises:
            Unauthorized: the code, the application or its payment is not accepted.
            ConnectorError: see `errors.py`.
        """
        redaction.protect(code)
        used = "the code is older than 30 seconds, was used before or belongs to another portal"
        grant = {"grant_type": "authorization_code", "code": code.get_secret_value()}
        return self._issued(grant, invalid=f"{used}: begin again: {self._command}")

    def refresh(self, tokens: Tokens) -> Tokens:
        """Return the next pair; the refresh token of the last one is used up by that.

        Raises:
            Unauthorized: a person has to authorise again.
            ContractBroken: the pair is for another portal, or is none.
            ConnectorError: see `errors.py`.
        """
        redaction.protect(tokens.refresh_token)
        spent = "the refresh token is no longer valid: used before, or older than 180 days"
        refresh_token = tokens.refresh_token.get_secret_value()
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        fresh = self._issued(grant, invalid=f"{spent}; authorise again: {self._command}")
        if fresh.details[MEMBER] != tokens.details[MEMBER]:
            msg = "the authorization server answered with the tokens of another portal"
            raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)
        return replace(fresh, details={**fresh.details, PORTAL: tokens.details[PORTAL]})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _issued(self, grant: dict[str, str], *, invalid: str) -> Tokens:
        client_id = self._settings.client_id or ""
        secret = self._secret.get_secret_value()
        form = {**grant, CLIENT: client_id, "client_secret": secret}

        asked_at = self._now()

        def read(answer: Answer) -> Tokens:
            found = _decoded(answer)
            if answer.status != _OK or found.error:
                raise _refusal(found.error, answer.status, invalid)
            return _tokens(found, asked_at, {CLIENT: client_id, PORTAL: self._settings.host})

        return self._http.fetch(Request(name=_METHOD, path="/", form=form), read)


def _decoded(answer: Answer) -> _Answer:
    body = answer.body()
    try:
        return msgspec.json.decode(body, type=_Answer, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    if answer.status != _OK:
        return _Answer()
    msg = "the authorization server answered with something else than tokens"
    raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)


def _tokens(found: _Answer, asked_at: datetime, details: dict[str, str]) -> Tokens:
    if not (found.access_token and found.refresh_token and found.expires_in and found.member_id):
        msg = "the answer lacks a token, its lifetime or the portal's id"
        raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)
    tokens = Tokens(
        access_token=SecretStr(found.access_token),
        refresh_token=SecretStr(found.refresh_token),
        issued_at=asked_at,
        expires_at=asked_at + timedelta(seconds=found.expires_in),
        details={
            **details,
            ENDPOINT: _endpoint(found.client_endpoint),
            MEMBER: found.member_id,
        },
    )
    redaction.protect(tokens.access_token, tokens.refresh_token)
    return tokens


def _endpoint(given: str | None) -> str:
    """Check where the tokens would be sent."""
    try:
        return _ENDPOINTS.validate_python(given)
    except ValidationError:
        msg = "the answer names no https:// address of the portal"
    raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)


def _refusal(error: object, status: int, invalid: str) -> ConnectorError:
    code = error if isinstance(error, str) and _CODE.fullmatch(error) else None
    known = (code or "").lower()
    kind: type[ConnectorError] = Unauthorized
    if known == "invalid_grant":
        said = invalid
    elif known in _REFUSED:
        said = _REFUSED[known]
    elif status >= _SERVER_FAILED:
        said, kind = f"the authorization server failed (HTTP {status})", Unavailable
    elif status == _TOO_MANY:
        said, kind = "the authorization server is asked too often", RateLimited
    else:
        said, kind = f"the authorization server refused the request (HTTP {status})", Rejected
    shown = None if code is None else redaction.clean(code)
    return kind(said, source=SOURCE_NAME, method=_METHOD, code=shown)
