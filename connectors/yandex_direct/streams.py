"""The streams of Yandex Direct, as data."""

from __future__ import annotations

from datetime import timedelta

from connectors.stream import Source, Stream, WriteMode
from connectors.yandex_direct.client import YandexDirect
from connectors.yandex_direct.settings import Settings
from connectors.yandex_direct.verdicts import SOURCE_NAME

_REPORT = {"ReportType": "CUSTOM_REPORT", "Format": "TSV", "IncludeVAT": "YES"}

SOURCE = Source(
    name=SOURCE_NAME,
    title="Yandex Direct",
    streams=(
        Stream(
            name="clients",
            description="One advertiser, with the currency of its amounts.",
            write=WriteMode.REPLACE_ALL,
        ),
        Stream(
            name="campaign_days",
            description=(
                "One campaign's day: cost with VAT in the advertiser's currency, clicks, "
                "impressions, conversions."
            ),
            write=WriteMode.REPLACE_WINDOW,
            request={
                "report": {
                    **_REPORT,
                    "FieldNames": [
                        *("Date", "CampaignId", "CampaignName", "CampaignType"),
                        *("Impressions", "Clicks", "Cost", "Conversions"),
                    ],
                },
                "totals": {**_REPORT, "FieldNames": ["Date", "Cost"]},
            },
            lookback=timedelta(days=7),
            weekly_lookback=timedelta(days=35),
        ),
    ),
    settings=Settings,
    open=YandexDirect,
)
