"""What changed since a moment, united with what is newer than the newest known row."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.forecast import forecast
from connectors.bitrix24.settings import Plan
from connectors.errors import ContractBroken
from connectors.stream import Changes, WriteMode
from tests.connectors.bitrix24.portal_double import PortalDouble, keys_of, read, row

OLD = "2020-01-01T10:00:00+03:00"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_run_for_changes_is_the_union_and_reads_nothing_twice(tmp_path: Path) -> None:
    portal = PortalDouble(
        [
            row(1, updatedTime=OLD),
            row(2, updatedTime="2026-11-22T15:00:00+03:00"),  # at the very moment
            row(3, updatedTime="2026-11-22T14:59:59+03:00"),
            row(4, updatedTime="2026-11-23T01:00:00+03:00", createdTime=OLD),
            row(5, updatedTime=OLD, createdTime=OLD),  # restored: a new id with old times
            row(6, updatedTime="2026-11-23T02:00:00+03:00"),
        ]
    )
    pages = read(portal.client(tmp_path), Changes(since=NOON, newest_keys={"": "4"}))
    assert keys_of(pages) == [2, 4, 5, 6]
    assert all(page.resume_key is None for page in pages)


def test_a_first_day_holds_for_later_runs_too(tmp_path: Path) -> None:
    portal = PortalDouble(
        [
            row(1, updatedTime="2026-11-23T01:00:00+03:00", createdTime=OLD),
            row(2, updatedTime="2026-11-23T01:00:00+03:00"),
            row(3, createdTime=OLD),
            row(4),
        ]
    )
    window = Changes(since=NOON, newest_keys={"": "2"}, created_from=date(2026, 11, 1))
    assert keys_of(read(portal.client(tmp_path), window)) == [2, 4]


def test_one_field_for_both_bounds_takes_the_later_one(tmp_path: Path) -> None:
    """A call is filtered by its start alone."""
    portal = PortalDouble([row(1, createdTime=OLD, CALL_START_DATE=OLD)])
    client = portal.client(tmp_path)
    read(client, Changes(since=NOON, created_from=date(2026, 11, 1)), stream="calls")
    assert "2026-11-22T15%3A00%3A00" in portal.commands[-1]["p0"]
    read(client, Changes(since=NOON, created_from=date(2026, 11, 23)), stream="calls")
    assert "2026-11-23T00%3A00%3A00" in portal.commands[-1]["p0"]


def test_many_rows_of_one_moment_over_a_page_border(tmp_path: Path) -> None:
    """E21: the order is that of the ids, so a moment that spans pages loses nothing."""
    same = "2026-11-22T15:00:00+03:00"
    portal = PortalDouble([row(number, updatedTime=same) for number in range(1, 121)])
    window = Changes(since=NOON, newest_keys={"": "120"})
    assert keys_of(read(portal.client(tmp_path), window)) == list(range(1, 121))


def test_the_first_page_tells_the_portals_time(tmp_path: Path) -> None:
    """E21: a window follows the portal's clock, not ours."""
    pages = read(PortalDouble([]).client(tmp_path), Changes(since=NOON, newest_keys={"": "7"}))
    assert pages[0].served_at == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert keys_of(pages) == []


def test_cursors_are_instants_in_utc(tmp_path: Path) -> None:
    portal = PortalDouble([row(1), row(2, updatedTime=None)])
    first, second = read(portal.client(tmp_path))[0].records
    assert first.cursor == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert second.cursor is None


def test_a_modification_time_that_is_none_is_refused(tmp_path: Path) -> None:
    portal = PortalDouble([row(1, updatedTime="yesterday")])
    with pytest.raises(ContractBroken, match="updatedTime"):
        read(portal.client(tmp_path))


def test_a_landed_key_that_is_no_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="landed key"):
        read(PortalDouble([row(1)]).client(tmp_path), Changes(after_key="C1:NEW"))


def test_each_stream_says_how_it_is_kept_in_step() -> None:
    modes = {stream.name: stream.write for stream in SOURCE.streams}
    small = {"users", "departments", "statuses", "pipelines", "currencies"}
    small |= {"smart_process_types", "fields"}
    assert {name for name, mode in modes.items() if mode is WriteMode.REPLACE_ALL} == small
    assert {name for name, mode in modes.items() if mode is WriteMode.UPSERT} == set(modes) - small
    assert {stream.name for stream in SOURCE.streams if not stream.reconcile} == {
        "deal_product_rows",
        "lead_product_rows",
        "quote_product_rows",
        "smart_invoice_product_rows",
        "calls",
        "currency_rates",
    }
    assert SOURCE.stream("calls").lookback >= timedelta(days=3)


@pytest.mark.parametrize(
    ("rows", "page_seconds", "plan", "told"),
    [
        (0, 0.01, Plan.STANDARD, "0 rows, 4 requests, less than a minute"),
        (200_000, 0.01, Plan.STANDARD, "200,000 rows, 84 requests, less than a minute"),
        (2_000_000, 0.01, Plan.STANDARD, "2,000,000 rows, 804 requests, about 7 minutes"),
        (2_000_000, 0.01, Plan.ENTERPRISE, "2,000,000 rows, 804 requests, about 2 minutes"),
        (2_000_000, 0.1, Plan.STANDARD, "2,000,000 rows, 804 requests, about 74 minutes"),
        (-1, 0.1, Plan.STANDARD, "an unknown number of rows: the portal does not count them"),
    ],
)
def test_a_forecast_follows_both_limits(
    rows: int, page_seconds: float, plan: Plan, told: str
) -> None:
    assert str(forecast(rows, page_seconds, plan.pace, in_flight=4)) == told
