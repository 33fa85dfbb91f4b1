"""The streams of Yandex Direct, as data."""

from __future__ import annotations

from datetime import timedelta

from connectors.stream import Stream, WriteMode
from connectors.yandex_direct.reports import Report

ACCOUNT_DAYS = Report(kind="ACCOUNT_PERFORMANCE_REPORT", fields=("Date", "Cost"))
"""Direct's own totals of an advertiser's day."""

STREAMS = (
    Stream(
        name="clients",
        description="One record per advertiser, with the currency of its amounts.",
        write=WriteMode.REPLACE_ALL,
    ),
    Stream(
        name="campaign_days",
        description="One record per campaign and day in Moscow: cost with VAT in the advertiser's "
        "currency, impressions, clicks, conversions.",
        write=WriteMode.REPLACE_WINDOW,
        request={
            "report": Report(
                kind="CUSTOM_REPORT",
                fields=(
                    *("Date", "CampaignId", "CampaignName", "CampaignType"),
                    *("Impressions", "Clicks", "Cost", "Conversions"),
                ),
            ),
        },
        # Figures settle within three days; conversions come later, refunds of fraud later still.
        lookback=timedelta(days=7),
        weekly_lookback=timedelta(days=35),
        # Three years are served, counted from the first day of the month.
        history=timedelta(days=1095),
    ),
)
