"""`python -m connectors.bitrix24 authorise`: let an OAuth application into its portal, once.

A person opens the address in a browser and grants the application its access; the portal shows a
code, or sends the browser to the application's address with the code in the query. Either is
pasted here. The code lives thirty seconds and comes by standard input: what is typed behind a
command is seen by every user of the machine.
Source: https://apidocs.bitrix24.com (full OAuth 2.0 protocol).
"""

from __future__ import annotations

import secrets
import sys
from contextlib import closing
from typing import cast
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import SecretStr

from connectors.bitrix24.access import auth_server, token_store
from connectors.bitrix24.listings import SOURCE_NAME
from connectors.bitrix24.oauth import host_of
from connectors.bitrix24.settings import Settings
from connectors.errors import Misconfigured, Rejected
from connectors.http import DEFAULT_PATIENCE
from connectors.stream import Account, Traffic
from connectors.token_store import new_key


def authorise(account: Account) -> int:
    """Let an OAuth application into the portal, once; asks for the code that the portal shows.

    Args:
        account: one that has an application.

    Returns:
        The exit status.

    Raises:
        Misconfigured: the account has a webhook, or PORTAL is another portal than the code's.
        ConnectorError: the authorization server refused, or the tokens cannot be kept.
    """
    settings = cast("Settings", account.settings)
    if settings.webhook_url is not None:
        msg = "this account reads over a webhook: there is nothing to authorise"
        raise Misconfigured(msg, source=SOURCE_NAME)
    key = settings.token_key or _made_key(account)
    store = token_store(account, key)
    state = secrets.token_urlsafe(12)
    _say(
        "Open this address in a browser where you are logged in as the employee whose rights the",
        "warehouse shall have, and paste the code, or the whole address the browser ends at, here",
        "within 30 seconds:",
        address(settings, state),
    )
    code = code_of(sys.stdin.readline(), state)
    server = auth_server(account, Traffic(), transport=None, patience=DEFAULT_PATIENCE)
    with closing(server), store.locked() as write:
        tokens = server.exchange(code)
        if host_of(tokens) != settings.host:
            msg = (
                f"the code is for the portal {host_of(tokens)} and PORTAL says {settings.host}: "
                "correct PORTAL, or take the code of the right portal"
            )
            raise Misconfigured(msg, source=SOURCE_NAME)
        write(tokens)
    _say(f"{settings.host} is open to the account {account.name}; see what it may: check")
    return 0


def address(settings: Settings, state: str) -> str:
    """Return where a person grants the application its access."""
    query = urlencode({"client_id": settings.client_id or "", "state": state})
    return f"{settings.portal}/oauth/authorize/?{query}"


def code_of(pasted: str, state: str) -> SecretStr:
    """Read the code out of what was pasted: the code itself, or the address that carries it.

    Raises:
        Rejected: there is none, or the address answers another question than ours.
    """
    text = pasted.strip()
    if "code=" in text:
        query = parse_qs(urlsplit(text).query or text.lstrip("?"))
        if query.get("state", [state]) != [state]:
            msg = "the address belongs to an earlier attempt: begin again"
            raise Rejected(msg, source=SOURCE_NAME)
        text = query.get("code", [""])[0]
    if not text or " " in text:
        msg = "that is no code: begin again"
        raise Rejected(msg, source=SOURCE_NAME)
    return SecretStr(text)


def _made_key(account: Account) -> SecretStr:
    """Make the key of the token store; the one secret that is shown, since nobody else knows it."""
    key = new_key()
    name = f"{SOURCE_NAME}__{account.name}__token_key".upper()
    _say(
        "The tokens will be encrypted with this key. Put the line into .env; it is shown only now:",
        f"{name}={key.get_secret_value()}",
        "",
    )
    return key


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
