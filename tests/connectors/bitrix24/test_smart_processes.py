"""Types of smart processes are found, read as parts, and followed when they come and go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.client import Bitrix24
from connectors.stream import Changes, KeySpan
from infra.sandbox.changes import change_item, delete_item
from tests.connectors.bitrix24 import wide_world as wide
from tests.connectors.bitrix24.wide_world import NOTES, REPAIRS, VISITS
from tests.infra.sandbox.serving import Served

ITEMS = SOURCE.stream("smart_process_items")


@pytest.fixture(scope="module")
def still_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a world that no test changes."""
    with wide.portal(tmp_path_factory.mktemp("still")) as one:
        yield one


@pytest.fixture
def reader(still_world: Served, tmp_path: Path) -> Iterator[Bitrix24]:
    with wide.client_of(still_world, tmp_path) as one:
        yield one


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    with wide.portal(tmp_path) as one:
        yield one


@pytest.fixture
def client(world: Served, tmp_path: Path) -> Iterator[Bitrix24]:
    with wide.client_of(world, tmp_path) as one:
        yield one


def since_now(world: Served, **newest: str) -> Changes:
    now = datetime.fromisoformat(world.store.meta("now"))
    return Changes(
        since=now - timedelta(minutes=15),
        newest_keys={part.removeprefix("_"): key for part, key in newest.items()},
    )


def test_each_type_is_a_part_in_the_order_of_types(reader: Bitrix24) -> None:
    pages = wide.read(reader, "smart_process_items")
    assert wide.keys(pages) == [
        *(f"{REPAIRS}/{number}" for number in range(1, 121)),
        *(f"{VISITS}/{number}" for number in range(1, 3)),
    ]
    first = wide.records(pages)[0]
    assert json.loads(first.payload)["entityTypeId"] == REPAIRS
    assert first.cursor is not None


def test_only_types_with_stages_have_a_history(reader: Bitrix24) -> None:
    history = wide.read(reader, "smart_process_stage_history")
    assert wide.keys(history) == [f"{REPAIRS}/105", f"{VISITS}/102"]
    assert wide.keys(wide.read(reader, "smart_invoice_stage_history")) == ["101"]


def test_a_first_load_goes_on_in_the_part_where_it_stopped(reader: Bitrix24) -> None:
    pages = wide.read(reader, "smart_process_items", Changes(after_key=f"{REPAIRS}/118"))
    assert wide.keys(pages) == [
        f"{REPAIRS}/119",
        f"{REPAIRS}/120",
        f"{VISITS}/1",
        f"{VISITS}/2",
    ]
    assert pages[0].resume_key == f"{REPAIRS}/120"
    rest = wide.read(reader, "smart_process_items", Changes(after_key=f"{VISITS}/1"))
    assert wide.keys(rest) == [f"{VISITS}/2"]


def test_changes_of_all_types_cost_one_request(client: Bitrix24, world: Served) -> None:
    client.unavailable()
    change_item(world.store, REPAIRS, 7, title="changed")
    world.store.add_items(
        VISITS, [wide.thing(VISITS, 50, createdTime=wide.OLD, updatedTime=wide.OLD)]
    )
    window = since_now(world, _1036=f"{REPAIRS}/120", _1040=f"{VISITS}/2", _1044=f"{NOTES}/1")
    before = client.traffic.requests
    assert set(wide.keys(wide.read(client, "smart_process_items", window))) == {
        f"{REPAIRS}/7",
        f"{VISITS}/50",
    }
    assert client.traffic.requests - before == 1


def test_a_type_with_many_changes_is_read_to_its_end(client: Bitrix24, world: Served) -> None:
    for number in range(1, 121):
        change_item(world.store, REPAIRS, number, title="changed")
    window = since_now(world, _1036=f"{REPAIRS}/100", _1040=f"{VISITS}/2", _1044=f"{NOTES}/1")
    found = wide.keys(wide.read(client, "smart_process_items", window))
    assert sorted(found) == sorted(f"{REPAIRS}/{number}" for number in range(1, 121))


