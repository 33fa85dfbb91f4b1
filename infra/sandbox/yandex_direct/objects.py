"""`clients` and `campaigns`: what reports refer to.

Source: yandex.com/dev/direct/doc/en/clients and /campaigns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from infra.sandbox.store import Store
from infra.sandbox.yandex_direct.answer import DirectError

_CAMPAIGN_FIELDS = (
    *("Id", "Name", "Type", "Status", "State", "StatusPayment", "StartDate"),
    *("Currency", "TimeZone", "ClientInfo"),
)
_PAGE_LIMIT = 10_000


def get_clients(store: Store, login: str, params: Mapping[str, Any]) -> dict[str, object]:
    """Return the advertiser that the request is made for, with the fields that it names."""
    known = _client(store, login)
    shown = {name: known[name] for name in _wanted(params, tuple(known)) if name in known}
    return {"Clients": [shown]}


def get_campaigns(store: Store, login: str, params: Mapping[str, Any]) -> dict[str, object]:
    """Return the advertiser's campaigns page by page; `LimitedBy` tells that more follow."""
    client = _client(store, login)
    rows = store.query(
        "SELECT campaign_id, campaign_name, campaign_type, min(day) FROM yandex_campaign_day"
        " WHERE login = ? GROUP BY campaign_id ORDER BY campaign_id",
        (login,),
    )
    ids = params.get("SelectionCriteria", {}).get("Ids")
    campaigns = [
        {
            "Id": number,
            "Name": name,
            "Type": kind,
            "Status": "ACCEPTED",
            "State": "ON",
            "StatusPayment": "ALLOWED",
            "StartDate": first,
            "Currency": client.get("Currency"),
            "TimeZone": "Europe/Moscow",
            "ClientInfo": client.get("ClientInfo"),
        }
        for number, name, kind, first in rows
        if ids is None or number in ids
    ]
    page = params.get("Page", {})
    offset, limit = int(page.get("Offset", 0)), int(page.get("Limit", _PAGE_LIMIT))
    wanted = _wanted(params, _CAMPAIGN_FIELDS)
    shown = [
        {name: campaign[name] for name in wanted} for campaign in campaigns[offset : offset + limit]
    ]
    answer: dict[str, object] = {"Campaigns": shown} if shown else {}
    if offset + limit < len(campaigns):
        answer["LimitedBy"] = offset + limit
    return answer


def _client(store: Store, login: str) -> dict[str, Any]:
    rows = store.query("SELECT payload FROM yandex_client WHERE login = ?", (login,))
    return {"Login": login} | json.loads(rows[0][0])


def _wanted(params: Mapping[str, Any], allowed: Sequence[str]) -> list[str]:
    names = params.get("FieldNames")
    if not names:
        raise DirectError(
            code=8000, text="Invalid request", detail="Required element FieldNames is missing"
        )
    unknown = [name for name in names if name not in allowed]
    if unknown and allowed is _CAMPAIGN_FIELDS:
        raise DirectError(
            code=8000,
            text="Invalid request",
            detail=f"Element FieldNames has an invalid value {unknown[0]}",
        )
    return list(names)
