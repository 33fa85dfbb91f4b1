"""An OAuth application's tokens: kept valid, and sent with each request.

The refresh token changes with each use, so one process renews at a time; whoever had to wait for
it takes what it has got. A new pair is on the disk before it is used. Should a process die between
the server's answer and that, the next start tries the old refresh token: the server may honour it,
and otherwise the error says what to run. Tokens are renewed when one is about to end or was
refused as expired, never on a timer, as the vendor asks.
Source: https://apidocs.bitrix24.com (OAuth 2.0, automatic renewal; address changes).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast
from urllib.parse import urlsplit

from pydantic import SecretStr

from connectors.bitrix24.auth_server import CLIENT, ENDPOINT, PORTAL, AuthServer
from connectors.bitrix24.listings import SOURCE_NAME
from connectors.bitrix24.settings import Settings
from connectors.errors import Moved, Unauthorized
from connectors.http import Answer, HttpClient, Request
from connectors.token_store import Tokens, TokenStore

T = TypeVar("T")

_log = logging.getLogger(f"connectors.{SOURCE_NAME}")

_EXPIRED = "expired_token"
_KNOWS_THE_ADDRESS_FOR = timedelta(minutes=5)


class TokenKeeper:
    """One account's tokens, shared by the threads of a client.

    Args:
        store: where every process of the account finds them.
        server: issues the next pair.
        settings: of the account; tokens of another application or portal are refused.
        command: what a person runs to authorise anew, for errors.
        now: the time.
    """

    def __init__(
        self,
        store: TokenStore,
        server: AuthServer,
        settings: Settings,
        *,
        command: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._server = server
        self._settings = settings
        self._command = command
        self._now = now
        self._lock = threading.Lock()
        self._tokens: Tokens | None = None

    def current(self) -> Tokens:
        """Return a pair whose access token has not ended, renewed where it is about to.

        Raises:
            ConnectorError: see `TokenStore.read` and `AuthServer.refresh`.
        """
        with self._lock:
            if self._tokens is None:
                self._tokens = self._stored()
                self._tell_of_another_host(self._tokens)
            if self._tokens.is_due(self._now()):
                self._tokens = self._renewed(self._tokens)
            return self._tokens

    def renew(self, used: Tokens) -> Tokens:
        """Return another pair than the one that was used in vain.

        Raises:
            ConnectorError: see `TokenStore.read` and `AuthServer.refresh`.
        """
        with self._lock:
            self._tokens = self._renewed(used)
            return self._tokens

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _renewed(self, used: Tokens) -> Tokens:
        with self._store.locked() as write:
            stored = self._stored()
            if stored.access_token != used.access_token and not stored.is_due(self._now()):
                return stored  # somebody else was first
            # A refresh token is spent only where the next one can be kept.
            write(stored)
            fresh = self._server.refresh(stored)
            write(fresh)
            return fresh

    def _stored(self) -> Tokens:
        tokens = self._store.read()
        hosts = {tokens.details.get(PORTAL), host_of(tokens)}
        if tokens.details.get(CLIENT) != self._settings.client_id:
            said = "the stored tokens are of another application than CLIENT_ID"
        elif self._settings.host not in hosts:
            said = "the stored tokens are of another portal than PORTAL"
        else:
            return tokens
        msg = f"{said}; authorise: {self._command}"
        raise Unauthorized(msg, source=SOURCE_NAME)

    def _tell_of_another_host(self, tokens: Tokens) -> None:
        if host_of(tokens) != self._settings.host:
            _log.warning(
                "the portal has moved from %s to %s: write the new host into PORTAL",
                self._settings.host,
                host_of(tokens),
            )


class AppAccess:
    """Asks a portal as an OAuth application.

    Args:
        http: asks within the portal's limits.
        keeper: has the tokens.
        now: the time.
    """

    def __init__(
        self,
        http: HttpClient,
        keeper: TokenKeeper,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http = http
        self._keeper = keeper
        self._now = now

    def fetch(self, request: Request | Callable[[], Request], read: Callable[[Answer], T]) -> T:
        """Send a request with the access token; once more with a new one where it has ended.

        A portal that has moved is asked where it is now, unless the tokens are so new that they
        would know.

        Raises:
            Unauthorized: a person has to authorise again.
            ConnectorError: see `HttpClient.fetch`.
        """
        tokens = self._keeper.current()
        try:
            return self._http.fetch(_with(tokens, request), read)
        except Unauthorized as refused:
            if (refused.code or "").lower() != _EXPIRED:
                raise
        except Moved:
            if self._now() - tokens.issued_at < _KNOWS_THE_ADDRESS_FOR:
                raise
        return self._http.fetch(_with(self._keeper.renew(tokens), request), read)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._keeper.close()


def host_of(tokens: Tokens) -> str:
    """Return the host of the portal that tokens are for."""
    return urlsplit(tokens.details[ENDPOINT]).netloc.lower()


def _with(tokens: Tokens, request: Request | Callable[[], Request]) -> Callable[[], Request]:
    """Return the request with the access token in its body: an address would end up in logs."""

    def authorised() -> Request:
        asked = request if isinstance(request, Request) else request()
        body = cast("Mapping[str, object]", asked.json or {})
        return replace(
            asked,
            base_url=SecretStr(tokens.details[ENDPOINT]),
            json={**body, "auth": tokens.access_token.get_secret_value()},
        )

    return authorised
