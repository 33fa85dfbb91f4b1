"""Every source there is: the one line that a new source adds to what exists."""

from __future__ import annotations

from connectors import (
    bitrix24,
    calltouch,
    cbr,
    comagic,
    company,
    csv_spend,
    google_ads,
    vk_ads,
    yandex_direct,
)
from connectors.stream import Source

SOURCES: tuple[Source, ...] = (
    bitrix24.SOURCE,
    google_ads.SOURCE,
    yandex_direct.SOURCE,
    vk_ads.SOURCE,
    calltouch.SOURCE,
    comagic.SOURCE,
    cbr.SOURCE,
    csv_spend.SOURCE,
    company.SOURCE,
)

REQUIRED = frozenset({bitrix24.SOURCE.name})
"""Sources without which nothing is published, unless the company names others."""
