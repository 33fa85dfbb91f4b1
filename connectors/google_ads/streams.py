"""The streams of Google Ads, as data: dimensions first, then days, from coarse to fine."""

from __future__ import annotations

from datetime import timedelta

from connectors.google_ads.queries import (
    AD_DAYS,
    AD_GROUP_DAYS,
    AD_GROUPS,
    ADS,
    CAMPAIGN_DAYS,
    CAMPAIGNS,
    CLICKS,
    CONVERSION_DAYS,
    CUSTOMERS,
    KEYWORD_DAYS,
    Query,
)
from connectors.stream import Stream, WriteMode

WITH_TOTAL = "campaign_days"
"""The one stream whose sum is the customer's: finer levels lack Performance Max."""

_RESTATED = timedelta(days=30)
"""Conversions are dated back to their click, within a conversion window of 30 days."""

_SERVED = timedelta(days=1110)
"""37 months."""

_CLICKS_SERVED = timedelta(days=88)
"""90 days back from today in the customer's time zone, which may be a day ahead of ours."""


def _all(name: str, description: str, query: Query) -> Stream:
    return Stream(
        name=name,
        description=description,
        write=WriteMode.REPLACE_ALL,
        request={"query": query},
    )


def _days(
    name: str,
    description: str,
    query: Query,
    lookback: timedelta = _RESTATED,
    history: timedelta = _SERVED,
) -> Stream:
    return Stream(
        name=name,
        description=description,
        write=WriteMode.REPLACE_WINDOW,
        request={"query": query},
        lookback=lookback,
        history=history,
    )


STREAMS = (
    _all(
        "customers",
        "One record per advertising customer, with its currency and time zone.",
        CUSTOMERS,
    ),
    _all(
        "campaigns",
        "One record per campaign of a customer, removed ones among them.",
        CAMPAIGNS,
    ),
    _all(
        "ad_groups",
        "One record per ad group of a campaign, removed ones among them.",
        AD_GROUPS,
    ),
    _all(
        "ads",
        "One record per ad and ad group, with where it leads; an ad may be in several.",
        ADS,
    ),
    _days(
        "campaign_days",
        "One record per campaign and day of the customer's time zone: cost in micros of the "
        "customer's currency, without VAT; impressions, clicks, conversions. The truth of spend.",
        CAMPAIGN_DAYS,
    ),
    _days(
        "ad_group_days",
        "One record per ad group and day: the same figures, without what has no ad groups.",
        AD_GROUP_DAYS,
    ),
    _days(
        "ad_days",
        "One record per ad, ad group and day: the same figures, as far as ads have them.",
        AD_DAYS,
    ),
    _days(
        "keyword_days",
        "One record per keyword, ad group and day: the same figures of search campaigns.",
        KEYWORD_DAYS,
    ),
    _days(
        "conversion_days",
        "One record per campaign, conversion action and day of the click: conversions and value, "
        "of all actions and of those that count.",
        CONVERSION_DAYS,
    ),
    _days(
        "clicks",
        "One record per click (gclid) and day, with its campaign, ad group, ad and keyword; "
        "invalid clicks among them.",
        CLICKS,
        # A click does not change; some arrive late.
        lookback=timedelta(days=3),
        history=_CLICKS_SERVED,
    ),
)
