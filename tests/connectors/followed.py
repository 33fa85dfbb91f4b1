"""What a source's streams are held to, and the load of a stream that is killed in its middle.

Each source has a module `every_stream.py` beside its tests, whose `FOLLOWED` says how its world is
built and changed. The ledger is what `build` returns, before anything is served.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg.sql import SQL, Identifier

from connectors import settings
from connectors.extract import LoadReport, sync
from connectors.landing import Landing
from connectors.stream import Account, Client, Page, Source, Stream, Window
from infra.postgres import Warehouse
from infra.sandbox.server import STORE_NAME
from tests.infra.sandbox.serving import Served, served

Ledger = Mapping[str, Mapping[str, str]]
"""By stream and landing key the figure that a row has to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A source's world while it can be read.

    Args:
        folder: where it lies.
        served: its protocols, and its store behind them; None for files.
    """

    folder: Path
    served: Served | None

    @property
    def here(self) -> Served:
        """The served world of a source with a protocol."""
        assert self.served is not None
        return self.served


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A source, and how every one of its streams is followed.

    Args:
        source: the source.
        first_day: where loads begin.
        as_of: where they end.
        build: writes a world into a folder, and returns its ledger, computed apart from what the
            world stores.
        figure: takes a stream and a landed payload; returns the figure that the ledger holds.
        restate: changes a row of a stream at the source; returns its key and its figure from now.
        vanish: takes a row of a stream away at the source; returns its key, or None where a stream
            is a single row.
        held: by stream, text of the request's path at which a load is held until it is killed, and
            how many such requests pass before; None where the source speaks no protocol.
        environ: the settings of a world.
        opened: opens a client whose waits take no time.
    """

    source: Source
    first_day: date
    as_of: date
    build: Callable[[Path], Ledger]
    figure: Callable[[str, Any], str]
    restate: Callable[[World, str], tuple[str, str]]
    vanish: Callable[[World, str], str | None]
    opened: Callable[[Account], Client]
    held: Mapping[str, tuple[str, int]] | None = None
    environ: Callable[[World], Mapping[str, str]] = field(default=lambda world: world.here.settings)

    @contextmanager
    def told(self, folder: Path) -> Generator[World]:
        """Let the world in a folder be read until the block ends."""
        if not (folder / STORE_NAME).exists():
            yield World(folder=folder, served=None)
            return
        with served(folder) as found:
            yield World(folder=folder, served=found)

    def account(self, world: World, name: str) -> Account:
        """Return the configured account, by another name in the landing."""
        (found,) = settings.accounts(self.source, self.environ(world), world.folder / "shared")
        return replace(found, name=name)


def followed(name: str) -> Followed:
    """Return what the source of that name is held to."""
    found: Followed = import_module(f"tests.connectors.{name}.every_stream").FOLLOWED
    return found


def load(
    one: Followed, client: Client, account: Account, stream: str, dsn: str, run_id: str
) -> LoadReport:
    """Bring a stream of an account up to its source."""
    return sync(
        one.source,
        account,
        one.source.stream(stream),
        client=client,
        landing=Landing(dsn),
        run_id=run_id,
        as_of=one.as_of,
        first_day=one.first_day,
        on_progress=lambda _: None,
    )


def landed(warehouse: Warehouse, one: Followed, account: str, stream: str) -> dict[str, str]:
    """Return the figure of each row of an account that is not deleted, by key."""
    table = Identifier(f"raw_{one.source.name}", stream)
    query = SQL("select _key, _payload from {} where _account = %s and _deleted_at is null")
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        found = connection.execute(query.format(table), (account,)).fetchall()
    return {key: one.figure(stream, payload) for key, payload in found}


def kill_in_its_middle(
    one: Followed, world: World, account: Account, stream: str, dsn: str
) -> None:
    """Begin a load in a process of its own, and kill that process while it waits for an answer."""
    processes = _processes()
    at_the_end = processes.Event()
    pages_end_there = one.held is None
    if one.held is not None:
        match, skip = one.held[stream]
        _faults(world.here, [{"kind": "slow", "match": match, "skip": skip, "seconds": 60}])
    child = processes.Process(
        target=_dying,
        args=(one.source.name, account, stream, dsn, at_the_end if pages_end_there else None),
    )
    child.start()
    try:
        _wait(lambda: at_the_end.is_set() if pages_end_there else _is_held(world.here), child)
    finally:
        child.kill()
        child.join(10)
    assert child.exitcode == -signal.SIGKILL
    if one.held is not None:
        world.here.client.delete(f"{world.here.http_url}/_sandbox/faults").raise_for_status()


def _dying(
    name: str, account: Account, stream: str, dsn: str, at_the_end: threading.Event | None
) -> None:
    one = followed(name)
    with closing(one.opened(account)) as client:
        read = cast("Client", _Endless(client, at_the_end)) if at_the_end else client
        load(one, read, account, stream, dsn, "killed")


class _Endless:
    """A client whose end does not come: after its last page it says so, and waits for ever."""

    def __init__(self, client: Client, at_the_end: threading.Event) -> None:
        self._client = client
        self._at_the_end = at_the_end

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        yield from self._client.pages(stream, window)
        self._at_the_end.set()
        threading.Event().wait()


def _processes() -> ForkServerContext:
    """Return where processes are forked that have read our modules already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.connectors.followed", "connectors.registry"])
    return context


def _wait(is_there: Callable[[], bool], child: Any) -> None:
    ends = time.monotonic() + 60
    while not is_there():
        assert child.is_alive(), "the load ended before it was held"
        assert time.monotonic() < ends, "the load did not come to where it is held"
        time.sleep(0.01)


def _is_held(world: Served) -> bool:
    """Say whether the planned fault was met."""
    waits: list[Any] = world.client.get(f"{world.http_url}/_sandbox/faults").json()["faults"]
    return not waits


def _faults(world: Served, planned: list[dict[str, object]]) -> None:
    world.client.post(f"{world.http_url}/_sandbox/faults", json=planned).raise_for_status()
