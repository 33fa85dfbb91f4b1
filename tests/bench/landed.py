"""The embedded PostgreSQL to load into, prepared as the product prepares it."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from connectors.registry import SOURCES
from connectors.windows import ChangesPosition
from infra.postgres import Warehouse, prepare, start, stop
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, Store
from tests.bench.world import NOW

_ACCOUNT, _RUN_ID = "main", "prepared"
_PIECE = 20_000


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

    def titled_deals(self, title: str) -> int:
        """Return how many deals have a title."""
        query = "select count(*) from raw_bitrix24.deals where _payload ->> 'title' = %s"
        return self._run(query, title)[0][0]

    def empty(self) -> None:
        """Forget everything that was landed."""
        with psycopg.connect(self.warehouse.administrator("warehouse")) as connection:
            connection.execute("truncate raw_bitrix24.deals, state.cursors, state.loads")

    def fill(self, world: Path) -> None:
        """Land a world as a first load would leave it, by copying its records as they are."""
        self.empty()
        newest = 0
        with (
            Store.open(world / STORE_NAME) as store,
            psycopg.connect(self.warehouse.administrator("warehouse")) as connection,
        ):
            while rows := _rows_above(store, newest):
                newest = rows[-1][0]
                with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                    for number, touched, payload in rows:
                        digest = hashlib.sha256(payload.encode()).digest()
                        copy.write_row(
                            (_ACCOUNT, str(number), touched, payload, digest, NOW, _RUN_ID)
                        )
            position = ChangesPosition(
                since=NOW, newest_keys={"": str(newest)}, is_complete=True, swept_at=NOW
            )
            who = ("bitrix24", _ACCOUNT, "deals", json.dumps(position.stored()), _RUN_ID)
            connection.execute(_KEEP_POSITION, who)
            connection.execute("analyze raw_bitrix24.deals")

    def server(self) -> str:
        """Return the version of the server."""
        return self._run("show server_version")[0][0]

    def _run(self, query: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.warehouse.administrator("warehouse")) as connection:
            return connection.execute(query, values).fetchall()


_COPY = (
    "copy raw_bitrix24.deals"
    " (_account, _key, _cursor, _payload, _hash, _extracted_at, _run_id) from stdin"
)
_KEEP_POSITION = (
    "insert into state.cursors (source, account, stream, position, run_id)"
    " values (%s, %s, %s, %s, %s)"
)


def _rows_above(store: Store, number: int) -> list[tuple]:
    return store.query(
        "SELECT id, updated_time, payload FROM item"
        " WHERE entity_type_id = ? AND deleted = 0 AND id > ? ORDER BY id LIMIT ?",
        (DEAL, number, _PIECE),
    )


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
