"""Product rows follow the items they belong to, on portals of either kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.bitrix24.client import Bitrix24
from connectors.errors import Unauthorized
from connectors.stream import Changes, Page
from infra.sandbox.bitrix24.product_rows import ONE_OWNER
from infra.sandbox.changes import change_item
from infra.sandbox.store import DEAL
from tests.connectors.bitrix24 import wide_world as wide
from tests.connectors.bitrix24.portal_double import PortalDouble, read, row
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.tiny_world import DEALS, deal

ROWS = ["2:1", "2:2", "3:3", *(f"7:{number}" for number in range(4, 134))]


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


def changed(world: Served) -> Changes:
    now = datetime.fromisoformat(world.store.meta("now"))
    return Changes(since=now - timedelta(minutes=15), newest_keys={"": str(DEALS)})


def owners(pages: list[Page]) -> list[int]:
    return [int(owner) for page in pages for owner in page.owners]


def test_all_rows_of_an_owner_come_on_one_page(reader: Bitrix24) -> None:
    pages = wide.read(reader, "deal_product_rows")
    assert sorted(wide.keys(pages)) == sorted(ROWS)
    assert owners(pages) == list(range(1, DEALS + 1))
    (of_seven,) = [page for page in pages if "7" in page.owners]
    assert sum(record.key.startswith("7:") for record in of_seven.records) == 130
    assert json.loads(of_seven.records[0].payload)["ownerType"] == "D"
    last = pages[-1]
    assert last.newest_key == last.resume_key == str(DEALS)


@pytest.mark.parametrize(
    ("stream", "key"),
    [
        ("lead_product_rows", "1:9001"),
        ("quote_product_rows", "2:9002"),
        ("smart_invoice_product_rows", "3:9003"),
    ],
)
def test_each_kind_of_owner(stream: str, key: str, reader: Bitrix24) -> None:
    assert wide.keys(wide.read(reader, stream)) == [key]


def test_owners_are_asked_together_where_that_works(client: Bitrix24, world: Served) -> None:
    world.store.add_items(DEAL, (deal(number) for number in range(1_001, 3_001)))
    client.unavailable()
    wide.read(client, "deal_product_rows")
    together = client.traffic.requests
    with wide.client_of(world, world.directory / "other") as alone:
        world.store.set_meta({"product_rows_of": ONE_OWNER})
        alone.unavailable()
        pages = wide.read(alone, "deal_product_rows")
        assert sorted(wide.keys(pages)) == sorted(ROWS)
        assert owners(pages) == [*range(1, DEALS + 1), *range(1_001, 3_001)]
        assert together + 20 < alone.traffic.requests < 60


def test_an_edited_owner_has_its_rows_anew(client: Bitrix24, world: Served) -> None:
    with world.store.changing() as connection:
        connection.execute("delete from product_row where owner_type = 'D' and owner_id in (2, 3)")
    world.store.add_product_rows([wide.line(7_001, 2), wide.line(7_002, 2)])
    for owner in (2, 3):  # saving rows touches the deal; 3 has lost all of them
        change_item(world.store, DEAL, owner, title="edited")
    old = {"createdTime": wide.OLD, "updatedTime": wide.OLD}
    world.store.add_items(DEAL, [deal(9_500, **old)])
    world.store.add_product_rows([wide.line(7_003, 9_500)])
    pages = wide.read(client, "deal_product_rows", changed(world))
    assert wide.keys(pages) == ["2:7001", "2:7002", "9500:7003"]
    assert owners(pages) == [2, 3, 9_500]
    assert pages[-1].newest_key == "9500"
    assert all(page.resume_key is None for page in pages)


def test_a_resumed_load_goes_on_behind_an_owner(reader: Bitrix24) -> None:
    pages = wide.read(reader, "deal_product_rows", Changes(after_key="6"))
    assert owners(pages) == list(range(7, DEALS + 1))


@pytest.fixture
def double() -> PortalDouble:
    """Owner 3 has rows on more than one page, owner 2 some, the others none."""
    portal = PortalDouble([row(number) for number in range(1, 301)])
    portal.lines = {2: [900, 901], 3: list(range(1, 121))}
    return portal


@pytest.mark.parametrize("several", ["all", "first"])
def test_a_portal_that_looks_at_one_of_several_owners_is_found_out(
    several: str, double: PortalDouble, tmp_path: Path
) -> None:
    double.several_owners = several
    pages = read(double.client(tmp_path), stream="deal_product_rows")
    expected = {f"2:{n}" for n in (900, 901)} | {f"3:{n}" for n in range(1, 121)}
    assert {record.key for page in pages for record in page.records} == expected
    assert owners(pages) == list(range(1, 301))
    asked_together = any("%5B1%5D" in text for text in double.commands[-1].values())
    assert asked_together is (several == "all")


@pytest.mark.parametrize("several", ["all", "first"])
def test_an_owner_that_goes_while_it_is_read_is_passed_over(
    several: str, double: PortalDouble, tmp_path: Path
) -> None:
    double.several_owners = several
    going = iter((2, 250))

    def on_batch(_number: int) -> None:
        if any("productrow" in text for text in double.commands[-1].values()):
            double.rows.pop(next(going, 0), None)

    double.on_batch = on_batch
    pages = read(double.client(tmp_path), Changes(), stream="deal_product_rows")
    assert set(range(1, 301)) - set(owners(pages)) == {2, 250}
    assert {record.key for page in pages for record in page.records} == {
        f"3:{n}" for n in range(1, 121)
    }


def test_a_right_that_is_missing_is_no_owner_that_is_gone(client: Bitrix24, world: Served) -> None:
    client.unavailable()
    world.store.set_meta({"denied_methods": json.dumps(["crm.item.productrow.list"])})
    with pytest.raises(Unauthorized):
        wide.read(client, "deal_product_rows")
