"""`clients`, `agencyclients`, `campaigns`, `adgroups` and `ads`: what reports refer to.

Source: yandex.com/dev/direct/doc/en/clients, /agencyclients, /campaigns, /adgroups and /ads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from infra.sandbox.store import Store
from infra.sandbox.yandex_direct import details
from infra.sandbox.yandex_direct.answer import DirectError

_CAMPAIGN_FIELDS = (
    *("Id", "Name", "Type", "Status", "State", "StatusPayment", "StartDate", "EndDate"),
    *("Currency", "TimeZone", "ClientInfo"),
)
_AD_GROUP_FIELDS = (
    *("Id", "Name", "CampaignId", "Type", "Subtype", "Status", "ServingStatus", "TrackingParams"),
)
_AD_FIELDS = ("Id", "CampaignId", "AdGroupId", "Type", "Subtype", "State", "Status")
_OF_KIND = "FieldNames"
_NEWER = frozenset({"UnifiedCampaignFieldNames", "ResponsiveAdFieldNames"})
"""Known to version 501 alone."""

_PAGE_LIMIT = 10_000
_CAMPAIGNS_AT_ONCE = 10


def get_clients(store: Store, login: str, params: Mapping[str, Any]) -> dict[str, object]:
    """Return the advertiser that the request is made for, with the fields that it names."""
    known = _client(store, login)
    shown = {name: known[name] for name in _wanted(params) if name in known}
    return {"Clients": [shown]}


def get_agency_clients(store: Store, params: Mapping[str, Any]) -> dict[str, object]:
    """Return every advertiser of the world: all are clients of the one agency."""
    logins = [login for (login,) in store.query("SELECT login FROM yandex_client ORDER BY login")]
    wanted = _wanted(params)
    known = [_client(store, login) for login in logins]
    archived = _criteria(params).get("Archived")
    shown = [
        {name: client[name] for name in wanted if name in client}
        for client in known
        if archived is None or client.get("Archived", "NO") == archived
    ]
    return _page("Clients", shown, params)


def get_campaigns(
    store: Store, login: str, params: Mapping[str, Any], *, is_newest: bool = True
) -> dict[str, object]:
    """Return the advertiser's campaigns page by page; `LimitedBy` tells that more follow."""
    criteria = _criteria(params)
    ids, states = criteria.get("Ids"), criteria.get("States")
    found = [
        campaign
        for campaign in _campaigns(store, login, is_newest=is_newest)
        if (ids is None or campaign["Id"] in ids)
        and (states is None or campaign["State"] in states)
    ]
    shown = _shown(found, params, _CAMPAIGN_FIELDS, is_newest=is_newest)
    return _page("Campaigns", shown, params)


def get_ad_groups(
    store: Store, login: str, params: Mapping[str, Any], *, is_newest: bool = True
) -> dict[str, object]:
    """Return the ad groups of the campaigns that are named."""
    found = _of_campaigns(store, login, details.AD_GROUPS, params, is_newest=is_newest)
    shown = _shown(found, params, _AD_GROUP_FIELDS, is_newest=is_newest)
    return _page("AdGroups", shown, params)


def get_ads(
    store: Store, login: str, params: Mapping[str, Any], *, is_newest: bool = True
) -> dict[str, object]:
    """Return the ads of the campaigns that are named."""
    found = _of_campaigns(store, login, details.ADS, params, is_newest=is_newest)
    states = _criteria(params).get("States")
    found = [ad for ad in found if states is None or ad["State"] in states]
    return _page("Ads", _shown(found, params, _AD_FIELDS, is_newest=is_newest), params)


def _campaigns(store: Store, login: str, *, is_newest: bool) -> list[dict[str, Any]]:
    """Return campaigns as their days tell of them; version 5 knows none of the unified kind."""
    client = _client(store, login)
    stated = details.objects(store, login, details.CAMPAIGNS)
    rows = store.query(
        "SELECT campaign_id, campaign_name, campaign_type, min(day) FROM yandex_campaign_day"
        " WHERE login = ? GROUP BY campaign_id ORDER BY campaign_id",
        (login,),
    )
    return [
        {
            "Id": number,
            "Name": name,
            "Type": kind,
            "Status": "ACCEPTED",
            "State": "ON",
            "StatusPayment": "ALLOWED",
            "StartDate": first,
            "EndDate": None,
            "Currency": client.get("Currency"),
            "TimeZone": "Europe/Moscow",
            "ClientInfo": client.get("ClientInfo"),
            **stated.get(number, {}),
        }
        for number, name, kind, first in rows
        if is_newest or kind != "UNIFIED_CAMPAIGN"
    ]


def _of_campaigns(
    store: Store, login: str, service: str, params: Mapping[str, Any], *, is_newest: bool
) -> list[dict[str, Any]]:
    asked = _criteria(params).get("CampaignIds")
    if not asked:
        raise _malformed(detail="Required element CampaignIds is missing")
    if len(asked) > _CAMPAIGNS_AT_ONCE:
        raise DirectError(code=4001, text="Invalid request", detail="At most 10 CampaignIds")
    visible = {found["Id"] for found in _campaigns(store, login, is_newest=is_newest)}
    return [
        found
        for found in details.objects(store, login, service).values()
        if found["CampaignId"] in visible.intersection(asked)
    ]


def _shown(
    found: Iterable[Mapping[str, Any]],
    params: Mapping[str, Any],
    allowed: Sequence[str],
    *,
    is_newest: bool,
) -> list[dict[str, Any]]:
    """Return the named fields, and those of the object's own kind that are named for it."""
    wanted = _wanted(params, allowed)
    kinds = {
        name.removesuffix(_OF_KIND): given
        for name, given in params.items()
        if name.endswith(_OF_KIND) and name != _OF_KIND
    }
    for kind in kinds:
        if not is_newest and f"{kind}{_OF_KIND}" in _NEWER:
            raise _malformed(detail=f"Unknown parameter {kind}{_OF_KIND}")
    return [
        {name: each[name] for name in wanted if name in each}
        | {
            kind: {name: each[kind].get(name) for name in given}
            for kind, given in kinds.items()
            if kind in each
        }
        for each in found
    ]


def _page(
    member: str, found: Sequence[Mapping[str, Any]], params: Mapping[str, Any]
) -> dict[str, object]:
    page = params.get("Page", {})
    offset, limit = int(page.get("Offset", 0)), int(page.get("Limit", _PAGE_LIMIT))
    shown = found[offset : offset + limit]
    answer: dict[str, object] = {member: shown} if shown else {}
    if offset + limit < len(found):
        answer["LimitedBy"] = offset + limit
    return answer


def _criteria(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return params.get("SelectionCriteria") or {}


def _client(store: Store, login: str) -> dict[str, Any]:
    rows = store.query("SELECT payload FROM yandex_client WHERE login = ?", (login,))
    return {"Login": login} | json.loads(rows[0][0])


def _wanted(params: Mapping[str, Any], allowed: Sequence[str] | None = None) -> list[str]:
    names = params.get("FieldNames")
    if not names:
        raise _malformed(detail="Required element FieldNames is missing")
    unknown = [name for name in names if allowed is not None and name not in allowed]
    if unknown:
        raise _malformed(detail=f"Element FieldNames has an invalid value {unknown[0]}")
    return list(names)


def _malformed(*, detail: str) -> DirectError:
    return DirectError(code=8000, text="Invalid request", detail=detail)
