"""Reports of the Data API in PostgreSQL against the ledger: restated, vanished, resumed."""

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

REPORTS = ("calls", "chats", "offline_messages")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    with tracked(tmp_path) as found:
        yield found


@pytest.mark.parametrize("stream", REPORTS)
def test_a_report_equals_the_ledger_each_time(
    world: Served, warehouse: Warehouse, tmp_path: Path, stream: str
) -> None:
    kept = Kept(warehouse, world, SOURCE, stream, tmp_path)
    count = len(kept.expected)
    assert kept.bring() == (count, 0, 0)
    assert kept.stated() == kept.days()
    assert kept.bring() == (0, 0, 0)
    restated, vanished = kept.recent()[0], kept.recent()[-1]
    number = int(restated) - 30_000
    kept.restate(tracker_world.comagic_row(stream, number, campaign_name="Другая"))
    kept.vanish(vanished)
    assert kept.bring() == (0, 1, 1)
    assert rows(warehouse, SOURCE, stream)[restated]["campaign_name"] == "Другая"
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


def test_the_account_lands_with_its_zone(
    world: Served, warehouse: Warehouse, tmp_path: Path
) -> None:
    with opened(SOURCE, world, tmp_path) as client:
        land(warehouse, SOURCE, client, "accounts")
    assert {key: row["timezone"] for key, row in rows(warehouse, SOURCE, "accounts").items()} == {
        "4001": "Asia/Vladivostok"
    }


def test_texts_and_names_of_people_are_not_read(
    world: Served, warehouse: Warehouse, tmp_path: Path
) -> None:
    with opened(SOURCE, world, tmp_path) as client:
        land(warehouse, SOURCE, client, "offline_messages", first_day=tracker_world.FIRST)
    assert "canary" not in str(rows(warehouse, SOURCE, "offline_messages"))
