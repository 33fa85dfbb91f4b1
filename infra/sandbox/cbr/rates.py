"""The rates of a world: one row per currency and day for which the bank set a rate.

A world without rates has no bank: the source is off there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from decimal import Decimal

from infra.sandbox.store import Store

_SUNDAY, _MONDAY = 6, 0
_NEW_YEAR_ENDS = 10
_HOLIDAYS = frozenset({(2, 24), (3, 9), (5, 2), (5, 10), (6, 13), (11, 5)})
"""Days after public holidays, for which nothing is set (month, day)."""

CURRENCIES = {
    "USD": ("R01235", "840", "Доллар США", 1),
    "EUR": ("R01239", "978", "Евро", 1),
    "KZT": ("R01335", "398", "Тенге", 100),
    "UZS": ("R01717", "860", "Узбекских сумов", 10_000),
}
"""The bank's id, numeric code, name and usual nominal of each currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rate: roubles (`value`, with a decimal comma) for `nominal` units, set for a day."""

    valute_id: str
    num_code: str
    char_code: str
    name: str
    nominal: int
    day: str
    value: str


def rate(char_code: str, day: date, roubles: Decimal) -> Rate:
    """Return a rate of roubles for one unit, as the bank would write it."""
    valute_id, num_code, name, nominal = CURRENCIES[char_code]
    return Rate(
        valute_id=valute_id,
        num_code=num_code,
        char_code=char_code,
        name=name,
        nominal=nominal,
        day=day.isoformat(),
        value=f"{(roubles * nominal).quantize(Decimal('0.0001')):f}".replace(".", ","),
    )


def rate_days(first: date, last: date) -> Iterator[date]:
    """Yield the days for which the bank sets a rate: none for Sundays, Mondays and holidays."""
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        is_new_year = day.month == 1 and day.day < _NEW_YEAR_ENDS
        is_free = day.weekday() in (_SUNDAY, _MONDAY) or (day.month, day.day) in _HOLIDAYS
        if not is_new_year and not is_free:
            yield day


def add(store: Store, rates: Iterable[Rate]) -> None:
    """Add rates to a world, in place of those of the same currency and day."""
    store.add_rows(
        "insert or replace into cbr_rate values (?, ?, ?, ?, ?, ?, ?)", map(astuple, rates)
    )


def remove(store: Store, char_code: str, day: date) -> None:
    """Take a rate out of a world."""
    store.add_rows(
        "delete from cbr_rate where char_code = ? and day = ?", [(char_code, day.isoformat())]
    )


def currencies(store: Store) -> list[str]:
    """Return the codes of the currencies that have rates."""
    rows = store.query("select distinct char_code from cbr_rate order by char_code")
    return [code for (code,) in rows]


def holding_on(store: Store, day: date) -> list[Rate]:
    """Return the rates that hold on a day: those of the last day for which any were set."""
    return _rates(
        store,
        "day = (select max(day) from cbr_rate where day <= ?) order by char_code",
        day.isoformat(),
    )


def set_between(store: Store, valute_id: str, first: date, last: date) -> list[Rate]:
    """Return the rates of one currency that were set for the days of a range."""
    return _rates(
        store,
        "valute_id = ? and day between ? and ? order by day",
        *(valute_id, first.isoformat(), last.isoformat()),
    )


def _rates(store: Store, where: str, *values: str) -> list[Rate]:
    names = Rate.__slots__
    rows = store.query(
        f"select {', '.join(names)} from cbr_rate where {where}",  # noqa: S608 - our own words
        values,
    )
    return [Rate(**dict(zip(names, row, strict=True))) for row in rows]
