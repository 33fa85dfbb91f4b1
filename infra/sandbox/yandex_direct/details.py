"""What stands below a campaign: ad groups, ads, criteria, their days, and days of goals.

A world writes these beside its campaign days. A campaign without a leaf on a day is one of the
wizard: its day has no group and no ad. Of a campaign with leaves these add up to its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from infra.sandbox.payload_text import decode, encode
from infra.sandbox.store import Store

CAMPAIGNS, AD_GROUPS, ADS, KEYWORDS = "campaigns", "adgroups", "ads", "keywords"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectObject:
    """An object as its service shows it; one of `campaigns` adds to what its days say.

    Args:
        login: whose it is.
        service: `campaigns`, `adgroups`, `ads` or `keywords`.
        id: its number.
        campaign_id: the campaign that it belongs to.
        payload: its members, all but `Id` and `CampaignId`.
    """

    login: str
    service: str
    id: int
    campaign_id: int
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafDay:
    """One ad shown for one criterion on one day; `cost_micros` includes VAT."""

    login: str
    campaign_id: int
    day: str
    ad_group_id: int
    ad_id: int
    criterion_id: int
    impressions: int
    clicks: int
    cost_micros: int
    conversions: int = 0
    revenue_micros: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalDay:
    """What one goal of Metrica brought a campaign on one day, by one attribution model."""

    login: str
    campaign_id: int
    day: str
    goal_id: str
    model: str
    conversions: int
    revenue_micros: int


def add(
    store: Store,
    *,
    objects: Iterable[DirectObject] = (),
    leaves: Iterable[LeafDay] = (),
    goals: Iterable[GoalDay] = (),
) -> None:
    """Write details into a world."""
    store.add_rows(
        "insert into yandex_object values (?, ?, ?, ?, ?)",
        ((o.login, o.service, o.id, o.campaign_id, encode(o.payload)) for o in objects),
    )
    store.add_rows(
        "insert into yandex_leaf_day values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (astuple(leaf) for leaf in leaves),
    )
    store.add_rows(
        "insert into yandex_goal_day values (?, ?, ?, ?, ?, ?, ?)",
        (astuple(goal) for goal in goals),
    )


def objects(store: Store, login: str, service: str) -> dict[int, dict[str, Any]]:
    """Return an advertiser's objects by their numbers, each with the number of its campaign."""
    rows = store.query(
        "select id, campaign_id, payload from yandex_object where login = ? and service = ?"
        " order by id",
        (login, service),
    )
    return {
        number: {"Id": number, "CampaignId": campaign, **decode(payload)}
        for number, campaign, payload in rows
    }
