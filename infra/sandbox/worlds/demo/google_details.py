"""What stands below the demo company's campaigns in Google Ads; nothing is left to chance here.

Each campaign's day is split between two ad groups with one ad each; in search campaigns a keyword
takes most of its ad group, the rest being terms that no keyword of the company names. Performance
Max shows nothing below itself. Clicks are those of inquiries that carry a gclid, and some that led
to nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from infra.sandbox.google_ads import levels
from infra.sandbox.google_ads.levels import Click, LevelDay, LevelObject
from infra.sandbox.store import GoogleDay, Store
from infra.sandbox.worlds.demo import company, marketing
from infra.sandbox.worlds.demo.marketing import Campaign
from infra.sandbox.worlds.demo.records import Lead

_ACTION = "7001"
_GROUP_TYPES = {"SEARCH": "SEARCH_STANDARD", "DISPLAY": "DISPLAY_STANDARD"}
_AD_TYPES = {"SEARCH": "RESPONSIVE_SEARCH_AD", "DISPLAY": "RESPONSIVE_DISPLAY_AD"}
_GROUPS = ("01", "02")
_WORDS = ("пластиковые окна цена", "окна с установкой")
_CLICK_DAYS = 85
"""Google lists 90; in which zone it counts the last of them is left to whoever asks."""

_CLICKS_A_DAY = 2
"""Of each campaign, besides those of inquiries."""

_COUNTS = ("cost_micros", "impressions", "clicks", "interactions")


def add(store: Store, days: Sequence[GoogleDay], leads: Iterable[Lead]) -> None:
    """Fill a store that has the campaigns.

    Args:
        store: the store.
        days: the campaigns' days, which are split.
        leads: among them those with a gclid.
    """
    campaigns = _campaigns()
    levels.add(
        store,
        objects=(found for campaign in campaigns.values() for found in _objects(campaign)),
        days=level_days(days),
        clicks=[*_of_leads(campaigns, leads), *_of_nobody(campaigns, days)],
    )


def level_days(days: Iterable[GoogleDay]) -> Iterator[LevelDay]:
    """Yield the days of what stands below the campaigns."""
    campaigns = _campaigns()
    for day in days:
        yield from _parts(campaigns[day.campaign_id], day)


def _campaigns() -> dict[str, Campaign]:
    return {c.campaign_id: c for c in marketing.CAMPAIGNS if c.platform == "google_ads"}


def _objects(campaign: Campaign) -> Iterator[LevelObject]:
    segments = {
        "conversionAction": f"customers/{campaign.account}/conversionActions/{_ACTION}",
        "conversionActionName": "Заявка с сайта",
        "conversionActionCategory": "SUBMIT_LEAD_FORM",
    }
    action = f"{campaign.campaign_id}~{_ACTION}"
    yield _object(campaign, levels.ACTION, action, {"segments": segments})
    for number, group in _groups(campaign):
        named = {
            "name": f"{campaign.name} {number + 1}",
            "status": "ENABLED",
            "type": _GROUP_TYPES.get(campaign.kind, "VIDEO_RESPONSIVE"),
        }
        yield _object(campaign, levels.AD_GROUP, group, {"adGroup": named})
        ad = {
            "id": f"{group}5",
            "type": _AD_TYPES.get(campaign.kind, "VIDEO_RESPONSIVE_AD"),
            "finalUrls": [f"https://severny-dom.example/?utm_content={group}5"],
        }
        shown = {"adGroupAd": {"status": "ENABLED", "ad": ad}}
        yield _object(campaign, levels.AD, f"{group}~{group}5", shown)
        if campaign.kind == "SEARCH":
            keyword = {"text": _WORDS[number], "matchType": "PHRASE"}
            named = {"criterionId": f"{group}9", "status": "ENABLED", "keyword": keyword}
            criterion = {"adGroupCriterion": named}
            yield _object(campaign, levels.KEYWORD, f"{group}~{group}9", criterion)


def _object(
    campaign: Campaign, kind: str, object_id: str, payload: dict[str, dict[str, object]]
) -> LevelObject:
    return LevelObject(
        kind=kind,
        customer_id=campaign.account,
        object_id=object_id,
        campaign_id=campaign.campaign_id,
        payload=payload,
    )


def _groups(campaign: Campaign) -> Iterator[tuple[int, str]]:
    if campaign.kind != "PERFORMANCE_MAX":
        for number, ending in enumerate(_GROUPS):
            yield number, f"{campaign.campaign_id}{ending}"


def _parts(campaign: Campaign, day: GoogleDay) -> Iterator[LevelDay]:
    """Split a campaign's day: six tenths and the rest, nothing lost."""
    conversions = {
        f"{kind}{name}": getattr(day, name)
        for kind in ("", "all_")
        for name in ("conversions", "conversions_value")
    }
    if day.conversions != "0.0":
        yield _day(day, levels.ACTION, f"{campaign.campaign_id}~{_ACTION}", conversions)
    for number, group in _groups(campaign):
        metrics: dict[str, int | str] = {}
        for name in _COUNTS:
            whole = getattr(day, name)
            metrics[name] = whole - whole * 4 // 10 if number == 0 else whole * 4 // 10
        if campaign.kind == "SEARCH":
            most = {name: int(amount) * 9 // 10 for name, amount in metrics.items()}
            yield _day(day, levels.KEYWORD, f"{group}~{group}9", most)
        if number == 0:
            metrics |= {name: conversions[name] for name in ("conversions", "conversions_value")}
        for kind, object_id in ((levels.AD_GROUP, group), (levels.AD, f"{group}~{group}5")):
            yield _day(day, kind, object_id, metrics)


def _day(
    day: GoogleDay, kind: str, object_id: str, metrics: dict[str, int | str] | dict[str, int]
) -> LevelDay:
    return LevelDay(
        kind=kind,
        customer_id=day.customer_id,
        object_id=object_id,
        day=day.day,
        metrics=dict(metrics),
    )


def listed_click(lead: Lead) -> str | None:
    """Return the gclid of an inquiry whose click Google still lists, else None."""
    key = lead.signals.campaign
    is_known = key is not None and key.platform == "google_ads"
    return lead.signals.gclid if is_known and lead.created.date() >= _oldest() else None


def _of_leads(campaigns: dict[str, Campaign], leads: Iterable[Lead]) -> Iterator[Click]:
    for lead in leads:
        key, gclid = lead.signals.campaign, listed_click(lead)
        if key is not None and gclid is not None:
            yield _click(campaigns[key.campaign_id], lead.created.date().isoformat(), gclid)


def _of_nobody(campaigns: dict[str, Campaign], days: Iterable[GoogleDay]) -> Iterator[Click]:
    for day in days:
        if date.fromisoformat(day.day) < _oldest():
            continue
        for number in range(min(_CLICKS_A_DAY, day.clicks)):
            text = f"{day.campaign_id} {day.day} {number}"
            gclid = f"EAIaIQ{hashlib.sha256(text.encode()).hexdigest()[:40]}"
            yield _click(campaigns[day.campaign_id], day.day, gclid)


def _click(campaign: Campaign, day: str, gclid: str) -> Click:
    group = next((group for _, group in _groups(campaign)), "")
    view: dict[str, object] = {}
    if group:
        view["adGroupAd"] = f"customers/{campaign.account}/adGroupAds/{group}~{group}5"
    if campaign.kind == "SEARCH":
        view["keyword"] = f"customers/{campaign.account}/adGroupCriteria/{group}~{group}9"
        view["keywordInfo"] = {"text": _WORDS[0], "matchType": "PHRASE"}
    network = "SEARCH" if campaign.kind == "SEARCH" else "CONTENT"
    return Click(
        customer_id=campaign.account,
        day=day,
        gclid=gclid,
        campaign_id=campaign.campaign_id,
        ad_group_id=group,
        payload={
            "clickView": view,
            "segments": {"device": "MOBILE", "adNetworkType": network},
        },
    )


def _oldest() -> date:
    return company.NOW.date() - timedelta(days=_CLICK_DAYS)
