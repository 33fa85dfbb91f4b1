"""The columns of spend files and of the file of fees.

docs/sources/csv_spend.md says the same to people.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from connectors.channels import CHANNEL_CODES
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

_EARLIEST = date(2000, 1, 1)
_AHEAD = timedelta(days=366)
_DIGITS, _FRACTION = 12, 6
_COUNT_DIGITS = 15
_WHOLE = Decimal(100)


def spent_on(cell: str) -> str | None:
    """Rule: a day between 2000 and a year from now; others are slips of the pen."""
    expected = iso_date(cell)
    if expected is not None:
        return expected
    latest = datetime.now(UTC).date() + _AHEAD
    is_near = _EARLIEST <= date.fromisoformat(cell) <= latest
    return None if is_near else f"a day between {_EARLIEST} and {latest}"


def amount(cell: str) -> str | None:
    """Rule: money that the warehouse can hold to the last digit."""
    expected = number(cell)
    if expected is not None:
        return expected
    whole, _, fraction = cell.partition(".")
    if len(whole) <= _DIGITS and len(fraction) <= _FRACTION:
        return None
    return f"at most {_DIGITS} digits before the point and {_FRACTION} behind it"


def count(cell: str) -> str | None:
    """Rule: a whole number of a size that can be."""
    expected = whole_number(cell)
    if expected is None and len(cell) > _COUNT_DIGITS:
        return f"at most {_COUNT_DIGITS} digits"
    return expected


def percent(cell: str) -> str | None:
    """Rule: a share of spend, above nothing and up to all of it."""
    expected = amount(cell)
    if expected is None and not 0 < Decimal(cell) <= _WHOLE:
        return "a percentage above 0 and up to 100, such as 12.5"
    return expected


def one_kind_of_fee(cells: Mapping[str, str]) -> str | None:
    """Rule of a row: a percentage, or an amount with its currency; and days in order."""
    if bool(cells["percent"]) == bool(cells["monthly_amount"]):
        return "expected either percent or monthly_amount"
    if bool(cells["monthly_amount"]) != bool(cells["currency"]):
        return "expected currency beside monthly_amount, and nothing in it beside percent"
    first, last = cells["valid_from"], cells["valid_to"]
    return "valid_to lies before valid_from" if last and last < first else None


COLUMNS = (
    Column(name="date", rule=spent_on),
    Column(name="platform", rule=filled),
    Column(name="account", rule=any_text),
    Column(name="campaign", rule=any_text),
    Column(name="ad_group", rule=any_text),
    Column(name="ad", rule=any_text),
    Column(name="impressions", rule=optional(count)),
    Column(name="clicks", rule=optional(count)),
    Column(name="spend", rule=amount),
    Column(name="currency", rule=currency_code),
    Column(name="vat_included", rule=one_of("yes", "no")),
    Column(name="channel", rule=one_of(*CHANNEL_CODES)),
)

FEES = (
    Column(name="platform", rule=filled),
    Column(name="account", rule=any_text),
    Column(name="fee", rule=filled),
    Column(name="percent", rule=optional(percent)),
    Column(name="monthly_amount", rule=optional(amount)),
    Column(name="currency", rule=optional(currency_code)),
    Column(name="vat_included", rule=one_of("yes", "no")),
    Column(name="channel", rule=optional(one_of(*CHANNEL_CODES))),
    Column(name="valid_from", rule=spent_on),
    Column(name="valid_to", rule=optional(spent_on)),
)
