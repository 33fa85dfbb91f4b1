"""Every stream of every source against its ledger: loaded, restated, vanished, killed, resumed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.registry import SOURCES
from connectors.stream import Account
from infra.postgres import Warehouse
from tests.connectors.followed import Followed, World, followed, kill_in_its_middle, landed, load

ELSEWHERE = ("bitrix24", "company")
"""A portal tells what changed instead of days, see core/test_crashes.py and bitrix24; what a
company says of itself is read from a folder as spend is."""

NAMES = [source.name for source in SOURCES if source.name not in ELSEWHERE]
EVERY = [
    pytest.param(source.name, stream.name, id=f"{source.name}-{stream.name}")
    for source in SOURCES
    if source.name in NAMES
    for stream in source.streams
]


class Case:
    """One stream of a world that can be read, and what has to be landed of it now."""

    def __init__(self, one: Followed, world: World, warehouse: Warehouse, stream: str) -> None:
        self.one, self.world, self.warehouse, self.stream = one, world, warehouse, stream
        ledger = json.loads((world.folder / "ledger.json").read_text(encoding="utf-8"))
        self.expected: dict[str, str] = ledger[stream]

    def bring(self, name: str) -> tuple[int, int, int]:
        """Load under an account's name; return the rows inserted, updated and deleted."""
        account = self.account(name)
        with closing(self.one.opened(account)) as client:
            done = load(self.one, client, account, self.stream, self.warehouse.dsn("loader"), "run")
        return done.rows_inserted, done.rows_updated, done.rows_deleted

    def account(self, name: str) -> Account:
        return self.one.account(self.world, name)

    def landed(self, name: str) -> dict[str, str]:
        return landed(self.warehouse, self.one, name, self.stream)


@pytest.fixture
def case(source: str, stream: str, warehouse: Warehouse, tmp_path: Path) -> Iterator[Case]:
    one = followed(source)
    ledger = one.build(tmp_path)
    (tmp_path / "ledger.json").write_text(json.dumps(ledger), encoding="utf-8")
    with one.told(tmp_path) as world:
        yield Case(one, world, warehouse, stream)


@pytest.mark.parametrize(("source", "stream"), EVERY)
def test_a_stream_equals_its_ledger_whatever_happens(case: Case) -> None:
    assert len(case.expected) > 0
    assert case.bring("main") == (len(case.expected), 0, 0), "full load"
    assert case.landed("main") == case.expected, "full load"

    assert case.bring("main") == (0, 0, 0), "second run without change"
    assert case.landed("main") == case.expected, "second run without change"

    kill_in_its_middle(
        case.one, case.world, case.account("killed"), case.stream, case.warehouse.dsn("loader")
    )
    left = case.landed("killed")
    assert left.items() < case.expected.items(), "crash in mid-run"
    case.bring("killed")
    assert case.landed("killed") == case.expected, "resumed"

    key, figure = case.one.restate(case.world, case.stream)
    assert case.expected[key] != figure
    case.expected[key] = figure
    gone = case.one.vanish(case.world, case.stream)
    assert gone != key
    if gone is not None:
        del case.expected[gone]
    assert case.bring("main") == (0, 1, int(gone is not None)), "restated and vanished"
    assert case.landed("main") == case.expected, "restated and vanished"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_followed_is_what_the_source_offers(name: str, tmp_path: Path) -> None:
    one = followed(name)
    streams = {stream.name for stream in one.source.streams}
    assert one.build(tmp_path).keys() == streams
    assert one.held is None or one.held.keys() == streams
