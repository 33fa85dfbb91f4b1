"""Reports of the Data API in PostgreSQL: what they count, runs that break off, what stays out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.comagic import SOURCE
from connectors.errors import Unauthorized
from infra.postgres import Warehouse
from tests.connectors.landed import land, rows
from tests.connectors.tracked import Kept, opened, plan, tracked
from tests.infra.sandbox import tracker_world
from tests.infra.sandbox.serving import Served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    with tracked(tmp_path) as found:
        yield found


@pytest.mark.parametrize("stream", ["calls", "chats", "offline_messages"])
def test_a_report_counts_as_many_rows_a_day_as_landed(
    world: Served, warehouse: Warehouse, tmp_path: Path, stream: str
) -> None:
    kept = Kept(warehouse, world, SOURCE, stream, tmp_path)
    kept.bring()
    assert kept.stated() == kept.days()
    kept.vanish(kept.recent()[-1])
    assert kept.bring() == (0, 0, 1)
    assert kept.stated() == kept.days()


def test_a_run_that_breaks_off_lands_nothing_and_the_next_one_everything(
    world: Served, warehouse: Warehouse, tmp_path: Path
) -> None:
    kept = Kept(warehouse, world, SOURCE, "calls", tmp_path)
    # Three reports are tried first; the month after the first one fails.
    plan(world, {"kind": "denied", "match": "/v2.0", "skip": 4})
    with pytest.raises(Unauthorized):
        kept.bring()
    assert kept.landed() == {}
    assert kept.bring() == (160, 0, 0)


def test_texts_and_names_of_people_are_not_read(
    world: Served, warehouse: Warehouse, tmp_path: Path
) -> None:
    with opened(SOURCE, world, tmp_path) as client:
        land(warehouse, SOURCE, client, "offline_messages", first_day=tracker_world.FIRST)
    assert "canary" not in str(rows(warehouse, SOURCE, "offline_messages"))
