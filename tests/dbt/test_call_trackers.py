"""Call trackers from the sandbox to staging: every record on its day, flags as flags, no phone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from connectors import calltouch, comagic
from infra.postgres import Warehouse
from tests.connectors.landed import land
from tests.connectors.tracked import opened, tracked
from tests.infra.sandbox import tracker_world

SOURCES = (calltouch.SOURCE, comagic.SOURCE)
STREAMS = [
    (source.name, stream.name)
    for source in SOURCES
    for stream in source.streams
    if stream.name != "accounts"
]


@pytest.fixture(scope="module")
def staged(
    parsed: Any, module_warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """The world of the trackers, loaded by the connectors and staged."""
    folder = tmp_path_factory.mktemp("trackers")
    with tracked(folder) as world:
        for source in SOURCES:
            with opened(source, world, folder) as client:
                for stream in source.streams:
                    land(
                        module_warehouse,
                        source,
                        client,
                        stream.name,
                        as_of=tracker_world.LAST,
                        first_day=tracker_world.FIRST,
                    )
    models = ("staging.calltouch", "staging.comagic")
    done = parsed.run("run", "--select", *models, warehouse=module_warehouse)
    assert done.is_success, done.said
    return module_warehouse


def rows(warehouse: Warehouse, tracker: str, kind: str) -> list[Mapping[str, Any]]:
    query = SQL("select * from staging.{}").format(Identifier(f"stg_{tracker}__{kind}"))
    with psycopg.connect(warehouse.dsn("transformer"), row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(("tracker", "kind"), STREAMS)
def test_every_record_is_staged_on_the_day_of_its_own_zone(
    staged: Warehouse, tracker: str, kind: str
) -> None:
    found = Counter(f"{row['reported_on']}" for row in rows(staged, tracker, kind))
    assert found == tracker_world.by_day(tracker, kind)


@pytest.mark.parametrize(("tracker", "kind"), STREAMS)
def test_no_phone_and_no_person_leaves_the_landing(
    staged: Warehouse, tracker: str, kind: str
) -> None:
    text = str(
        [
            {k: v for k, v in row.items() if k != "line_number"}
            for row in rows(staged, tracker, kind)
        ]
    )
    assert "916000" not in text
    assert "Ёлкин" not in text
    assert "canary" not in text


def test_flags_are_flags_however_they_came(staged: Warehouse) -> None:
    for row in rows(staged, "calltouch", "calls"):
        number = int(row["call_id"]) - 700_000_000
        assert row["is_answered"] is (number % 4 > 0)
        assert row["is_unique"] is (number % 5 > 0)
        assert row["is_target"] is False
        assert row["is_unique_target"] is None
        assert row["keyword"] is None
        assert row["utm_source"] == ("yandex" if number % 3 else None)
        assert row["yandex_direct_campaign_id"] == ("555" if number % 3 else None)


def test_one_number_has_one_pseudonym_in_both_trackers(staged: Warehouse) -> None:
    one = {
        int(row["call_id"]) - 700_000_000: row["phone_key"]
        for row in rows(staged, "calltouch", "calls")
    }
    other = {
        int(row["call_id"]) - 30_000: row["phone_key"] for row in rows(staged, "comagic", "calls")
    }
    assert all(key == (None if n % 10 == 0 else other[n]) for n, key in one.items())
    requests = {
        int(row["request_id"]) - 80_000: row["phone_key"]
        for row in rows(staged, "calltouch", "requests")
    }
    assert all(key == other[n] for n, key in requests.items())


def test_a_moment_is_of_the_trackers_own_clock(staged: Warehouse) -> None:
    """The same printed hour is seven hours apart in Moscow and in Vladivostok."""
    moscow = {int(r["call_id"]) - 700_000_000: r for r in rows(staged, "calltouch", "calls")}
    east = {int(r["call_id"]) - 30_000: r for r in rows(staged, "comagic", "calls")}
    apart = {(moscow[n]["started_at"] - east[n]["started_at"]).total_seconds() for n in moscow}
    assert apart == {7 * 3600.0}
    assert {row["timezone_name"] for row in east.values()} == {"Asia/Vladivostok"}
