"""The one token of an account: kept on this machine and shared by its processes.

Of the five tokens that VK allows, this machine uses one. It is issued once, then refreshed when it
is about to end, by whoever holds the lock; the others, whose value ends with that, read the new
value from the store. Another one is issued only when VK does not know this one any more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from connectors.errors import Misconfigured, Rejected, Unauthorized
from connectors.stream import Account
from connectors.token_store import Tokens, TokenStore
from connectors.vk_ads.auth_server import AuthServer
from connectors.vk_ads.settings import Settings
from connectors.vk_ads.verdicts import FATAL, SOURCE_NAME

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_NONE_YET = Tokens(
    access_token=SecretStr(""),
    refresh_token=SecretStr(""),
    issued_at=_LONG_AGO,
    expires_at=_LONG_AGO,
    details={},
)
"""Stands in the store while the first token is asked for: one that cannot be kept is not asked."""


class TokenKeeper:
    """An account's token, shared by the threads of a client.

    Args:
        store: where every process of the account finds it.
        server: issues and refreshes.
        now: the time.
    """

    def __init__(
        self,
        store: TokenStore,
        server: AuthServer,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._server = server
        self._now = now
        self._lock = threading.Lock()
        self._tokens: Tokens | None = None

    def current(self) -> Tokens:
        """Return a token that has not ended; issued where there is none, refreshed where due.

        Raises:
            ConnectorError: see `TokenStore.locked` and `AuthServer`.
        """
        with self._lock:
            tokens = self._tokens or self._stored()
            if tokens is None or tokens.is_due(self._now()):
                tokens = self._renewed(tokens, is_unknown=False)
            self._tokens = tokens
            return tokens

    def renew(self, used: Tokens, *, is_unknown: bool) -> Tokens:
        """Return another value than the one that was used in vain.

        Args:
            used: what VK has refused.
            is_unknown: VK does not know it, so that it cannot be refreshed.

        Raises:
            ConnectorError: see `TokenStore.locked` and `AuthServer`.
        """
        with self._lock:
            self._tokens = self._renewed(used, is_unknown=is_unknown)
            return self._tokens

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _renewed(self, used: Tokens | None, *, is_unknown: bool) -> Tokens:
        with self._store.locked() as write:
            stored = self._stored()
            known = None if used is None else used.access_token
            if stored and stored.access_token != known and not stored.is_due(self._now()):
                return stored  # somebody else was first
            write(stored or _NONE_YET)
            fresh = None if stored is None or is_unknown else self._refreshed(stored)
            fresh = fresh or self._server.issue()
            write(fresh)
            return fresh

    def _refreshed(self, stored: Tokens) -> Tokens | None:
        """Return the token with a new value, None where VK does not know it any more."""
        try:
            return self._server.refresh(stored)
        except (Rejected, Unauthorized) as refused:
            if refused.code in FATAL:
                raise
            return None

    def _stored(self) -> Tokens | None:
        with suppress(Unauthorized):
            tokens = self._store.read()
            return tokens if tokens.access_token.get_secret_value() else None
        return None


def token_store(account: Account, settings: Settings) -> TokenStore:
    """Return where the account's token lies; accounts of one application and user share it.

    Raises:
        Misconfigured: TOKEN_KEY is missing or is none.
    """
    command = command_of(account, "authorise")
    if settings.token_key is None:
        msg = f"{setting(account, 'token_key')} is missing: {command} makes one"
        raise Misconfigured(msg, source=SOURCE_NAME)
    return TokenStore(
        Path(account.shared) / f"{settings.user}.tokens",
        settings.token_key,
        source=SOURCE_NAME,
        command=command,
    )


def command_of(account: Account, word: str) -> str:
    """Return a command of this source, as a person types it."""
    return f"python -m connectors.{SOURCE_NAME} {word} --account {account.name}"


def setting(account: Account, field: str) -> str:
    """Return the environment's name of a setting."""
    return f"{SOURCE_NAME}__{account.name}__{field}".upper()
