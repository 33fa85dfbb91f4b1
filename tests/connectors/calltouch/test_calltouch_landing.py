"""Calls and requests in PostgreSQL: what Calltouch counts itself, and runs that break off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.calltouch import SOURCE
from connectors.errors import Unauthorized
from infra.postgres import Warehouse
from tests.connectors.landed import rows
from tests.connectors.tracked import Kept, plan, tracked
from tests.infra.sandbox import tracker_world
from tests.infra.sandbox.serving import Served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    with tracked(tmp_path) as found:
        yield found


def test_the_diary_counts_as_many_calls_a_day_as_landed(
    world: Served, warehouse: Warehouse, tmp_path: Path
) -> None:
    kept = Kept(warehouse, world, SOURCE, "calls", tmp_path)
    kept.bring()
    assert kept.stated() == kept.days()
    kept.vanish(kept.recent()[-1])
    assert kept.bring() == (0, 0, 1)
    assert kept.stated() == kept.days()


def test_of_requests_no_number_is_stated(
    world: Served, warehouse: Warehouse, tmp_path: Path
) -> None:
    kept = Kept(warehouse, world, SOURCE, "requests", tmp_path)
    kept.bring()
    assert kept.stated() == {}


@pytest.mark.parametrize("stream", ["calls", "requests"])
def test_a_run_that_breaks_off_lands_nothing_and_the_next_one_everything(
    world: Served, warehouse: Warehouse, tmp_path: Path, stream: str
) -> None:
    kept = Kept(warehouse, world, SOURCE, stream, tmp_path)
    plan(world, {"kind": "unauthorized", "match": stream, "skip": 1})
    with pytest.raises(Unauthorized):
        kept.bring()
    assert kept.landed() == {}
    kept.bring()
    plan(world, {"kind": "denied", "match": stream, "skip": 1})
    kept.restate(
        tracker_world.calltouch_call(1, city="Тверь")
        if stream == "calls"
        else tracker_world.calltouch_request(1, subject="Другое")
    )
    before = rows(warehouse, SOURCE, stream)
    with pytest.raises(Unauthorized):
        kept.bring()
    assert rows(warehouse, SOURCE, stream) == before
