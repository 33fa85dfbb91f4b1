"""The Data API as the sandbox finds it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from infra.sandbox import tracker_records
from infra.sandbox.comagic.errors import DataApiError
from infra.sandbox.comagic.http import PATH, routes
from infra.sandbox.comagic.reports import TRACKER, limits
from infra.sandbox.protocols import Protocol
from infra.sandbox.store import Store


def _settings(store: Store, meta: Mapping[str, str], base_url: str) -> dict[str, str]:
    if not tracker_records.is_used(store, TRACKER):
        return {}
    given = {
        "COMAGIC__MAIN__ACCESS_TOKEN": meta["comagic_token"],
        "COMAGIC__MAIN__REQUESTS_PER_SECOND": "1000",
        "COMAGIC__MAIN__BASE_URL": base_url + PATH,
    }
    if "comagic_first_day" in meta:
        given["COMAGIC__MAIN__FIRST_DAY"] = meta["comagic_first_day"]
    return given


def _failure(kind: str) -> tuple[int, Any]:
    if kind == "unavailable":
        return 503, {}
    error = {
        "unauthorized": DataApiError(mnemonic="access_token_expired", field="access_token"),
        "denied": DataApiError(mnemonic="ip_not_whitelisted"),
        "exhausted": DataApiError(
            mnemonic="limit_exceeded", limits=limits(minute_remaining=0, minute_reset=1)
        ),
        "broken": DataApiError(mnemonic="internal_error"),
    }[kind]
    return 200, error.document()


PROTOCOL = Protocol(
    prefix=PATH,
    secrets={
        "comagic_token": lambda: secrets.token_hex(20),
        "comagic_password": lambda: secrets.token_urlsafe(12),
    },
    routes=routes,
    settings=_settings,
    failure=_failure,
)
