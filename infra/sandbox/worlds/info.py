"""What is known of a world before it is built, and what its store says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

GOOGLE_ADS = "google_ads"  # the platform that is served over the Google Ads protocol
MICROS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldInfo:
    """A world.

    Args:
        name: also the name of its warehouse.
        as_of: the last complete day.
        timezone: of the company, an IANA name.
        reporting_currency: ISO 4217.
        first_day: the day from which it has data.
    """

    name: str
    as_of: date
    timezone: str
    reporting_currency: str
    first_day: date


def meta(
    info: WorldInfo, *, now: datetime, portal_mode: int, google_customer_id: str | None = None
) -> dict[str, str]:
    """The properties that the protocols read; secrets are made when it is first served.

    Args:
        info: the world.
        now: the portal's clock, in the one offset of all its instants.
        portal_mode: crm.settings.mode.get: 1 with leads, 2 without.
        google_customer_id: the advertiser whose spend is read, where there is one.
    """
    known = {
        "world": info.name,
        "as_of": info.as_of.isoformat(),
        "first_day": info.first_day.isoformat(),
        "timezone": info.timezone,
        "now": now.isoformat(),
        "portal_mode": str(portal_mode),
        "base_currency": info.reporting_currency,
        "reporting_currency": info.reporting_currency,
        "webhook_user": "1",
    }
    if google_customer_id is not None:
        known["google_customer_id"] = google_customer_id
    return known
