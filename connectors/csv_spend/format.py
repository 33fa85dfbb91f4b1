"""The columns of a spend file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from connectors.csv_table import (
    Column,
    any_text,
    currency_code,
    filled,
    iso_date,
    number,
    one_of,
    optional,
    whole_number,
)

CHANNELS = (
    *("yandex_direct", "google_ads", "vk_ads", "meta_ads", "telegram_ads", "classifieds", "maps"),
    *("partners_cpa", "influencers", "offline", "other_paid", "organic_search", "organic_social"),
    *("mailing", "referral", "word_of_mouth", "existing_base", "outbound", "direct", "unknown"),
)
"""The closed list of channels; the same as the dbt seed `channels`, which a test holds."""

_AHEAD = timedelta(days=366)


def _spent_on(cell: str) -> str | None:
    """Rule: a day, not further ahead than a year, which is a slip of the pen."""
    expected = iso_date(cell)
    if expected:
        return expected
    latest = datetime.now(UTC).date() + _AHEAD
    return None if date.fromisoformat(cell) <= latest else f"a day not after {latest}"


COLUMNS = (
    Column(name="date", rule=_spent_on),
    Column(name="platform", rule=filled),
    Column(name="account", rule=any_text),
    Column(name="campaign", rule=any_text),
    Column(name="ad_group", rule=any_text),
    Column(name="ad", rule=any_text),
    Column(name="impressions", rule=optional(whole_number)),
    Column(name="clicks", rule=optional(whole_number)),
    Column(name="spend", rule=number),
    Column(name="currency", rule=currency_code),
    Column(name="vat_included", rule=one_of("yes", "no")),
    Column(name="channel", rule=one_of(*CHANNELS)),
)
