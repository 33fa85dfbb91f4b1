"""Direct's days in PostgreSQL: restated, vanished, and held against its own totals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.errors import Unavailable
from connectors.yandex_direct import SOURCE
from infra.postgres import Warehouse
from tests.connectors.landed import land, rows, totals
from tests.connectors.yandex_direct.imagined import LOGIN, Direct, line, report, text


def serving(spent: Mapping[str, str]) -> Direct:
    def answer(params: Mapping[str, Any]) -> httpx.Response:
        criteria = params["SelectionCriteria"]
        found = {
            day: cost
            for day, cost in spent.items()
            if criteria["DateFrom"] <= day <= criteria["DateTo"]
        }
        if params["ReportType"] == "ACCOUNT_PERFORMANCE_REPORT":
            lines = [f"{day}\t{cost}" for day, cost in found.items()]
            return report(body=text(lines, header="Date\tCost"))
        return report(*(line(day=day, cost=cost) for day, cost in found.items()))

    return Direct(answer)


def test_a_restated_day_is_replaced_and_a_vanished_one_goes(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    spent = {"2026-11-02": "10.00", "2026-11-21": "20.00", "2026-11-22": "30.00"}
    land(warehouse, SOURCE, serving(spent).client(tmp_path), "campaign_days")
    assert totals(warehouse) == [
        ("campaign_days", "spend", date.fromisoformat(day), Decimal(cost), "RUB")
        for day, cost in spent.items()
    ]
    restated = {"2026-11-02": "99.00", "2026-11-21": "21.00"}
    done = land(warehouse, SOURCE, serving(restated).client(tmp_path), "campaign_days")
    assert (done.rows_updated, done.rows_deleted) == (1, 1)
    landed = rows(warehouse, SOURCE, "campaign_days")
    assert {key: row["Cost"] for key, row in landed.items()} == {
        f"{LOGIN}|7|2026-11-02": "10.00",
        f"{LOGIN}|7|2026-11-21": "21.00",
    }


def test_older_days_are_read_again_once_a_week(warehouse: Warehouse, tmp_path: Path) -> None:
    land(warehouse, SOURCE, serving({"2026-11-02": "10.00"}).client(tmp_path), "campaign_days")
    restated = serving({"2026-11-02": "99.00"}).client(tmp_path)
    land(warehouse, SOURCE, restated, "campaign_days", as_of=date(2026, 11, 30))
    (row,) = rows(warehouse, SOURCE, "campaign_days").values()
    assert row["Cost"] == "99.00"


def test_a_report_that_is_cut_leaves_the_landed_days(warehouse: Warehouse, tmp_path: Path) -> None:
    spent = {f"2026-11-{day:02}": "10.00" for day in range(1, 24)}
    land(warehouse, SOURCE, serving(spent).client(tmp_path), "campaign_days")
    before = rows(warehouse, SOURCE, "campaign_days")
    cut = text([line(day=f"2026-11-{day}", cost="9.00") for day in range(17, 24)])[:-20]
    client = Direct(lambda _: report(body=cut)).client(tmp_path)
    with pytest.raises(Unavailable):
        land(warehouse, SOURCE, client, "campaign_days")
    assert rows(warehouse, SOURCE, "campaign_days") == before
