"""The embedded PostgreSQL to load into, prepared as the product prepares it."""

from __future__ import annotations

import shutil
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from connectors.registry import SOURCES
from infra.postgres import Warehouse, prepare, start, stop


@dataclass(frozen=True, slots=True)
class Database:
    """A prepared warehouse."""

    warehouse: Warehouse

    @property
    def loader(self) -> str:
        """Return how the loader gets in; holds a password."""
        return self.warehouse.dsn("loader")

    def living_deals(self) -> array:
        """Return the ids of the landed deals that are not marked as deleted."""
        found = self._run(
            "select _key::bigint from raw_bitrix24.deals where _deleted_at is null order by 1"
        )
        return array("q", [number for (number,) in found])

    def changed_deals(self, marker: str) -> int:
        """Return how many deals have a title."""
        query = "select count(*) from raw_bitrix24.deals where _payload ->> 'title' = %s"
        return self._run(query, marker)[0][0]

    def empty(self) -> None:
        """Forget everything that was landed."""
        with psycopg.connect(self.warehouse.administrator("warehouse")) as connection:
            connection.execute("truncate raw_bitrix24.deals, state.cursors, state.loads")

    def server(self) -> str:
        """Return the version of the server."""
        return self._run("show server_version")[0][0]

    def _run(self, query: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.warehouse.administrator("warehouse")) as connection:
            return connection.execute(query, values).fetchall()


@contextmanager
def database() -> Iterator[Database]:
    """Start a server of the bench's own, and remove it at the end."""
    home = Path(tempfile.mkdtemp(prefix="bench-warehouse-"))
    try:
        warehouse = start(home)
        streams = {source.name: [s.name for s in source.streams] for source in SOURCES}
        prepare(warehouse, streams)
        yield Database(warehouse)
    finally:
        stop(home)
        shutil.rmtree(home, ignore_errors=True)
