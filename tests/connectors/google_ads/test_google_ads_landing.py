"""Google's days in PostgreSQL: restated, vanished, and of customers that are closed by now."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import httpx

from connectors.google_ads import SOURCE
from infra.postgres import Warehouse
from tests.connectors.google_ads.imagined import (
    BRANCH,
    MANAGER,
    SHOP,
    Google,
    chunks,
    customer,
    day_row,
    failed,
)
from tests.connectors.landed import land, rows, totals, totals_of_ad_accounts

CLOSED = failed(403, "authorizationError", "CUSTOMER_NOT_ENABLED")


class Days:
    """What Google knows by customer and day; a customer without days is closed."""

    def __init__(self, **spent: dict[str, str]) -> None:
        self.spent = {SHOP: spent["shop"], BRANCH: spent["branch"]}
        self.windows: list[tuple[str, str]] = []

    def google(self) -> Google:
        return Google(
            {
                "customer": lambda n, _: self._if_open(n, customer(n, manager=n == MANAGER)),
                "customer_client": lambda *_: chunks(
                    [{"customerClient": {"id": number}} for number in (SHOP, BRANCH)]
                ),
                "campaign days": self._days,
                "customer days": self._days,
            }
        )

    def _if_open(self, number: str, *found: dict[str, object]) -> httpx.Response:
        return chunks(found) if self.spent.get(number, True) else CLOSED

    def _days(self, number: str, query: str) -> httpx.Response:
        first, last = re.findall(r"'([\d-]+)'", query)
        self.windows.append((first, last))
        days = self.spent[number].items()
        found = (day_row(number, "7", day, cost) for day, cost in days if first <= day <= last)
        return self._if_open(number, *found)


def test_a_restated_day_is_replaced_and_a_vanished_one_goes(warehouse: Warehouse) -> None:
    days = Days(shop={"2026-11-02": "10", "2026-11-03": "20"}, branch={"2026-11-02": "5"})
    land(warehouse, SOURCE, days.google().client(customer_id=MANAGER), "campaign_days")
    assert len(rows(warehouse, SOURCE, "campaign_days")) == 3
    assert [(day, value) for _, _, day, value, _ in totals(warehouse)] == [
        (date(2026, 11, 2), Decimal("0.000015")),
        (date(2026, 11, 3), Decimal("0.00002")),
    ]

    days.spent[SHOP] = {"2026-11-02": "11"}
    report = land(warehouse, SOURCE, days.google().client(customer_id=MANAGER), "campaign_days")
    assert (report.rows_updated, report.rows_deleted, report.rows_unchanged) == (1, 1, 1)
    landed = rows(warehouse, SOURCE, "campaign_days")
    assert set(landed) == {f"{SHOP}|7|2026-11-02", f"{BRANCH}|7|2026-11-02"}
    assert landed[f"{SHOP}|7|2026-11-02"]["metrics"]["costMicros"] == "11"


def test_what_is_landed_of_a_customer_that_closed_stays(warehouse: Warehouse) -> None:
    days = Days(shop={"2026-11-02": "10", "2026-11-03": "20"}, branch={"2026-11-02": "5"})
    for stream in ("customers", "campaign_days"):
        land(warehouse, SOURCE, days.google().client(customer_id=MANAGER), stream)
    before = {s: rows(warehouse, SOURCE, s) for s in ("customers", "campaign_days")}

    days.spent = {SHOP: {"2026-11-02": "10"}, BRANCH: {}}
    reports = [
        land(warehouse, SOURCE, days.google().client(customer_id=MANAGER), stream)
        for stream in ("customers", "campaign_days")
    ]
    assert [report.rows_deleted for report in reports] == [0, 1]
    assert rows(warehouse, SOURCE, "customers") == before["customers"]
    del before["campaign_days"][f"{SHOP}|7|2026-11-03"]
    assert rows(warehouse, SOURCE, "campaign_days") == before["campaign_days"]


def test_a_customer_that_closes_between_its_rows_and_its_total_is_held_against_nothing(
    warehouse: Warehouse,
) -> None:
    """The rows are restated, the total would be the one of yesterday: it is told no more."""
    second = date(2026, 11, 2)
    days = Days(shop={"2026-11-02": "10000"}, branch={"2026-11-02": "5"})
    land(warehouse, SOURCE, days.google().client(customer_id=MANAGER), "campaign_days")
    told = totals_of_ad_accounts(warehouse)
    assert (told[SHOP, second], told[BRANCH, second]) == (Decimal("0.01"), Decimal("0.000005"))

    days.spent = {SHOP: {"2026-11-03": "20"}, BRANCH: {"2026-11-02": "7"}}
    google = days.google()
    total = google.answers["customer days"]
    google.answers = {
        **google.answers,
        "customer days": lambda n, query: CLOSED if n == BRANCH else total(n, query),
    }
    client = google.client(customer_id=MANAGER)
    land(warehouse, SOURCE, client, "campaign_days")
    landed = rows(warehouse, SOURCE, "campaign_days")
    assert {key: row["metrics"]["costMicros"] for key, row in landed.items()} == {
        f"{SHOP}|7|2026-11-03": "20",
        f"{BRANCH}|7|2026-11-02": "7",
    }
    told = totals_of_ad_accounts(warehouse)
    # The day that vanished at Google is zero, not the 0.01 that it was.
    assert (told[SHOP, second], told[BRANCH, second]) == (Decimal(0), None)


def test_a_manager_whose_customers_are_all_closed_loses_nothing(warehouse: Warehouse) -> None:
    days = Days(shop={"2026-11-02": "10"}, branch={"2026-11-02": "5"})
    land(warehouse, SOURCE, days.google().client(customer_id=MANAGER), "campaign_days")
    days.spent = {SHOP: {}, BRANCH: {}}
    land(warehouse, SOURCE, days.google().client(customer_id=MANAGER), "campaign_days")
    assert len(rows(warehouse, SOURCE, "campaign_days")) == 2


def test_nothing_older_than_37_months_is_asked_for(warehouse: Warehouse) -> None:
    days = Days(shop={"2026-11-02": "10"}, branch={"2026-11-02": "5"})
    client = days.google().client(customer_id=MANAGER)
    land(warehouse, SOURCE, client, "campaign_days", first_day=date(2015, 1, 1))
    assert min(days.windows)[0] == "2023-11-09"
    days.windows.clear()
    client = days.google().client(customer_id=MANAGER)
    land(warehouse, SOURCE, client, "campaign_days", first_day=date(2015, 1, 1))
    assert min(days.windows)[0] == "2026-10-25"
