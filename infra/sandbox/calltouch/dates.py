"""How each list reads the days that it is asked for.

Nothing is said about a day in the wrong dialect as long as it is one: 05/11 becomes the eleventh
of May, and the answer is of May.
"""

from __future__ import annotations

from datetime import date, datetime

DAY_FIRST, MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"


def read_day(text: str, dialect: str) -> date:
    """Read a day.

    Raises:
        ValueError: it is none in this dialect.
    """
    return datetime.strptime(text, dialect).date()  # noqa: DTZ007 - a day has no zone
