"""Every stream of a portal in a real PostgreSQL: loaded, changed, deleted, and followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.client import Bitrix24
from infra.postgres import Warehouse
from infra.sandbox.changes import change_item, delete_item
from infra.sandbox.store import DEAL
from tests.connectors import landed
from tests.connectors.bitrix24 import wide_world as wide
from tests.connectors.bitrix24.wide_world import NOTES, REPAIRS, VISITS
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.tiny_world import DEALS, deal


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    with wide.portal(tmp_path) as one:
        yield one


@pytest.fixture
def client(world: Served, tmp_path: Path) -> Iterator[Bitrix24]:
    with wide.client_of(world, tmp_path) as one:
        yield one


def rows(warehouse: Warehouse, stream: str) -> set[str]:
    return set(landed.rows(warehouse, SOURCE, stream))


def test_every_stream_lands_and_a_second_run_changes_nothing(
    client: Bitrix24, warehouse: Warehouse
) -> None:
    for stream in SOURCE.streams:
        first = landed.land(warehouse, SOURCE, client, stream.name)
        again = landed.land(warehouse, SOURCE, client, stream.name)
        assert first.rows_inserted == len(rows(warehouse, stream.name)), stream.name
        changed = again.rows_inserted + again.rows_updated + again.rows_deleted
        assert changed == 0, stream.name


def test_product_rows_are_replaced_with_their_owner(
    client: Bitrix24, world: Served, warehouse: Warehouse
) -> None:
    landed.land(warehouse, SOURCE, client, "deal_product_rows")
    before = rows(warehouse, "deal_product_rows")
    assert {"2:1", "2:2", "3:3"} < before
    with world.store.changing() as connection:
        connection.execute("delete from product_row where owner_type = 'D' and owner_id in (2, 3)")
    world.store.add_product_rows([wide.line(7_001, 2)])
    for owner in (2, 3):
        change_item(world.store, DEAL, owner, title="edited")
    old = {"createdTime": "2026-11-05T10:00:00+03:00", "updatedTime": "2026-11-05T10:00:00+03:00"}
    world.store.add_items(DEAL, [deal(DEALS + 5, **old)])
    world.store.add_product_rows([wide.line(7_002, DEALS + 5)])
    landed.land(warehouse, SOURCE, client, "deal_product_rows")
    assert rows(warehouse, "deal_product_rows") == before - {"2:1", "2:2", "3:3"} | {
        "2:7001",
        f"{DEALS + 5}:7002",
    }


def test_types_that_come_and_go_are_followed(
    client: Bitrix24, world: Served, warehouse: Warehouse, tmp_path: Path
) -> None:
    stream = "smart_process_items"
    landed.land(warehouse, SOURCE, client, stream)
    before = rows(warehouse, stream)
    assert len(before) == 122
    with world.store.changing() as connection:
        connection.execute("delete from dictionary where kind = 'type' and id = ?", (str(VISITS),))
    delete_item(world.store, REPAIRS, 60)
    old = "2026-11-05T10:00:00+03:00"
    world.store.add_items(
        NOTES, [wide.thing(NOTES, n, createdTime=old, updatedTime=old) for n in range(1, 4)]
    )
    with wide.client_of(world, tmp_path) as later:
        report = landed.land(warehouse, SOURCE, later, stream)
        assert later.traffic.requests <= 12
    gone = {f"{REPAIRS}/60", f"{VISITS}/1", f"{VISITS}/2"}
    assert rows(warehouse, stream) == before - gone | {f"{NOTES}/{n}" for n in range(1, 4)}
    assert report.rows_deleted == 3


def test_a_run_for_changes_takes_a_dozen_requests_with_all_that_is_asked_first(
    client: Bitrix24, world: Served, warehouse: Warehouse, tmp_path: Path
) -> None:
    landed.land(warehouse, SOURCE, client, "deals")
    change_item(world.store, DEAL, 5, title="changed")
    delete_item(world.store, DEAL, 9)
    with wide.client_of(world, tmp_path) as later:
        landed.land(warehouse, SOURCE, later, "deals")
        assert later.traffic.requests <= 12
    assert landed.rows(warehouse, SOURCE, "deals")["5"]["title"] == "changed"
    assert "9" not in rows(warehouse, "deals")
