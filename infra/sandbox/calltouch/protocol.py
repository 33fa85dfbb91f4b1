"""Calltouch as the sandbox finds it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from infra.sandbox import tracker_records
from infra.sandbox.calltouch.http import TRACKER, routes
from infra.sandbox.protocols import Protocol
from infra.sandbox.store import Store

_STATUS = {"unavailable": 503, "unauthorized": 401, "denied": 403, "exhausted": 429, "broken": 500}


def _settings(store: Store, meta: Mapping[str, str], base_url: str) -> dict[str, str]:
    if not tracker_records.is_used(store, TRACKER):
        return {}
    given = {
        "CALLTOUCH__MAIN__TOKEN": meta["calltouch_token"],
        "CALLTOUCH__MAIN__SITE_ID": meta.get("calltouch_site_id", "1"),
        "CALLTOUCH__MAIN__REQUESTS_PER_SECOND": "1000",
        "CALLTOUCH__MAIN__BASE_URL": base_url,
    }
    if "calltouch_first_day" in meta:
        given["CALLTOUCH__MAIN__FIRST_DAY"] = meta["calltouch_first_day"]
    return given


def _failure(kind: str) -> tuple[int, Any]:
    return _STATUS[kind], {"errorCode": _STATUS[kind], "message": "canary of a request"}


PROTOCOL = Protocol(
    prefix="/calls-service/",
    secrets={"calltouch_token": lambda: f"{secrets.token_hex(16)}.{secrets.token_hex(8)}"},
    routes=routes,
    settings=_settings,
    failure=_failure,
)
