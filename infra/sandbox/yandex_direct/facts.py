"""The rows behind a report: days of campaigns, or of what is shown below them.

A report that names a group, an ad or a criterion is of the leaves; a campaign's day without leaves
stands among them without any id, as campaigns of the wizard do
(yandex.com/dev/direct/doc/en/report-format).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from infra.sandbox.store import Store
from infra.sandbox.yandex_direct import details

METRICS = ("Impressions", "Clicks", "Cost", "Conversions", "Revenue")
OF_GOALS = ("Conversions", "Revenue")
SEGMENTS = (
    *("Date", "CampaignId", "CampaignName", "CampaignType"),
    *("AdGroupId", "AdGroupName", "AdId", "CriterionId", "Criterion", "CriterionType"),
)
_BELOW = frozenset(SEGMENTS[4:])
_NONE = "--"

_CAMPAIGN_DAYS = """
    select day, campaign_id, campaign_name, campaign_type, null, null, null,
        impressions, clicks, cost_micros, conversions, null, vat_percent
    from yandex_campaign_day as campaign
    where login = :login and day between :first and :last
"""
_LEAF_DAYS = """
    select leaf.day, leaf.campaign_id, campaign.campaign_name, campaign.campaign_type,
        leaf.ad_group_id, leaf.ad_id, leaf.criterion_id, leaf.impressions, leaf.clicks,
        leaf.cost_micros, leaf.conversions, leaf.revenue_micros, campaign.vat_percent
    from yandex_leaf_day as leaf
    join yandex_campaign_day as campaign using (login, campaign_id, day)
    where leaf.login = :login and leaf.day between :first and :last
"""
_WITHOUT_LEAVES = """
    and not exists (
        select 1 from yandex_leaf_day as leaf
        where leaf.login = campaign.login and leaf.day = campaign.day
            and leaf.campaign_id = campaign.campaign_id
    )
"""
_IN_ORDER = " order by 1, 2, 5, 6, 7"

Goals = Mapping[tuple[str, str], Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row, not grouped yet.

    Args:
        campaign: its number.
        segments: by the names of columns, `--` where there is no value.
        metrics: by the names of columns, money in micros, the cost with VAT.
        goals: by goal and attribution model, the metrics that it has.
        vat_percent: that is in the cost.
    """

    campaign: int
    segments: Mapping[str, str]
    metrics: Mapping[str, Decimal]
    goals: Goals
    vat_percent: str


def facts(
    store: Store, login: str, fields: Sequence[str], first: date, last: date
) -> Iterator[Fact]:
    """Yield the rows of a period, by day and number."""
    is_below = not _BELOW.isdisjoint(fields)
    query = (
        f"{_LEAF_DAYS} union all {_CAMPAIGN_DAYS}{_WITHOUT_LEAVES}" if is_below else _CAMPAIGN_DAYS
    )
    window = {"login": login, "first": f"{first}", "last": f"{last}"}
    goals = _goals(store, window)
    names = _Names(store, login)
    for row in store.query(query + _IN_ORDER, window):
        day, campaign, *_ = row
        yield _fact(row, names, goals.get((day, campaign), {}))


class _Names:
    """What the objects of an advertiser are called."""

    def __init__(self, store: Store, login: str) -> None:
        self._groups = details.objects(store, login, details.AD_GROUPS)
        self._keywords = details.objects(store, login, details.KEYWORDS)

    def segments(self, group: int | None, ad: int | None, criterion: int | None) -> dict[str, str]:
        known = self._keywords.get(criterion or 0, {})
        return {
            "AdGroupId": _text(group),
            "AdGroupName": _text(self._groups.get(group or 0, {}).get("Name")),
            "AdId": _text(ad),
            "CriterionId": _text(criterion),
            "Criterion": _text(known.get("Keyword")),
            "CriterionType": _text(known.get("CriterionType")),
        }


def _fact(row: tuple[Any, ...], names: _Names, goals: Goals) -> Fact:
    day, campaign, name, kind, group, ad, criterion, shown, clicks, cost, brought, revenue, vat = (
        row
    )
    if revenue is None:
        usual = [of["Revenue"] for (_, model), of in goals.items() if model == "AUTO"]
        revenue = sum(usual, Decimal(0))
    figures = (shown, clicks, cost, brought, revenue)
    return Fact(
        campaign=campaign,
        segments={
            "Date": day,
            "CampaignId": str(campaign),
            "CampaignName": name,
            "CampaignType": kind,
            **names.segments(group, ad, criterion),
        },
        metrics={name: Decimal(figure) for name, figure in zip(METRICS, figures, strict=True)},
        goals=goals,
        vat_percent=vat,
    )


def _goals(
    store: Store, window: Mapping[str, str]
) -> dict[tuple[str, int], dict[tuple[str, str], dict[str, Decimal]]]:
    found: dict[tuple[str, int], dict[tuple[str, str], dict[str, Decimal]]] = {}
    for day, campaign, goal, model, conversions, revenue in store.query(
        "select day, campaign_id, goal_id, model, conversions, revenue_micros"
        " from yandex_goal_day where login = :login and day between :first and :last",
        window,
    ):
        figures = {"Conversions": Decimal(conversions), "Revenue": Decimal(revenue)}
        found.setdefault((day, campaign), {})[goal, model] = figures
    return found


def _text(value: object) -> str:
    return _NONE if value is None else str(value)
