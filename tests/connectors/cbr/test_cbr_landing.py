"""The bank's rates in PostgreSQL: landing equals what the sandbox stored, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.cbr import SOURCE
from connectors.errors import ContractBroken
from connectors.extract import LoadReport
from infra.postgres import Warehouse
from tests.connectors.cbr.bank import bank, ledger, opened
from tests.connectors.landed import land, rows
from tests.infra.sandbox.serving import Served

AS_OF = date(2026, 1, 23)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    with bank(tmp_path) as found:
        yield found


def loaded(
    warehouse: Warehouse,
    world: Served,
    as_of: date = AS_OF,
    first_day: date = date(2026, 1, 1),
    **options: Any,
) -> LoadReport:
    with closing(opened(world.directory / "shared", world.http_url, **options)) as client:
        return land(warehouse, SOURCE, client, "rates", as_of=as_of, first_day=first_day)


def landed(warehouse: Warehouse) -> dict[str, tuple[str, str]]:
    found = rows(warehouse, SOURCE, "rates")
    return {key: (row["Nominal"], row["Value"]) for key, row in found.items()}


def test_what_landed_is_what_the_bank_set_and_nothing_between(
    warehouse: Warehouse, world: Served
) -> None:
    report = loaded(warehouse, world)
    found = landed(warehouse)
    expected = ledger(world, "USD", "KZT", last=AS_OF)
    # A first day within the holidays takes the two weeks before it along.
    assert found == {key: value for key, value in expected.items() if key[4:] >= "2025-12-18"}
    days = sorted(key[4:] for key in found if key.startswith("USD"))
    assert "2025-12-31" in days
    assert not [day for day in days if "2026-01-01" <= day <= "2026-01-09"]
    assert found["KZT|2025-12-31"][0] == "100"
    assert report.data_through is not None
    again = loaded(warehouse, world)
    assert (again.rows_inserted, again.rows_updated, again.rows_deleted) == (0, 0, 0)
    assert again.rows_unchanged > 0
    assert landed(warehouse) == found


def test_missed_runs_are_healed(warehouse: Warehouse, world: Served) -> None:
    loaded(warehouse, world, as_of=date(2025, 12, 20), first_day=date(2025, 12, 19))
    loaded(warehouse, world, first_day=date(2025, 12, 19))
    assert landed(warehouse) == ledger(world, "USD", "KZT", last=AS_OF)


def test_a_run_within_the_holidays_lands_no_day_of_them(
    warehouse: Warehouse, world: Served
) -> None:
    loaded(warehouse, world, as_of=date(2026, 1, 6))
    assert max(key[4:] for key in landed(warehouse)) == "2025-12-31"


def test_a_crash_in_the_middle_lands_nothing_and_the_next_run_all(
    warehouse: Warehouse, world: Served
) -> None:
    fault = {"kind": "html", "match": "dynamic", "skip": 1, "times": None}
    world.client.post(f"{world.http_url}/_sandbox/faults", json=[fault]).raise_for_status()
    with pytest.raises(ContractBroken, match="page for people"):
        loaded(warehouse, world)
    assert landed(warehouse) == {}
    world.client.delete(f"{world.http_url}/_sandbox/faults").raise_for_status()
    loaded(warehouse, world, first_day=date(2025, 12, 30))
    assert landed(warehouse) == ledger(world, "USD", "KZT", last=AS_OF)


def test_an_empty_range_where_the_list_shows_a_rate_erases_nothing(
    warehouse: Warehouse, world: Served
) -> None:
    loaded(warehouse, world)
    before = landed(warehouse)
    world.store.add_rows("update cbr_rate set valute_id = 'R99999' where char_code = ?", [("KZT",)])
    world.store.add_rows(
        "update cbr_rate set valute_id = 'R01335' where char_code = 'KZT' and day = ?",
        [("2026-01-24",)],
    )
    with pytest.raises(ContractBroken, match="the range lacks the rate"):
        loaded(warehouse, world)
    assert landed(warehouse) == before
