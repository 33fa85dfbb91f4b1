"""What the server, the settings and the faults take from VK Ads."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet

from infra.sandbox.protocols import Protocol
from infra.sandbox.store import Store
from infra.sandbox.vk_ads import records
from infra.sandbox.vk_ads.http import routes

_FAILURES: dict[str, tuple[int, Any]] = {
    "unavailable": (503, {"error": {"code": "ERR_INTERNAL", "message": "Internal error"}}),
    "unauthorized": (401, {"code": "invalid_client", "message": "Invalid client id or secret"}),
    "denied": (403, {"error": {"code": "ERR_ACCESS_DENIED", "message": "Access denied"}}),
    "exhausted": (429, {"error": {"code": "ERR_LIMIT_EXCEEDED", "message": "Too many requests"}}),
    "broken": (500, {"error": {"code": "ERR_INTERNAL", "message": "Internal error"}}),
}


def _settings(store: Store, meta: Mapping[str, str], base_url: str) -> dict[str, str]:
    if not records.users(store):
        return {}
    return {
        "VK_ADS__MAIN__CLIENT_ID": meta["vk_client_id"],
        "VK_ADS__MAIN__CLIENT_SECRET": meta["vk_client_secret"],
        "VK_ADS__MAIN__TOKEN_KEY": meta["vk_token_key"],
        "VK_ADS__MAIN__REQUESTS_PER_SECOND": "1000",
        "VK_ADS__MAIN__BASE_URL": base_url,
    }


PROTOCOL = Protocol(
    prefix="/api/v2/",
    secrets={
        "vk_client_id": lambda: secrets.token_hex(8),
        "vk_client_secret": lambda: secrets.token_urlsafe(48),
        "vk_token_key": lambda: Fernet.generate_key().decode("ascii"),
    },
    routes=routes,
    settings=_settings,
    failure=_FAILURES.__getitem__,
)
