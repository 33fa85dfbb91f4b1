"""The streams of Google Ads, as data."""

from __future__ import annotations

from datetime import timedelta

from connectors.google_ads.queries import CAMPAIGN_DAYS, CAMPAIGNS, CUSTOMERS
from connectors.stream import Stream, WriteMode

STREAMS = (
    Stream(
        name="customers",
        description="One record per advertising customer, with its currency and time zone.",
        write=WriteMode.REPLACE_ALL,
        request={"query": CUSTOMERS},
    ),
    Stream(
        name="campaigns",
        description="One record per campaign of a customer, removed ones among them.",
        write=WriteMode.REPLACE_ALL,
        request={"query": CAMPAIGNS},
    ),
    Stream(
        name="campaign_days",
        description="One record per campaign and day of the customer's time zone: cost in micros "
        "of the customer's currency, without VAT; impressions, clicks, conversions.",
        write=WriteMode.REPLACE_WINDOW,
        request={"query": CAMPAIGN_DAYS},
        # Conversions are dated back to their click, within a conversion window of 30 days.
        lookback=timedelta(days=30),
        # 37 months are served.
        history=timedelta(days=1110),
    ),
)
