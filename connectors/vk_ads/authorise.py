"""Two words of the command: put the first token in, and delete all when there are too many."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import cast

from connectors.http import DEFAULT_PATIENCE
from connectors.stream import Account, Traffic
from connectors.token_store import new_key
from connectors.vk_ads.auth_server import AuthServer
from connectors.vk_ads.settings import Settings
from connectors.vk_ads.tokens import TokenKeeper, command_of, setting, token_store


def authorise(account: Account) -> int:
    """Make TOKEN_KEY where it is missing, and have the first token issued; nothing is asked.

    Args:
        account: as configured.

    Returns:
        The exit status.

    Raises:
        ConnectorError: VK issues no token, or it cannot be kept.
    """
    settings = cast("Settings", account.settings)
    if settings.token_key is None:
        key = new_key()
        _say(
            "The token will be encrypted with this key. Put the line into .env, and run this again;"
            " it is shown only now:",
            f"{setting(account, 'token_key')}={key.get_secret_value()}",
        )
        return 0
    with closing(TokenKeeper(token_store(account, settings), _server(account))) as keeper:
        ends = keeper.current().expires_at
    _say(f"VK Ads is open to the account {account.name}; its token is renewed before {ends:%F %R}Z")
    return 0


def delete_tokens(account: Account) -> int:
    """Delete all tokens of this application and advertiser, those of other programs too.

    Args:
        account: as configured.

    Returns:
        The exit status.

    Raises:
        ConnectorError: VK refuses.
    """
    store = token_store(account, cast("Settings", account.settings))
    with closing(_server(account)) as server, store.locked():
        server.delete()
    _say("All tokens are deleted; the next run has one issued.")
    return 0


def _server(account: Account) -> AuthServer:
    return AuthServer(
        cast("Settings", account.settings),
        delete_command=command_of(account, "delete_tokens"),
        traffic=Traffic(),
        transport=None,
        patience=DEFAULT_PATIENCE,
    )


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
