"""The streams of VK Ads, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connectors.stream import Stream, WriteMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One of the three kinds of objects.

    Args:
        resource: the API's word, in addresses of lists and of statistics.
        fields: what is asked for of each object (ads.vk.com/doc/api/object).
    """

    resource: str
    fields: tuple[str, ...]


CAMPAIGNS = Level(
    resource="ad_plans",
    fields=(
        *("id", "name", "status", "date_start", "date_end", "objective"),
        *("budget_limit", "budget_limit_day"),
    ),
)
AD_GROUPS = Level(
    resource="ad_groups",
    fields=("id", "ad_plan_id", "name", "status", "package_id", "objective", "utm", "delivery"),
)
ADS = Level(
    resource="banners",
    fields=("id", "ad_group_id", "name", "status", "delivery", "moderation_status", "urls"),
)
"""`urls` holds the address that an ad leads to; its texts and pictures stay where they are."""


def _listed(name: str, description: str, level: Level | None = None) -> Stream:
    return Stream(
        name=name,
        description=description,
        write=WriteMode.REPLACE_ALL,
        request={} if level is None else {"listed": level},
    )


def _days(name: str, description: str, level: Level) -> Stream:
    return Stream(
        name=name,
        description=description,
        write=WriteMode.REPLACE_WINDOW,
        request={"days_of": level, "has_totals": level is CAMPAIGNS},
        # Fraud is filtered within days; goals come later.
        lookback=timedelta(days=7),
        weekly_lookback=timedelta(days=35),
        # 366 days are served, today among them.
        history=timedelta(days=364),
    )


STREAMS = (
    _listed("users", "One record per advertiser, with the currency of its amounts."),
    _listed("campaigns", "One record per campaign (ad_plan), deleted ones too.", CAMPAIGNS),
    _listed("ad_groups", "One record per ad group of a campaign, deleted ones too.", AD_GROUPS),
    _listed("ads", "One record per ad (banner), deleted ones too, with its addresses.", ADS),
    _days(
        "campaign_days",
        "One record per campaign and day in Moscow: spend in the advertiser's currency, shows, "
        "clicks, goals.",
        CAMPAIGNS,
    ),
    _days("ad_group_days", "One record per ad group and day in Moscow.", AD_GROUPS),
    _days("ad_days", "One record per ad and day in Moscow.", ADS),
)
