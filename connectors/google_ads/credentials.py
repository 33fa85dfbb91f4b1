"""An access token out of a user's refresh token, or of a service account's signature.

Google does not change the refresh token when it is used, so nothing has to be kept: each process
asks for an access token of its own, which lives an hour.
Source: developers.google.com/identity/protocols/oauth2/web-server#offline
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import time as wall_clock
from typing import Any

from pydantic import SecretStr

from connectors import json_stream, redaction
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.google_ads.service_account import GRANT, assertion
from connectors.google_ads.settings import Settings
from connectors.google_ads.verdicts import SOURCE_NAME, shown_code
from connectors.http import Answer, HttpClient, Request

_METHOD = "oauth2.token"
_OK = 200
_TOO_MANY = 429
_SERVER_FAILED = 500
_RENEWED_AHEAD = 300.0
"""Seconds; a request and its repetitions should not outlive the token they began with."""

_REFUSED = {
    "invalid_grant": (
        "the refresh token is no longer valid: revoked, unused for six months, or made while the "
        "OAuth consent screen was in Testing, where it lives seven days; publish the app, then "
        "authorise again and replace REFRESH_TOKEN"
    ),
    "invalid_client": "Google does not know the OAuth client: check CLIENT_ID and CLIENT_SECRET",
    "unauthorized_client": "the refresh token belongs to another OAuth client than CLIENT_ID",
}
_REFUSED_SERVICE = {
    "invalid_grant": (
        "Google does not accept the service account: its key was deleted, this machine's clock is "
        "wrong, or IMPERSONATED_EMAIL is no user of the domain; make a new key and replace the "
        "file of SERVICE_ACCOUNT_FILE"
    ),
    "invalid_client": "Google does not know the service account of SERVICE_ACCOUNT_FILE",
    "unauthorized_client": (
        "the domain does not let the service account read as IMPERSONATED_EMAIL: delegate the "
        "scope https://www.googleapis.com/auth/adwords to it, or leave IMPERSONATED_EMAIL empty"
    ),
}


class Credentials:
    """Keeps one access token fresh.

    Args:
        http: a client whose base URL is the token's address.
        settings: of the account.
        clock: seconds, steadily growing.
        now: seconds since 1970, which a signature states.
    """

    def __init__(
        self,
        http: HttpClient,
        settings: Settings,
        clock: Callable[[], float],
        now: Callable[[], float] = wall_clock,
    ) -> None:
        self._http = http
        self._settings = settings
        self._clock = clock
        self._now = now
        self._token: SecretStr | None = None
        self._renewed_at = 0.0

    def header(self) -> str:
        """Return the value of the header Authorization.

        Raises:
            Misconfigured: the service account's file cannot be used.
            Unauthorized: the refresh token, the OAuth client or the service account was refused.
        """
        if self._token is None or self._clock() >= self._renewed_at:
            self._token, seconds = self._http.fetch(
                Request(name=_METHOD, path="", form=self._form()), self._read
            )
            redaction.protect(self._token)
            self._renewed_at = self._clock() + seconds - _RENEWED_AHEAD
        return f"Bearer {self._token.get_secret_value()}"

    def forget(self) -> None:
        """Drop the access token, so that the next header has a new one."""
        self._token = None

    def _form(self) -> Mapping[str, str]:
        given = self._settings
        if given.service_account_file is not None:
            signed = assertion(
                given.service_account_file,
                audience=given.token_url,
                subject=given.impersonated_email,
                now=self._now(),
            )
            return {"grant_type": GRANT, "assertion": signed.get_secret_value()}
        return {
            "grant_type": "refresh_token",
            "client_id": given.client_id or "",
            "client_secret": _text(given.client_secret),
            "refresh_token": _text(given.refresh_token),
        }

    def _read(self, answer: Answer) -> tuple[SecretStr, float]:
        is_user = self._settings.service_account_file is None
        return _read(answer, _REFUSED if is_user else _REFUSED_SERVICE)


def _text(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()


def _read(answer: Answer, refused: Mapping[str, str]) -> tuple[SecretStr, float]:
    wanted = ("access_token", "expires_in", "error")
    found: dict[str, Any] = {}
    try:
        found.update(json_stream.values(answer.chunks(), wanted.__contains__))
    except json_stream.NotJson:
        found.clear()
    if answer.status != _OK:
        raise _refusal(found.get("error"), answer.status, refused)
    token, seconds = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not isinstance(seconds, int):
        msg = "the answer holds no access token and its lifetime"
        raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)
    return SecretStr(token), float(seconds)


def _refusal(error: object, status: int, refused: Mapping[str, str]) -> ConnectorError:
    code = shown_code(error)
    if status >= _SERVER_FAILED:
        said, kind = f"the OAuth server failed (HTTP {status})", Unavailable
    elif status == _TOO_MANY:
        said, kind = "the OAuth server is asked too often", RateLimited
    elif code is not None and code in refused:
        said, kind = refused[code], Unauthorized
    else:
        said, kind = f"the OAuth server refused the request (HTTP {status})", Rejected
    return kind(said, source=SOURCE_NAME, method=_METHOD, code=code)
