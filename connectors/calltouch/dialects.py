"""The two ways in which Calltouch writes a day, and the moments of its records.

The diary of calls takes and prints the day first, the list of requests takes the month first. The
fifth of November in the wrong one is the eleventh of May, and the API answers without a word. So
the day of every record is read back, and one outside of what was asked for is refused
(`extract.py`).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")

_PRINTED = re.compile(r"(\d\d)/(\d\d)/(\d{4}) \d\d:\d\d:\d\d")


def for_calls(day: date) -> str:
    """Write a day as the diary of calls takes it: `05/11/2026` is the fifth of November."""
    return f"{day:%d/%m/%Y}"


def for_requests(day: date) -> str:
    """Write a day as the list of requests takes it: `11/05/2026` is the fifth of November."""
    return f"{day:%m/%d/%Y}"


def day_of_call(printed: str) -> date:
    """Return the day in Moscow of a call's `date`.

    Raises:
        ValueError: it is no moment of the diary; its text is not quoted.
    """
    found = _PRINTED.fullmatch(printed)
    if found is None:
        msg = "no moment as the diary prints it"
        raise ValueError(msg)
    day, month, year = map(int, found.groups())
    return date(year, month, day)


def day_of_request(milliseconds: int) -> date:
    """Return the day in Moscow of a request's `date`, milliseconds since 1970.

    Raises:
        ValueError: it is outside of any calendar.
    """
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(MOSCOW).date()
    except (OverflowError, OSError):
        msg = "no moment of any calendar"
        raise ValueError(msg) from None
