"""The true answers of a world, added up from its own business objects.

A world builder knows what it planted: which campaign a lead really came from, which deal was won
and when. It states that as facts; this module only adds them up. It never reads the store, so a
fault of the store, of a protocol, of the extractor or of a mart cannot reach the figures that all
of them are compared with.

`ledger.json` holds one list of objects per section, amounts as decimal text in the reporting
currency (`..._reporting`) or in the account's own; `docs/worlds.md` describes every section.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

UNKNOWN = "unknown"  # a month, a manager or a channel that nobody knows; counted, never dropped
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignKey:
    """A campaign as reports know it. CSV spend has no ids: the campaign's text is its id."""

    platform: str
    account: str
    campaign_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendFact:
    """What one campaign cost on one day; `spend` in the account's `currency`, as billed."""

    campaign: CampaignKey
    channel_code: str
    day: str
    currency: str
    spend: Decimal
    spend_reporting: Decimal
    impressions: int
    clicks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFact:
    """One lead that counts."""

    manager_id: str
    channel_code: str
    match_method: str
    campaign: CampaignKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFact:
    """One deal that counts.

    Args:
        manager_id: the responsible user, or `unknown`.
        pipeline_id: the pipeline.
        channel_code: the channel that brought it.
        match_method: which rule tells the channel.
        campaign: the campaign that brought it, where known.
        is_inquiry: no lead gave birth to it.
        won_month: `YYYY-MM`, `unknown` where no date says when, None when not won.
        won_at_method: `stage_history`, `moved_time`, `close_date`, `unknown`; None when not won.
        revenue_reporting: its amount in the reporting currency when won, else 0.
    """

    manager_id: str
    pipeline_id: str
    channel_code: str
    match_method: str
    campaign: CampaignKey | None
    is_inquiry: bool
    won_month: str | None
    won_at_method: str | None
    revenue_reporting: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a ledger is made of.

    `left_out` counts what the source serves and reports do not count, `not_loadable` what the
    world's origin holds and no source serves; both by (entity, reason).
    """

    reporting_currency: str
    spend: Sequence[SpendFact]
    leads: Sequence[LeadFact]
    deals: Sequence[DealFact]
    manager_names: dict[str, str]
    left_out: Counter[tuple[str, str]]
    not_loadable: Counter[tuple[str, str]]


def reporting(amount: Decimal, rate: Decimal) -> Decimal:
    """Convert one amount into the reporting currency, half a cent upwards."""
    return (amount * rate).quantize(CENT, ROUND_HALF_UP)


def compute(facts: Facts) -> dict[str, Any]:
    """Add the facts up into the sections of `ledger.json`."""
    return {
        "reporting_currency": facts.reporting_currency,
        "totals": _totals(facts),
        "spend_by_platform_day": _spend_by_platform_day(facts.spend),
        "won_revenue_by_month_pipeline": _won_by_month(facts.deals),
        "managers": _managers(facts),
        "channels": _channels(facts),
        "campaigns": _campaigns(facts),
        "unmatched": _unmatched(facts.deals),
        "match_methods": _methods(facts),
        "left_out": _reasons(facts.left_out),
        "not_loadable": _reasons(facts.not_loadable),
    }


def write(path: Path, ledger: dict[str, Any]) -> None:
    """Write a ledger; the same ledger gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(ledger, ensure_ascii=False, indent=1, default=_decimal_text)
    path.write_text(text + "\n", encoding="utf-8")


def _decimal_text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(type(value).__name__)


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))


def _is_won(deal: DealFact) -> bool:
    return deal.won_month is not None


def _totals(facts: Facts) -> dict[str, Any]:
    return {
        "leads": len(facts.leads),
        "inquiries": len(facts.leads) + sum(d.is_inquiry for d in facts.deals),
        "deals": len(facts.deals),
        "won_deals": sum(map(_is_won, facts.deals)),
        "revenue_reporting": _total(d.revenue_reporting for d in facts.deals),
        "spend_reporting": _total(s.spend_reporting for s in facts.spend),
        "impressions": sum(s.impressions for s in facts.spend),
        "clicks": sum(s.clicks for s in facts.spend),
    }


def _spend_by_platform_day(spend: Sequence[SpendFact]) -> list[dict[str, Any]]:
    days: dict[tuple[str, ...], list[SpendFact]] = defaultdict(list)
    for fact in spend:
        key = (fact.campaign.platform, fact.campaign.account, fact.day, fact.currency)
        days[key].append(fact)
    names = ("platform", "account", "day", "currency")
    return [
        dict(zip(names, key, strict=True))
        | {
            "spend": _total(f.spend for f in facts),
            "spend_reporting": _total(f.spend_reporting for f in facts),
            "impressions": sum(f.impressions for f in facts),
            "clicks": sum(f.clicks for f in facts),
        }
        for key, facts in sorted(days.items())
    ]


