"""What Dagster is told of a load: figures of both sides, and the least budget left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import psycopg
import pytest
from pydantic import BaseModel

from connectors.stream import Account, Changes, Page, Record, Source, Stream, Traffic, WriteMode
from infra.postgres import Warehouse
from orchestration.ingest import source_definitions
from orchestration.keys import asset_key
from orchestration.resources import Accounts, Company

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEYS = ("1", "2", "3")
STREAM = Stream(name="deals", description="One deal.", write=WriteMode.UPSERT)


class Settings(BaseModel):
    token: str


@dataclass
class Client:
    """Three deals; from the second load on one of them is gone."""

    account: str
    gone: set[str]
    traffic: Traffic = field(default_factory=Traffic)

    def unavailable(self) -> dict[str, str]:
        return {}

    def pages(self, _stream: Stream, window: Changes) -> Iterator[Page]:
        self.traffic.add(requests=1, bytes_received=10)
        left = 100.0 if self.account == "main" else 40.5
        self.traffic.operated("list", used=480.0 - left, left=left)
        wanted = KEYS if window.since is None else ()
        records = tuple(Record(key=key, payload=b"{}", cursor=NOON) for key in wanted)
        yield Page(records=records, served_at=NOON)

    def keys(self, _stream: Stream) -> Iterator[tuple[str, ...]]:
        yield tuple(key for key in KEYS if key not in self.gone)

    def totals(self, _stream: Stream, _window: Changes) -> tuple[()]:
        return ()

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def gone() -> set[str]:
    return set()


@pytest.fixture
def source(warehouse: Warehouse, gone: set[str]) -> Source:
    with psycopg.connect(warehouse.dsn("owner"), autocommit=True) as owner:
        owner.execute("select state.create_landing_table('fake', 'deals')")
    return Source(
        name="fake",
        title="Fake",
        streams=(STREAM,),
        settings=Settings,
        open=lambda account: opened(account, gone),
    )


def opened(account: Account, gone: set[str]) -> Client:
    return Client(account=account.name, gone=gone)


def materialised(source: Source, warehouse: Warehouse, home: Path) -> dict[str, Any]:
    environ = {"FAKE__MAIN__TOKEN": "a", "FAKE__BRANCH__TOKEN": "b"}
    company = Company(
        timezone=ZoneInfo("UTC"), as_of=date(2026, 11, 23), first_day=None, retry_wait=0
    )
    done = dg.materialize(
        list(source_definitions(source).assets or ()),
        resources={
            "warehouse": warehouse,
            "company": company,
            "accounts": Accounts(environ=environ, shared=home),
        },
    )
    [materialization] = done.asset_materializations_for_node("land_fake")
    assert materialization.asset_key == asset_key("fake", "deals")
    return {name: value.value for name, value in materialization.metadata.items()}


def test_both_sides_and_the_least_budget_are_shown(
    source: Source, warehouse: Warehouse, gone: set[str], tmp_path: Path
) -> None:
    first = materialised(source, warehouse, tmp_path)
    assert (first["rows_inserted"], first["landed_rows"]) == (6, 6)
    assert "source_rows" not in first, "nothing was compared yet"
    assert first["operating_seconds_left"] == 40.5
    gone.add("2")
    second = materialised(source, warehouse, tmp_path)
    assert (second["rows_deleted"], second["source_rows"], second["landed_rows"]) == (2, 4, 4)
    assert second["dagster/row_count"] == 6
    report = second["run_report"].splitlines()
    assert len({line.count("|") for line in report}) == 1
    assert report[2].startswith("| branch | incremental | changed since")
    assert " | 0 | 2 | 2 | 1 | " in report[2]
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        lines = connection.execute(
            "select account, source_rows, landed_rows, operating_seconds_left::text"
            " from state.loads order by load_id"
        ).fetchall()
    assert lines == [
        ("branch", None, 3, "40.500"),
        ("main", None, 3, "100.000"),
        ("branch", 2, 2, "40.500"),
        ("main", 2, 2, "100.000"),
    ]
