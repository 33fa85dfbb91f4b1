"""The secrets of a served world, made when it is first served and kept in its store.

A world's content is the same each time it is built; its secrets are not, so that a secret found
in a log is known to be a leak of this very directory.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from infra.sandbox import protocols
from infra.sandbox.store import Store

_MAKERS: dict[str, Callable[[], str]] = {
    "webhook_user": lambda: "1",
    "webhook_secret": lambda: secrets.token_hex(8),
    "bitrix24_client_id": lambda: f"local.{secrets.token_hex(7)}.{secrets.randbelow(10**8):08d}",
    "bitrix24_client_secret": lambda: secrets.token_urlsafe(37),
    "bitrix24_member_id": lambda: secrets.token_hex(16),
    "google_client_id": lambda: f"{secrets.randbelow(10**12):012d}.apps.googleusercontent.com",
    "google_client_secret": lambda: f"GOCSPX-{secrets.token_urlsafe(21)}",
    "google_refresh_token": lambda: f"1//{secrets.token_urlsafe(48)}",
    "yandex_token": lambda: f"y0_{secrets.token_urlsafe(40)}",
}


def complete(store: Store) -> None:
    """Make the secrets that a world does not have yet."""
    known = store.all_meta()
    makers = dict(_MAKERS)
    for protocol in protocols.found():
        makers |= protocol.secrets
    missing = {name: make() for name, make in makers.items() if not known.get(name)}
    if missing:
        store.set_meta(missing)
