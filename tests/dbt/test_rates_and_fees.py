"""The bank's rates and the fees, from landing to the models that everything else reads.

The tests of this file run in their order: each one takes the warehouse where the last one left it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg
import pytest

from infra.postgres import Warehouse

ALONE = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
"""Without the tests that also ask models which are not built here."""


def rate(day: str, value: str, nominal: str = "1") -> dict[str, str]:
    return {"Date": day, "Id": "R01235", "Nominal": nominal, "Value": value}


def line(day: str, spend: str, currency: str = "USD", campaign: str = "A") -> dict[str, str]:
    return {
        **{"date": day, "platform": "Радио", "account": "", "campaign": campaign},
        **{"ad_group": "", "ad": "", "impressions": "", "clicks": "", "spend": spend},
        **{"currency": currency, "vat_included": "yes", "channel": "offline"},
    }


def fee(**cells: str) -> dict[str, str]:
    given = {"platform": "Радио", "account": "", "fee": "Agency", "percent": ""}
    given |= {"monthly_amount": "", "currency": "", "vat_included": "yes", "channel": ""}
    return {**given, "valid_from": "2026-01-01", "valid_to": "", **cells}


def rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def built(module_warehouse: Warehouse, parsed, land) -> Warehouse:
    rates = {
        "USD|2026-01-16": rate("16.01.2026", "80,0000"),
        "USD|2026-01-31": rate("31.01.2026", "82,5000"),
        "KZT|2026-01-31": rate("31.01.2026", "16,0000", nominal="100"),
        "USD|2026-02-27": rate("27.02.2026", "90,0000"),
    }
    lines = {
        "a.csv:2": line("2026-01-30", "10.01"),
        "a.csv:3": line("2026-02-01", "10.01"),
        "a.csv:4": line("2026-02-01", "1000", currency="KZT", campaign="Б"),
    }
    fees = {
        "fees.csv:2": fee(percent="12.5"),
        "fees.csv:3": fee(monthly_amount="1000", currency="RUB", valid_from="2026-01-10"),
    }
    land(module_warehouse, "cbr", "rates", rates)
    land(module_warehouse, "csv_spend", "spend_lines", lines)
    land(module_warehouse, "csv_spend", "fees", fees)
    parsed.build("--select", "+int_fees__allocated", *ALONE, warehouse=module_warehouse)
    return module_warehouse


def test_a_sunday_has_saturdays_rate_and_the_nominal_is_divided_by(built: Warehouse) -> None:
    assert rows(
        built,
        "select currency_code, round(reporting_rate, 4), rate_source, is_assumed"
        " from intermediate.int_currency_rates__dated"
        " where date '2026-02-01' >= valid_from and date '2026-02-01' < valid_before"
        " order by 1",
    ) == [
        ("KZT", Decimal("0.1600"), "central_bank", False),
        ("RUB", Decimal("1.0000"), "identity", False),
        ("USD", Decimal("82.5000"), "central_bank", False),
    ]


def test_fees_add_up_to_the_kopeck(built: Warehouse) -> None:
    assert rows(
        built,
        "select fee_id, currency_code, to_char(reported_on, 'YYYY-MM'), sum(spend_amount)"
        " from intermediate.int_fees__allocated group by 1, 2, 3 order by 1, 2, 3",
    ) == [
        ("fees.csv:2", "KZT", "2026-02", Decimal("125.00")),
        ("fees.csv:2", "USD", "2026-01", Decimal("1.25")),
        ("fees.csv:2", "USD", "2026-02", Decimal("1.25")),
        ("fees.csv:3", "RUB", "2026-01", Decimal("709.68")),
        ("fees.csv:3", "RUB", "2026-02", Decimal("1000.00")),
    ]
    assert rows(
        built,
        "select campaign_id, channel_code, spend_amount from intermediate.int_fees__allocated"
        " where fee_id = 'fees.csv:3' and reported_on in ('2026-01-31', '2026-02-01')"
        " order by reported_on, campaign_id",
    ) == [
        ("", "unknown", Decimal("32.26")),
        # 825.825 of 985.825 roubles were spent on A.
        ("A", "offline", Decimal("29.91")),
        ("Б", "offline", Decimal("5.80")),
    ]


def test_a_rate_older_than_14_days_stops_the_run_by_currency_and_day(
    built: Warehouse, parsed, land
) -> None:
    spend = ("stg_csv_spend__spend_lines", "int_ad_spend__unioned", "int_currency_rates__dated")
    land(built, "csv_spend", "spend_lines", {"a.csv:5": line("2026-02-14", "1")})
    parsed.build("--select", *spend, *ALONE, warehouse=built)
    late = {"a.csv:6": line("2026-02-15", "1"), "a.csv:7": line("2026-02-16", "1")}
    land(built, "csv_spend", "spend_lines", late)
    done = parsed.run("build", "--select", *spend, *ALONE, warehouse=built)
    assert not done.is_success
    assert "no rate of USD for 2026-02-15 (2 rows): see docs/sources/cbr.md" in done.said
