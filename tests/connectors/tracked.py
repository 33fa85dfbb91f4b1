"""A served world with call trackers, and their sources opened against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from connectors import settings
from connectors.calltouch.client import Calltouch
from connectors.comagic.client import Comagic
from connectors.stream import Client, Source
from infra.postgres import Warehouse
from infra.sandbox import tracker_records
from infra.sandbox.server import STORE_NAME
from infra.sandbox.tracker_records import TrackerRecord
from tests.connectors.clock import Clock
from tests.connectors.landed import land, totals
from tests.infra.sandbox import tracker_world
from tests.infra.sandbox.serving import Served, served


@contextmanager
def tracked(directory: Path) -> Iterator[Served]:
    """Serve the tiny world with its trackers."""
    tracker_world.build(directory / STORE_NAME)
    with served(directory) as world:
        yield world


@contextmanager
def opened(source: Source, world: Served, shared: Path, **changed: str) -> Iterator[Client]:
    """Open a source with the settings of a world, in a time that passes only by sleeping."""
    prefix = f"{source.name.upper()}__MAIN__"
    environ = {**world.settings, **{f"{prefix}{name}": value for name, value in changed.items()}}
    (account,) = settings.accounts(source, environ, shared)
    clock = Clock()
    make = {"calltouch": Calltouch, "comagic": Comagic}[source.name]
    with closing(make(account, patience=clock.patience(), clock=clock)) as client:
        yield client


def landed_days(warehouse: Warehouse, source: Source, stream: str) -> dict[str, str]:
    """Return the day of each record that is not deleted, by its key."""
    table = Identifier(f"raw_{source.name}", stream)
    query = SQL("select _key, (_cursor at time zone 'UTC')::date from {} where _deleted_at is null")
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        rows: list[tuple[str, date]] = connection.execute(query.format(table)).fetchall()
    return {key: day.isoformat() for key, day in rows}


def plan(world: Served, *faults: dict[str, Any]) -> None:
    """Plan faults."""
    world.client.post(f"{world.http_url}/_sandbox/faults", json=list(faults)).raise_for_status()


class Kept:
    """Brings one stream into a warehouse again and again, and holds it against the ledger.

    Args:
        warehouse: where rows go.
        world: what the trackers know.
        source: whose stream it is.
        stream: which stream.
        shared: for the state of limiters.
    """

    def __init__(
        self, warehouse: Warehouse, world: Served, source: Source, stream: str, shared: Path
    ) -> None:
        self.warehouse = warehouse
        self.world = world
        self.source = source
        self.stream = stream
        self.shared = shared
        self.expected = tracker_world.ledger(source.name, stream)

    def bring(self) -> tuple[int, int, int]:
        """Load, hold the landing against the ledger, and return what was written."""
        with opened(self.source, self.world, self.shared) as client:
            done = land(
                self.warehouse,
                self.source,
                client,
                self.stream,
                as_of=tracker_world.LAST,
                first_day=tracker_world.FIRST,
            )
        assert self.landed() == self.expected
        return done.rows_inserted, done.rows_updated, done.rows_deleted

    def landed(self) -> dict[str, str]:
        """Return the day of each landed record, by its key."""
        return landed_days(self.warehouse, self.source, self.stream)

    def recent(self) -> list[str]:
        """Return the keys of the days that are restated, oldest day first."""
        since = f"{tracker_world.LAST - timedelta(days=29)}"
        return sorted(
            (key for key, day in self.expected.items() if day >= since),
            key=lambda key: (self.expected[key], key),
        )

    def restate(self, record: TrackerRecord) -> None:
        """Change a record at the tracker."""
        tracker_records.put(self.world.store, self.source.name, [record])

    def vanish(self, key: str) -> None:
        """Take a record out of the tracker, and out of the ledger."""
        tracker_records.remove(self.world.store, self.source.name, self.stream, int(key))
        del self.expected[key]

    def stated(self) -> dict[str, int]:
        """Return how many rows the tracker itself stated for each day."""
        found = totals(self.warehouse)
        assert {(measure, currency) for _, measure, _, _, currency in found} <= {("rows", None)}
        return {f"{day}": int(value) for stream, _, day, value, _ in found if stream == self.stream}

    def days(self) -> dict[str, int]:
        """Return how many records of the ledger each restated day has, none included."""
        first = tracker_world.LAST - timedelta(days=29)
        counted = Counter(self.expected.values())
        return {f"{day}": counted[f"{day}"] for day in (first + timedelta(n) for n in range(30))}