def _won_by_month(deals: Sequence[DealFact]) -> list[dict[str, Any]]:
    months: dict[tuple[str, str], list[DealFact]] = defaultdict(list)
    for deal in deals:
        if deal.won_month is not None:
            months[deal.won_month, deal.pipeline_id].append(deal)
    return [
        {
            "month": month,
            "pipeline_id": pipeline_id,
            "won_deals": len(won),
            "revenue_reporting": _total(d.revenue_reporting for d in won),
        }
        for (month, pipeline_id), won in sorted(months.items())
    ]


def _outcome(leads: Sequence[LeadFact], deals: Sequence[DealFact]) -> dict[str, Any]:
    return {
        "leads": len(leads),
        "deals": len(deals),
        "won_deals": sum(map(_is_won, deals)),
        "revenue_reporting": _total(d.revenue_reporting for d in deals),
    }


def _managers(facts: Facts) -> list[dict[str, Any]]:
    leads: dict[str, list[LeadFact]] = defaultdict(list)
    deals: dict[str, list[DealFact]] = defaultdict(list)
    for lead in facts.leads:
        leads[lead.manager_id].append(lead)
    for deal in facts.deals:
        deals[deal.manager_id].append(deal)
    return [
        {"manager_id": manager_id, "name": facts.manager_names.get(manager_id)}
        | _outcome(leads[manager_id], deals[manager_id])
        for manager_id in sorted({*leads, *deals})
    ]


def _channels(facts: Facts) -> list[dict[str, Any]]:
    leads: dict[str, list[LeadFact]] = defaultdict(list)
    deals: dict[str, list[DealFact]] = defaultdict(list)
    spend: dict[str, list[Decimal]] = defaultdict(list)
    for lead in facts.leads:
        leads[lead.channel_code].append(lead)
    for deal in facts.deals:
        deals[deal.channel_code].append(deal)
    for fact in facts.spend:
        spend[fact.channel_code].append(fact.spend_reporting)
    return [
        {"channel_code": code}
        | _outcome(leads[code], deals[code])
        | {
            "inquiries": len(leads[code]) + sum(d.is_inquiry for d in deals[code]),
            "spend_reporting": _total(spend[code]),
        }
        for code in sorted({*leads, *deals, *spend})
    ]


def _campaigns(facts: Facts) -> list[dict[str, Any]]:
    leads: dict[CampaignKey, list[LeadFact]] = defaultdict(list)
    deals: dict[CampaignKey, list[DealFact]] = defaultdict(list)
    spend: dict[CampaignKey, list[Decimal]] = defaultdict(list)
    for lead in facts.leads:
        if lead.campaign is not None:
            leads[lead.campaign].append(lead)
    for deal in facts.deals:
        if deal.campaign is not None:
            deals[deal.campaign].append(deal)
    for fact in facts.spend:
        spend[fact.campaign].append(fact.spend_reporting)
    return [
        {
            "platform": key.platform,
            "account": key.account,
            "campaign_id": key.campaign_id,
            "spend_reporting": _total(spend[key]),
        }
        | _outcome(leads[key], deals[key])
        for key in sorted(
            {*leads, *deals, *spend}, key=lambda k: (k.platform, k.account, k.campaign_id)
        )
    ]


def _unmatched(deals: Sequence[DealFact]) -> dict[str, Any]:
    lost = [deal for deal in deals if deal.channel_code == UNKNOWN]
    revenue = _total(d.revenue_reporting for d in deals)
    lost_revenue = _total(d.revenue_reporting for d in lost)
    return {
        "deals": len(deals),
        "unmatched_deals": len(lost),
        "deals_share": _share(Decimal(len(lost)), Decimal(len(deals))),
        "revenue_reporting": revenue,
        "unmatched_revenue_reporting": lost_revenue,
        "revenue_share": _share(lost_revenue, revenue),
    }


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole).quantize(Decimal("0.000001")) if whole else None


def _methods(facts: Facts) -> list[dict[str, Any]]:
    counts = Counter(("lead", lead.match_method) for lead in facts.leads)
    counts.update(("deal", deal.match_method) for deal in facts.deals)
    return [
        {"entity": entity, "match_method": method, "count": count}
        for (entity, method), count in sorted(counts.items())
    ]


def _reasons(counts: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"entity": entity, "reason": reason, "count": count}
        for (entity, reason), count in sorted(counts.items())
    ]
