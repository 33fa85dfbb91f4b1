"""The seed of the production calendar against the totals that everybody publishes."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "calendar_exceptions.csv"

# Working days and the norm of hours of a week of forty, as the production calendars print them; in
# 2020 and 2021 without what was declared paid and non-working later.
NORMS = {
    **{2015: (247, 1971), 2016: (247, 1974), 2017: (247, 1973), 2018: (247, 1970)},
    **{2019: (247, 1970), 2022: (247, 1973), 2023: (247, 1973), 2024: (248, 1979)},
    **{2025: (247, 1972), 2026: (247, 1972)},
}


def kinds() -> dict[date, str]:
    with SEED.open(encoding="utf-8") as file:
        return {
            date.fromisoformat(row["date_on"]): row["day_kind_code"] for row in csv.DictReader(file)
        }


@pytest.mark.parametrize("year", NORMS)
def test_a_year_has_its_norm(year: int) -> None:
    known, worked, hours = kinds(), 0, 0
    day = date(year, 1, 1)
    while day.year == year:
        kind = known.get(day, "working" if day.weekday() < 5 else "day_off")
        worked += kind != "day_off"
        hours += {"day_off": 0, "working": 8, "short": 7}[kind]
        day += timedelta(days=1)
    assert (worked, hours) == NORMS[year]


def test_a_row_says_what_the_weekday_does_not() -> None:
    assert not [
        day
        for day, kind in kinds().items()
        if (kind == "day_off" and day.weekday() >= 5) or (kind == "working" and day.weekday() < 5)
    ]
