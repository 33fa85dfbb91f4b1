"""Loads that die: between merge and cursor, by kill -9, by a lost server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from connectors.errors import ContractBroken, Misconfigured, Unavailable
from connectors.landing import Landing, StreamLanding

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROWS = 40

PROGRAM = """
import importlib.util, os, signal, sys
from datetime import UTC, date, datetime

spec = importlib.util.spec_from_file_location("fake", sys.argv[1])
fake = importlib.util.module_from_spec(spec)
sys.modules["fake"] = fake
spec.loader.exec_module(fake)
from connectors import batch, extract, landing
from connectors.stream import Account

dsn, account, stream, point, times = os.environ["DSN"], *sys.argv[2:6]
batch.BATCH_ROWS = 8
server = fake.Fake()
for number in range(1, 41):
    server.put(number, datetime(2026, 11, 20, tzinfo=UTC), title=f"deal {number}")

def die():
    os.kill(os.getpid(), signal.SIGKILL)

seen = {"n": 0}

def armed(function, before):
    def call(*args, **kwargs):
        seen["n"] += 1
        mine = seen["n"] >= int(times)
        if mine and before:
            die()
        result = function(*args, **kwargs)
        if mine:
            die()
        return result
    return call

place = landing.StreamLanding
name, _, when = point.partition(":")
setattr(place, name, armed(getattr(place, name), when == "before"))
extract.sync(
    fake.SOURCE, Account(name=account, settings=fake.NoSettings(), shared=""),
    fake.STREAMS[stream], client=server, landing=landing.Landing(dsn), run_id="dying",
    as_of=date(2026, 11, 23), first_day=date(2026, 11, 1), on_progress=lambda words: None,
)
"""


def stocked(house: Any) -> None:
    for number in range(1, ROWS + 1):
        house.server.put(number, datetime(2026, 11, 20, tzinfo=UTC), title=f"deal {number}")


def state(house: Any, stream: str) -> Any:
    landed = house.landed(stream).values()
    return sorted((row["_key"], str(row["_payload"]), row["_deleted_at"]) for row in landed)


@pytest.fixture
def clean_run(new_house: Any) -> Any:
    def run(stream: str) -> Any:
        house = new_house()
        stocked(house)
        house.sync(stream, first_day=None if stream == "deals" else NOON.date().replace(day=1))
        return state(house, stream)

    return run


@pytest.mark.parametrize(
    ("stream", "point", "times"),
    [
        ("deals", "stage:before", 2),
        ("deals", "stage:after", 3),
        ("deals", "_merge:after", 2),
        ("deals", "_move:after", 2),
        ("deals", "upsert:after", 3),
        ("days", "stage:after", 4),
        ("days", "_merge:after", 1),
        ("days", "_move:after", 1),
        ("words", "_move:after", 1),
    ],
)
def test_kill_9_at_any_point_and_once_more_is_a_clean_run(
    house: Any, clean_run: Any, stream: str, point: str, times: int
) -> None:
    dying = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM,
            str(Path(__file__).with_name("conftest.py")),
            house.account.name,
            stream,
            point,
            str(times),
        ],
        env={**os.environ, "DSN": house.warehouse.dsn("loader")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert dying.returncode == -signal.SIGKILL, dying.stderr
    landed, position = house.landed(stream), house.position(stream)
    if stream == "deals" and position is not None and position["resume_key"] is not None:
        assert sorted(map(int, landed)) == list(range(1, int(position["resume_key"]) + 1))
    elif position is None:
        assert landed == {}

    stocked(house)
    house.sync(stream, first_day=None if stream == "deals" else NOON.date().replace(day=1))
    assert state(house, stream) == clean_run(stream)
    statuses = [load["status"] for load in house.loads()]
    assert statuses == ["failed", "succeeded"]


@pytest.mark.parametrize("stream", ["deals", "days", "words"])
def test_a_failure_between_rows_and_cursor_undoes_both(
    house: Any, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked(house)

    def fails(*_arguments: object) -> None:
        message = "failpoint"
        raise RuntimeError(message)

    first_day = None if stream == "deals" else NOON.date().replace(day=1)
    with monkeypatch.context() as patch:
        patch.setattr(StreamLanding, "_move", fails)
        with pytest.raises(RuntimeError, match="failpoint"):
            house.sync(stream, first_day=first_day)
    assert house.landed(stream) == {}
    assert house.position(stream) is None
    assert house.loads()[-1]["error"] == "RuntimeError"
    house.sync(stream, first_day=first_day)
    assert len(house.payloads(stream)) == ROWS


def test_a_connection_that_is_cut_is_an_outage_and_repeats_cleanly(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked(house)
    whole = StreamLanding._move

    def cut(place: StreamLanding, position: Any) -> None:
        with psycopg.connect(house.warehouse.administrator(), autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'land fake.deals'"
            )
        whole(place, position)

    with monkeypatch.context() as patch:
        patch.setattr(StreamLanding, "_move", cut)
        with pytest.raises(Unavailable, match="broke off") as caught:
            house.sync("deals")
    assert house.warehouse.password("loader") not in str(caught.value)
    assert house.landed("deals") == {}
    house.sync("deals")
    assert len(house.payloads("deals")) == ROWS
    assert [load["status"] for load in house.loads()] == ["failed", "succeeded"]


def test_a_commit_whose_answer_was_lost_is_applied_once(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked(house)
    whole = StreamLanding.upsert

    def lost(place: StreamLanding, *arguments: Any, **named: Any) -> None:
        whole(place, *arguments, **named)
        message = "the answer to COMMIT was lost"
        raise psycopg.OperationalError(message)

    with monkeypatch.context() as patch:
        patch.setattr(StreamLanding, "upsert", lost)
        with pytest.raises(Unavailable):
            house.sync("deals")
    before = house.landed("deals")
    report = house.sync("deals")
    assert (report.rows_inserted, report.rows_updated) == (0, 0)
    assert house.landed("deals") == before


def test_a_server_that_is_not_there_is_an_outage_without_its_password() -> None:
    landing = Landing("host=127.0.0.1 port=1 user=loader password=canary0secret dbname=x")
    with pytest.raises(Unavailable) as caught:
        landing.count("fake", "deals")
    assert "canary0secret" not in str(caught.value)
    assert "canary0secret" not in repr(landing)


def test_a_landing_table_that_was_never_made_is_said_so(house: Any) -> None:
    with pytest.raises(Misconfigured, match="prepare the warehouse again"):
        house.landing.count("fake", "absent")


def test_a_role_that_may_not_write_is_said_so(house: Any) -> None:
    landing = Landing(house.warehouse.dsn("bi_reader"))
    with pytest.raises(Misconfigured, match="may not do this"):
        landing.count("fake", "deals")


def test_rows_and_count(house: Any) -> None:
    before = house.landing.count("fake", "deals")
    stocked(house)
    house.sync("deals")
    assert house.landing.count("fake", "deals") == before + ROWS


def test_an_error_of_the_landing_quotes_no_row(house: Any, make_record: Any) -> None:
    house.server.answers = [[make_record("1", NOON, {"phone": "+7 999 canary0phone"})]]
    bad = house.server.answers[0][0]
    object.__setattr__(bad, "payload", bad.payload[:-1])  # a client that spells broken JSON
    with pytest.raises(ContractBroken) as caught:
        house.sync("words")
    assert "canary0phone" not in str(caught.value)
    assert caught.value.__suppress_context__
