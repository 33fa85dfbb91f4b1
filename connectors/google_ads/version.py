"""The one place that names the API's version, and says how long it lives."""

from __future__ import annotations

import logging
from datetime import date, timedelta

VERSION = "v26"
SUNSET_ON = date(2027, 11, 1)
"""Google projects the month only (developers.google.com/google-ads/api/docs/sunset-dates, and its
blog of September 2025); the first day is our caution."""

_WARNED_AHEAD = timedelta(days=60)

_log = logging.getLogger(__name__)


def sunset_warning(today: date) -> str | None:
    """Return what to do about the version's end, None while it is more than 60 days away."""
    if today < SUNSET_ON - _WARNED_AHEAD:
        return None
    return f"Google Ads API {VERSION} ends in {SUNSET_ON:%B %Y}: update this product before that"


def is_over(today: date) -> bool:
    """Say whether the version may have ended."""
    return today >= SUNSET_ON


def warn_of_sunset(today: date) -> None:
    """Log the warning, once it is due."""
    warning = sunset_warning(today)
    if warning is not None:
        _log.warning("%s", warning)
