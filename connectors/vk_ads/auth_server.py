"""VK's authorization: a token for the application's owner or one client, refreshed, deleted.

At most five tokens of one application and user exist at a time, whatever their state; the sixth
request for one is refused with 403. A refreshed token is the same one with another value, and the
old value ends at once (ads.vk.com/doc/api/info/Authorization).

Not here: keeping the token (`tokens.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
from pydantic import SecretStr

from connectors import redaction
from connectors.errors import ContractBroken, Unauthorized
from connectors.http import Answer, HttpClient, Patience, Request
from connectors.json_stream import NotJson
from connectors.limiter import Unlimited
from connectors.raw_json import decoded
from connectors.stream import Traffic
from connectors.token_store import Tokens
from connectors.vk_ads.settings import Settings
from connectors.vk_ads.verdicts import SOURCE_NAME, refusal

TOO_MANY_TOKENS = "too_many_tokens"
"""Our own code: VK names none."""

_ISSUE, _REFRESH, _DELETE = "oauth2.token", "oauth2.refresh", "oauth2.token.delete"
_FORBIDDEN, _SUCCESSES = 403, range(200, 300)
_ATTEMPTS, _SECONDS, _LARGEST = 4, 120.0, 1 << 20


class _Issued(msgspec.Struct):
    access_token: str
    refresh_token: str
    expires_in: int  # "86400" for client_credentials, a number elsewhere


_issued = msgspec.json.Decoder(_Issued, strict=False)


class AuthServer:
    """Issues, refreshes and deletes the tokens of one application and user.

    Args:
        settings: of the account.
        delete_command: what a person runs when there are too many tokens.
        traffic: where requests are counted.
        transport: stands in for the network in tests.
        patience: how to wait; of its length as much as a token is worth.
        now: the time.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        delete_command: str,
        traffic: Traffic,
        transport: httpx.BaseTransport | None,
        patience: Patience,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._delete_command = delete_command
        self._now = now
        self._http = HttpClient(
            source=SOURCE_NAME,
            base_url=SecretStr(f"{settings.base_url}/api/v2/oauth2"),
            traffic=traffic,
            limiter=Unlimited(),
            secrets=[settings.client_secret],
            transport=transport,
            # An issued token whose answer got lost is one of five: few attempts.
            patience=replace(patience, attempts=_ATTEMPTS, total_seconds=_SECONDS),
            max_answer_bytes=_LARGEST,
        )

    def issue(self) -> Tokens:
        """Return a new token; one of the five.

        Raises:
            Unauthorized: five exist already (code `too_many_tokens`), or none may be had.
            ConnectorError: see `verdicts.py`.
        """
        settings = self._settings
        grant = {"grant_type": "client_credentials"}
        if settings.agency_client_name is not None:
            grant = _agency("agency_client_name", settings.agency_client_name)
        elif settings.agency_client_id is not None:
            grant = _agency("agency_client_id", settings.agency_client_id)
        return self._tokens(_ISSUE, grant)

    def refresh(self, tokens: Tokens) -> Tokens:
        """Return the same token with another value; the old value is worth nothing from then on.

        Raises:
            Unauthorized: the token is not there any more, or the application is refused.
            ConnectorError: see `verdicts.py`.
        """
        redaction.protect(tokens.refresh_token)
        refresh_token = tokens.refresh_token.get_secret_value()
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._tokens(_REFRESH, grant)

    def delete(self) -> None:
        """Delete every token of this application and user, those of other programs too.

        Raises:
            ConnectorError: see `verdicts.py`.
        """
        settings = self._settings
        whose: dict[str, str] = {}
        if settings.agency_client_name is not None:
            whose = {"username": settings.agency_client_name}
        elif settings.agency_client_id is not None:
            whose = {"user_id": settings.agency_client_id}

        def read(answer: Answer) -> None:
            if answer.status not in _SUCCESSES:
                raise refusal(answer, _DELETE)

        request = Request(name=_DELETE, path="token/delete.json", form=self._form(whose))
        self._http.fetch(request, read)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _tokens(self, method: str, grant: dict[str, str]) -> Tokens:
        asked_at = self._now()

        def read(answer: Answer) -> Tokens:
            if answer.status == _FORBIDDEN and method == _ISSUE:
                raise self._too_many()
            if answer.status not in _SUCCESSES:
                raise refusal(answer, method)
            return self._kept(answer, method, asked_at)

        request = Request(name=method, path="token.json", form=self._form(grant))
        return self._http.fetch(request, read)

    def _kept(self, answer: Answer, method: str, asked_at: datetime) -> Tokens:
        try:
            found, _ = decoded(answer.body(), _issued)
        except NotJson:
            msg = "the answer holds no token"
            failure = ContractBroken(msg, source=SOURCE_NAME, method=method)
        else:
            tokens = Tokens(
                access_token=SecretStr(found.access_token),
                refresh_token=SecretStr(found.refresh_token),
                issued_at=asked_at,
                expires_at=asked_at + timedelta(seconds=found.expires_in),
                details={},
            )
            redaction.protect(tokens.access_token, tokens.refresh_token)
            return tokens
        raise failure

    def _form(self, fields: dict[str, str]) -> dict[str, str]:
        secret = self._settings.client_secret.get_secret_value()
        return {**fields, "client_id": self._settings.client_id, "client_secret": secret}

    def _too_many(self) -> Unauthorized:
        msg = (
            "VK issues no further token (HTTP 403): five tokens of this application and advertiser "
            f"exist, which is all it allows. Delete them: {self._delete_command} (other programs "
            "with the same CLIENT_ID need new ones then). If that does not help, the application "
            "has no access to this advertiser"
        )
        return Unauthorized(msg, source=SOURCE_NAME, method=_ISSUE, code=TOO_MANY_TOKENS)


def _agency(name: str, value: str) -> dict[str, str]:
    return {"grant_type": "agency_client_credentials", name: value}
