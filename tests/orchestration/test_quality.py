"""Landed data held against its suites, with the real Great Expectations on a real PostgreSQL."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from connectors.registry import SOURCES
from infra.postgres import Warehouse
from orchestration.defs.quality import suites_of
from orchestration.quality.runner import Verdict, check
from orchestration.quality.suites import Suite

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DEALS = Suite(source="bitrix24", stream="deals", required=True, dated=True)
DEPARTMENTS = Suite(source="bitrix24", stream="departments")


def land(warehouse: Warehouse, table: str, *, key: str, cursor: datetime | None) -> None:
    payload = b'{"id": 1}'
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        connection.execute(
            SQL(
                "insert into {} (_account, _key, _cursor, _payload, _hash, _extracted_at, _run_id)"
                " values ('main', %s, %s, %s, %s, now(), 'test')"
            ).format(Identifier(*table.split("."))),
            [key, cursor, payload.decode(), hashlib.sha256(payload).digest()],
        )


def verdict(warehouse: Warehouse, *suites: Suite) -> tuple[Verdict, ...]:
    return check(suites, dsn=warehouse.dsn("transformer"), now=NOW)


def test_sound_rows_pass(warehouse: Warehouse) -> None:
    land(warehouse, "raw_bitrix24.deals", key="1", cursor=NOW - timedelta(days=3))
    (found,) = verdict(warehouse, DEALS)
    assert found.passed
    assert found.figures["the table is not empty"] == 1


def test_an_empty_table_breaks_a_required_stream_only(warehouse: Warehouse) -> None:
    deals, departments = verdict(warehouse, DEALS, DEPARTMENTS)
    assert deals.broken == ("the table is not empty",)
    assert departments.passed


def loaded(warehouse: Warehouse, *, account: str, status: str) -> None:
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        connection.execute(
            "insert into state.loads (run_id, source, account, stream, mode, status)"
            " values ('test', 'bitrix24', %s, 'deals', 'off', %s)",
            [account, status],
        )


def test_a_stream_that_is_off_may_be_empty(warehouse: Warehouse) -> None:
    loaded(warehouse, account="main", status="succeeded")
    loaded(warehouse, account="main", status="off")
    (found,) = verdict(warehouse, DEALS)
    assert found.passed
    loaded(warehouse, account="branch", status="succeeded")
    (found,) = verdict(warehouse, DEALS)
    assert found.broken == ("the table is not empty",)


def test_a_cursor_in_the_future_is_found(warehouse: Warehouse) -> None:
    land(warehouse, "raw_bitrix24.deals", key="1", cursor=NOW)
    land(warehouse, "raw_bitrix24.deals", key="2", cursor=datetime(2999, 1, 1, tzinfo=UTC))
    (found,) = verdict(warehouse, DEALS)
    assert found.broken == ("no cursor lies in the future",)


def test_no_value_of_a_row_is_in_a_verdict(warehouse: Warehouse) -> None:
    land(warehouse, "raw_bitrix24.deals", key="canary", cursor=datetime(2999, 1, 1, tzinfo=UTC))
    (found,) = verdict(warehouse, DEALS)
    assert "canary" not in repr(found)
    assert "2999" not in repr(found)


def test_a_check_that_cannot_run_is_an_error_without_the_password(warehouse: Warehouse) -> None:
    with pytest.raises(Exception, match="absent") as caught:
        verdict(warehouse, Suite(source="bitrix24", stream="absent"))
    assert warehouse.password("transformer") not in repr(caught.value)


def test_each_landed_stream_has_a_suite_as_its_source_says() -> None:
    suites = {(one.source, one.stream): one for source in SOURCES for one in suites_of(source)}
    streams = {(source.name, stream.name) for source in SOURCES for stream in source.streams}
    assert suites.keys() == streams
    assert {stream for source, stream in suites if suites[source, stream].required} == {
        *("deals", "users", "statuses", "pipelines", "currencies"),  # Bitrix24, and VK's users
        *("customers", "clients", "accounts", "rates"),
    }
    assert suites["google_ads", "clicks"].dated
    assert not suites["google_ads", "campaigns"].dated


def test_a_source_cannot_miss_rows_of_a_stream_that_it_has_not() -> None:
    with pytest.raises(ValueError, match="no stream absent"):
        dataclasses.replace(SOURCES[0], never_empty=frozenset({"absent"}))


def test_a_row_without_a_key_is_found(warehouse: Warehouse) -> None:
    land(warehouse, "raw_bitrix24.deals", key="1", cursor=NOW)
    with psycopg.connect(warehouse.dsn("owner")) as connection:
        connection.execute("alter table raw_bitrix24.deals drop constraint deals_pkey")
        connection.execute("alter table raw_bitrix24.deals alter column _key drop not null")
        connection.execute("update raw_bitrix24.deals set _key = null")
    (found,) = verdict(warehouse, DEALS)
    assert found.broken == ("every row has a key",)
    assert found.figures["every row has a key"] == 1