def test_a_new_type_is_read_whole_and_a_vanished_one_has_nothing(
    world: Served, tmp_path: Path
) -> None:
    old = {"createdTime": wide.OLD, "updatedTime": wide.OLD}
    with world.store.changing() as connection:
        connection.execute("delete from dictionary where kind = 'type' and id = ?", (str(VISITS),))
    entry = {"id": 20, "entityTypeId": 1100, "title": "New", "isStagesEnabled": "N"}
    world.store.add_dictionary("type", [("1100", entry)])
    world.store.add_items(1100, (wide.thing(1100, number, **old) for number in range(1, 4)))
    window = since_now(world, _1036=f"{REPAIRS}/120", _1040=f"{VISITS}/2")
    with wide.client_of(world, tmp_path) as client:
        pages = wide.read(client, "smart_process_items", window)
        assert wide.keys(pages) == [f"1100/{number}" for number in range(1, 4)]
        spans = [KeySpan(part=str(kind), after=0, upto=500) for kind in (REPAIRS, VISITS, 1100)]
        assert client.counts(ITEMS, spans, created_from=None) == (120, 0, 3)
        listed = {key for some in client.keys_in(ITEMS, spans, created_from=None) for key in some}
        assert {key.partition("/")[0] for key in listed} == {str(REPAIRS), "1100"}
        gone = list(client.records_of(ITEMS, [f"{VISITS}/1", "1100/2", f"{REPAIRS}/3"]))
        assert sorted(wide.keys(gone)) == [f"{REPAIRS}/3", "1100/2"]


def test_a_portal_without_types_has_an_empty_page(world: Served, tmp_path: Path) -> None:
    with world.store.changing() as connection:
        connection.execute("delete from dictionary where kind = 'type'")
    with wide.client_of(world, tmp_path) as client:
        (page,) = wide.read(client, "smart_process_items")
        assert page.records == ()
        assert page.served_at is not None


def test_every_key_is_compared(client: Bitrix24, world: Served) -> None:
    delete_item(world.store, REPAIRS, 60)
    found = {key for some in client.keys(ITEMS) for key in some}
    assert len(found) == 121
    assert f"{REPAIRS}/60" not in found
    spans = [
        KeySpan(part=str(REPAIRS), after=0, upto=50),
        KeySpan(part=str(REPAIRS), after=50, upto=120),
        KeySpan(part=str(VISITS), after=0, upto=1),
    ]
    assert client.counts(ITEMS, spans, created_from=None) == (50, 69, 1)
    listed = list(client.keys_in(ITEMS, spans[1:2], created_from=None))
    assert {key for some in listed for key in some} == {
        f"{REPAIRS}/{number}" for number in range(51, 121) if number != 60
    }


def test_dictionaries_of_each_type(reader: Bitrix24) -> None:
    assert wide.keys(wide.read(reader, "smart_process_types")) == ["1036", "1040", "1044"]
    assert set(wide.keys(wide.read(reader, "pipelines"))) == {"2/0", "2/1", "31/7", "1036/9"}
    described = {key.partition("/")[0] for key in wide.keys(wide.read(reader, "fields"))}
    assert described == {"1", "2", "3", "4", "7", "31", "1036", "1040", "1044"}
    assert "2/UF_CRM_GCLID" in wide.keys(wide.read(reader, "fields"))


def test_a_hundred_types_are_found_page_by_page(world: Served, tmp_path: Path) -> None:
    more = range(1200, 1297)
    world.store.add_dictionary(
        "type", [(str(n), {"id": n, "entityTypeId": n, "title": str(n)}) for n in more]
    )
    world.store.add_items(1296, [wide.thing(1296, 1)])
    with wide.client_of(world, tmp_path) as client:
        assert len(wide.keys(wide.read(client, "smart_process_types"))) == 100
        assert "1296/1" in wide.keys(wide.read(client, "smart_process_items"))
        window = since_now(world, **{f"_{n}": f"{n}/1" for n in (*more, REPAIRS, VISITS, NOTES)})
        before = client.traffic.requests
        wide.read(client, "smart_process_items", window)
        assert client.traffic.requests - before <= 8
