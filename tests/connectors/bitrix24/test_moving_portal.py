"""A portal that is written to all through an extraction: what is certain, and where others lose.

The writer is driven by the commands that the portal serves, never by time: at every so many pages
it deletes a deal near the beginning, so that offsets shift, deletes and changes others, and adds
one at the end. A *stable* deal is one that was there before and is neither changed nor deleted.

What our first pass guarantees: every stable deal exactly once; every deal that was changed, in the
version that it had when its page was read; no deal that was gone before. What changed, came or went
behind the reader's back is there after the next pass.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.client import Bitrix24
from connectors.stream import Account
from infra.postgres import Warehouse
from infra.sandbox.bitrix24.answer import Answer
from infra.sandbox.bitrix24.params import Params
from infra.sandbox.bitrix24.portal import Portal
from infra.sandbox.changes import change_item, delete_item
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, Store
from tests.bench.world import write_deals
from tests.connectors.landed import land, rows
from tests.infra.sandbox.asking import read_with_b24pysdk, read_with_fast_bitrix24, stored_ids
from tests.infra.sandbox.judges import EVERYTHING
from tests.infra.sandbox.serving import Served, served

DEALS = 9_000
LIST = "crm.item.list"
PAGES_PER_STEP = 3


class Writer:
    """Writes to a portal at every third page that it serves, while it is switched on."""

    def __init__(self, world: Served) -> None:
        self._store = world.store
        self._before = stored_ids(world)
        self._method = world.portal.methods[LIST]
        self._pages = 0
        self._steps = 0
        self.is_on = True
        self.changed: set[int] = set()
        self.deleted: set[int] = set()
        self.added: set[int] = set()
        watched = replace(self._method, run=self._serve)
        world.portal.methods = {**world.portal.methods, LIST: watched}

    @property
    def stable(self) -> set[int]:
        """Deals that were there from the beginning, and as they were."""
        return set(self._before) - self.changed - self.deleted

    def _serve(self, portal: Portal, params: Params) -> Answer:
        answer = self._method.run(portal, params)
        self._pages += 1
        if self.is_on and self._pages % PAGES_PER_STEP == 0:
            self._step()
        return answer

    def _step(self) -> None:
        step = self._steps
        self._steps += 1
        low, middle = self._before[3 * step], self._before[DEALS // 2 + 7 * step]
        self._delete(low)
        self._delete(middle)
        for number in (self._before[3 * step + 1], self._before[-1 - 11 * step]):
            change_item(self._store, DEAL, number, title=f"changed in step {step}")
            self.changed.add(number)
        self._add(self._before[-1] + 1 + step)

    def _delete(self, number: int) -> None:
        delete_item(self._store, DEAL, number)
        self.deleted.add(number)

    def _add(self, number: int) -> None:
        pattern = self._store.item(DEAL, self._before[-1])
        assert pattern is not None
        now = self._store.meta("now")
        deal = {**pattern, "id": number, "createdTime": now, "updatedTime": now, "title": "new"}
        self._store.add_items(DEAL, [deal])
        self.added.add(number)


@pytest.fixture(scope="module")
def unwritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unwritten") / STORE_NAME
    write_deals(path, DEALS)
    return path


@contextmanager
def moving(unwritten: Path, directory: Path) -> Iterator[tuple[Served, Writer]]:
    """Serve a copy of the world, and write to it."""
    directory.mkdir()
    shutil.copyfile(unwritten, directory / STORE_NAME)
    with served(directory, command_seconds=0.001) as world:
        world.store.query("pragma synchronous = off")
        yield world, Writer(world)


def payloads(store: Store) -> dict[str, Any]:
    found = store.query(
        "SELECT id, payload FROM item WHERE entity_type_id = ? AND deleted = 0", (DEAL,)
    )
    return {str(number): json.loads(text) for number, text in found}


def numbers(landed: dict[str, Any]) -> set[int]:
    return {int(key) for key in landed}


def test_ours_loses_nothing_where_others_do(
    unwritten: Path, tmp_path: Path, warehouse: Warehouse
) -> None:
    for name, read in (("fast", read_with_fast_bitrix24), ("sdk", read_with_plain_b24pysdk)):
        with moving(unwritten, tmp_path / name) as (world, writer):
            came = Counter(row["id"] for row in read(world, LIST, EVERYTHING))
            assert len(writer.deleted) > 50
            assert writer.stable - set(came), f"{name} lost no stable deal: nothing is proved"
    with moving(unwritten, tmp_path / "ours") as (world, writer):
        settings = SOURCE.settings(
            webhook_url=world.settings["BITRIX24_WEBHOOK_URL"], plan="enterprise"
        )
        account = Account(name="main", settings=settings, shared=str(tmp_path))
        with closing(Bitrix24(account)) as client:
            first_pass_holds_what_is_stable(client, world, writer, warehouse)
            second_pass_holds_what_moved_before(client, world, writer, warehouse)
            writer.is_on = False
            land(warehouse, SOURCE, client, "deals", first_day=None)
            assert rows(warehouse, SOURCE, "deals") == payloads(world.store)


def first_pass_holds_what_is_stable(
    client: Bitrix24, world: Served, writer: Writer, warehouse: Warehouse
) -> None:
    before = payloads(world.store)
    report = land(warehouse, SOURCE, client, "deals", first_day=None)
    landed, now = rows(warehouse, SOURCE, "deals"), payloads(world.store)
    assert len(writer.deleted) > 50
    assert report.rows_inserted == report.rows_read == len(landed)  # no row came twice
    assert writer.stable <= numbers(landed)
    assert all(landed[str(number)] == before[str(number)] for number in writer.stable)
    assert writer.changed <= numbers(landed)
    versions = [(landed[key], before[key], now[key]) for key in map(str, writer.changed)]
    assert all(have in (old, new) for have, old, new in versions)
    assert numbers(landed) <= set(map(int, before)) | writer.added


def second_pass_holds_what_moved_before(
    client: Bitrix24, world: Served, writer: Writer, warehouse: Warehouse
) -> None:
    """The writer goes on: what it touches during this pass is the next one's to find."""
    changed, deleted, added = set(writer.changed), set(writer.deleted), set(writer.added)
    land(warehouse, SOURCE, client, "deals", first_day=None)
    landed, now = rows(warehouse, SOURCE, "deals"), payloads(world.store)
    touched = (writer.changed - changed) | (writer.deleted - deleted)
    for number in (changed | added | writer.stable) - touched:
        assert landed[str(number)] == now[str(number)]
    assert added <= numbers(landed)
    assert not deleted & numbers(landed)


def read_with_plain_b24pysdk(
    world: Served, method: str, params: dict[str, Any]
) -> list[dict[str, Any]]:
    return read_with_b24pysdk(world, method, params, counted=True)
