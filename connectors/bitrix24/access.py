"""The way into a portal: over an inbound webhook, or with the tokens of an OAuth application.

Whoever asks the portal does not see which of the two it is. Both keep within one bucket: the
portal counts by the address that asks, whichever webhook or application it uses.
Source: https://apidocs.bitrix24.com (how to call REST, authorization; limits).

Not here: how tokens are kept valid (`oauth.py`), what may be configured (`settings.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar, cast

import httpx
from pydantic import SecretStr

from connectors.bitrix24.auth_server import AuthServer
from connectors.bitrix24.listings import SOURCE_NAME
from connectors.bitrix24.oauth import AppAccess, TokenKeeper
from connectors.bitrix24.settings import Settings
from connectors.errors import Misconfigured
from connectors.http import Answer, HttpClient, Patience, Request
from connectors.limiter import SharedBucket
from connectors.stream import Account, Traffic
from connectors.token_store import TokenStore

T = TypeVar("T")

_BELOW_THE_LIMIT = 0.98


class Access(Protocol):
    """Asks one portal, within its limits and with what lets us in."""

    def fetch(self, request: Request | Callable[[], Request], read: Callable[[Answer], T]) -> T:
        """Send a request and return what `read` makes of the answer, as `HttpClient.fetch`."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


def open_access(
    account: Account,
    *,
    traffic: Traffic,
    transport: httpx.BaseTransport | None,
    patience: Patience,
) -> Access:
    """Open the way that the account's settings name; nothing is asked yet.

    Args:
        account: as configured.
        traffic: where requests, waits and bytes are counted.
        transport: stands in for the network in tests.
        patience: how long to go on asking.

    Raises:
        Misconfigured: a setting cannot work.
    """
    settings = cast("Settings", account.settings)
    over_a_webhook = settings.webhook_url is not None
    http = HttpClient(
        source=SOURCE_NAME,
        base_url=settings.webhook_url or SecretStr(f"{settings.portal}/rest"),
        traffic=traffic,
        limiter=_bucket(settings, Path(account.shared), patience),
        address_setting="WEBHOOK_URL" if over_a_webhook else "PORTAL",
        transport=transport,
        patience=patience,
    )
    if over_a_webhook:
        return http
    command = authorise_command(account)
    if settings.token_key is None:
        msg = f"TOKEN_KEY is missing: {command} makes one"
        raise Misconfigured(msg, source=SOURCE_NAME)
    server = auth_server(account, traffic, transport=transport, patience=patience)
    store = token_store(account, settings.token_key)
    return AppAccess(http, TokenKeeper(store, server, settings, command=command))


def auth_server(
    account: Account,
    traffic: Traffic,
    *,
    transport: httpx.BaseTransport | None,
    patience: Patience,
) -> AuthServer:
    """Return the authorization server of an account's application."""
    return AuthServer(
        cast("Settings", account.settings),
        command=authorise_command(account),
        traffic=traffic,
        transport=transport,
        patience=patience,
    )


def token_store(account: Account, key: SecretStr) -> TokenStore:
    """Return where an account's tokens lie: each account has a file of its own."""
    return TokenStore(
        Path(account.shared) / f"tokens-{account.name}.json",
        key,
        source=SOURCE_NAME,
        command=authorise_command(account),
    )


def authorise_command(account: Account) -> str:
    """Return what a person runs to let the application in."""
    return f"python -m connectors.{SOURCE_NAME} authorise --account {account.name}"


def _bucket(settings: Settings, shared: Path, patience: Patience) -> SharedBucket:
    """Return the portal's bucket; its file is named by a hash, since a host names a customer."""
    portal = hashlib.sha256(settings.host.encode()).hexdigest()[:16]
    pace = settings.plan.pace
    return SharedBucket(
        shared / f"portal-{portal}.json",
        # A little below the portal's own, which began to count on another clock.
        capacity=pace.burst - 1,
        per_second=pace.per_second * _BELOW_THE_LIMIT,
        sleep=patience.sleep,
    )
