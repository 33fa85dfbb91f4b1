"""Every source there is: the one line that a new source adds to what exists."""

from __future__ import annotations

from connectors import bitrix24, cbr, company, csv_spend, google_ads, yandex_direct
from connectors.stream import Source

SOURCES: tuple[Source, ...] = (
    bitrix24.SOURCE,
    google_ads.SOURCE,
    yandex_direct.SOURCE,
    cbr.SOURCE,
    csv_spend.SOURCE,
    company.SOURCE,
)
