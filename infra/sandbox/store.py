"""The one file that holds a whole imagined company as its source systems know it.

A world builder fills the store, the protocol servers only read it, and `changes` changes it while
it is being served. One SQLite file, one row per record, the record itself as the JSON that the
API sends.

What is not here: HTTP, paging, limits (the protocols), and any figure that a report is compared
with (the ledger, which is computed without this file).

Instants inside one store are ISO 8601 text that carries the portal's one offset (`+03:00`) and are
therefore comparable as text. Money in payloads is a JSON number; advertising money is an integer of
micros (millionths of the account's currency).
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from infra.sandbox.payload_text import decode, encode
from infra.sandbox.store_schema import INDEXES, TABLES

LEAD, DEAL, CONTACT, COMPANY = 1, 2, 3, 4  # crm/data-types.md, object types
OLD_INVOICE, ACTIVITY, QUOTE, SMART_INVOICE = 5, 6, 7, 31


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleDay:
    """One campaign on one day as Google Ads counts it; `cost_micros` in the customer's currency."""

    customer_id: str
    campaign_id: str
    day: str
    cost_micros: int
    impressions: int
    clicks: int
    interactions: int
    conversions: str
    conversions_value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YandexDay:
    """One campaign on one day as Yandex Direct counts it; `cost_micros` includes VAT."""

    login: str
    campaign_id: int
    campaign_name: str
    campaign_type: str
    day: str
    impressions: int
    clicks: int
    cost_micros: int
    vat_percent: str
    conversions: int


class Store:
    """A company's records in one SQLite file. Safe to share between threads.

    Args:
        connection: an open connection to a database that has `TABLES`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._is_new = False

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a new, empty store at `path`, in place of one that stood there."""
        for stale in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            stale.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False)
        # A build that is cut short is built again: speed matters, durability does not.
        connection.executescript("pragma journal_mode=off; pragma synchronous=off;" + TABLES)
        store = cls(connection)
        store._is_new = True
        return store

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an existing store for reading and changing.

        Raises:
            FileNotFoundError: no store at `path`.
        """
        if not path.is_file():
            raise FileNotFoundError(path)
        connection = sqlite3.connect(path, check_same_thread=False)
        # Readers of a served world must not wait for the command that changes it.
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma busy_timeout=10000")
        return cls(connection)

    def close(self) -> None:
        """Write what is pending, end a filling, and close the file."""
        with self._lock:
            if self._is_new:
                self._connection.executescript(INDEXES)
            self._connection.commit()
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def query(
        self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()
    ) -> list[tuple[Any, ...]]:
        """Run one reading statement; rows as tuples."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def meta(self, key: str) -> str:
        """A property of the world. Raises KeyError naming the key."""
        rows = self.query("select value from meta where key = ?", (key,))
        if not rows:
            raise KeyError(key)
        return rows[0][0]

    def all_meta(self) -> dict[str, str]:
        """Every property of the world."""
        return dict(self.query("select key, value from meta order by key"))

    def now(self) -> datetime:
        """The portal's server clock: fixed, and a second further after every change."""
        return datetime.fromisoformat(self.meta("now"))

    def item(self, entity_type_id: int, item_id: int) -> dict[str, Any] | None:
        """One living record, or None."""
        rows = self.query(
            "select payload from item where entity_type_id = ? and id = ? and deleted = 0",
            (entity_type_id, item_id),
        )
        return decode(rows[0][0]) if rows else None

    def dictionary(self, kind: str) -> list[dict[str, Any]]:
        """All entries of a kind in their order.

        Kinds: user, department, status, category, currency, type (of smart processes, under their
        entity type id) and field (of CRM items, as `crm.item.fields` describes them, under
        `<entity type id>/<upperName>`).
        """
        rows = self.query(
            "select payload from dictionary where kind = ? order by sort, id", (kind,)
        )
        return [decode(text) for (text,) in rows]

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Set properties of the world."""
        self._many("insert or replace into meta values (?, ?)", sorted(values.items()))

    def add_items(
        self, entity_type_id: int, payloads: Iterable[Mapping[str, Any]], *, deleted: bool = False
    ) -> None:
        """Add records of `crm.item.list` (camelCase, typed). Deleted ones are never served."""
        rows = (
            (entity_type_id, p["id"], p["createdTime"], p["updatedTime"], int(deleted), encode(p))
            for p in payloads
        )
        self._many("insert into item values (?, ?, ?, ?, ?, ?)", rows)

    def add_stage_history(self, entity_type_id: int, payloads: Iterable[Mapping[str, Any]]) -> None:
        """Add rows of `crm.stagehistory.list` (UPPER keys)."""
        rows = (
            (entity_type_id, p["ID"], p["OWNER_ID"], p["CREATED_TIME"], encode(p)) for p in payloads
        )
        self._many("insert into stage_history values (?, ?, ?, ?, ?)", rows)

    def add_product_rows(self, payloads: Iterable[Mapping[str, Any]]) -> None:
        """Add rows of `crm.item.productrow.list` (camelCase, typed)."""
        rows = ((p["id"], p["ownerType"], p["ownerId"], encode(p)) for p in payloads)
        self._many("insert into product_row values (?, ?, ?, ?)", rows)

    def add_activities(self, payloads: Iterable[Mapping[str, Any]]) -> None:
        """Add rows of `crm.activity.list` (UPPER keys, every value text)."""
        rows = (
            (
                *(int(p[name]) for name in ("ID", "OWNER_TYPE_ID", "OWNER_ID")),
                *(p[name] for name in ("CREATED", "LAST_UPDATED", "START_TIME")),
                encode(p),
            )
            for p in payloads
        )
        self._many("insert into activity values (?, ?, ?, ?, ?, ?, ?)", rows)

    def add_invoices(self, payloads: Iterable[Mapping[str, Any]]) -> None:
        """Add rows of `crm.invoice.list`, the old invoices (UPPER keys, every value text)."""
        rows = ((int(p["ID"]), p["DATE_INSERT"], p["DATE_UPDATE"], encode(p)) for p in payloads)
        self._many("insert into invoice values (?, ?, ?, ?)", rows)

    def add_calls(self, payloads: Iterable[Mapping[str, Any]]) -> None:
        """Add rows of `voximplant.statistic.get` (UPPER keys, every value text)."""
        rows = ((int(p["ID"]), p["CALL_START_DATE"], encode(p)) for p in payloads)
        self._many("insert into call values (?, ?, ?)", rows)

    def add_dictionary(self, kind: str, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Add (id, payload as its API gives it) pairs of one kind, in their order."""
        rows = (
            (kind, entry_id, sort, encode(payload))
            for sort, (entry_id, payload) in enumerate(entries)
        )
        self._many("insert into dictionary values (?, ?, ?, ?)", rows)

    def add_google(
        self,
        *,
        customers: Iterable[tuple[str, str | None, Mapping[str, Any]]] = (),
        campaigns: Iterable[tuple[str, str, Mapping[str, Any]]] = (),
        days: Iterable[GoogleDay] = (),
    ) -> None:
        """Add (customer, manager, payload), (customer, campaign, payload) and campaign days."""
        self._many(
            "insert into google_customer values (?, ?, ?)",
            ((customer, manager, encode(p)) for customer, manager, p in customers),
        )
        self._many(
            "insert into google_campaign values (?, ?, ?)",
            ((customer, campaign, encode(p)) for customer, campaign, p in campaigns),
        )
        self._many(
            "insert into google_campaign_day values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_fields(day) for day in days),
        )

    def add_yandex(
        self,
        *,
        clients: Iterable[tuple[str, Mapping[str, Any]]] = (),
        days: Iterable[YandexDay] = (),
    ) -> None:
        """Add (login, payload) pairs and campaign days."""
        self._many(
            "insert into yandex_client values (?, ?)",
            ((login, encode(p)) for login, p in clients),
        )
        self._many(
            "insert into yandex_campaign_day values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_fields(day) for day in days),
        )

    def settle(self) -> None:
        """End the filling: make the indexes and let SQLite plan by what the tables hold."""
        with self._lock:
            self._connection.executescript(INDEXES)
            self._connection.execute("analyze")

    def add_rows(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one writing statement for each row; the world's clock stands still."""
        self._many(sql, rows)

    def _many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with self._lock, self._connection:
            self._connection.executemany(sql, rows)

    @contextlib.contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """One change of the world: moves the server clock on by a second, all or nothing."""
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            later = (self.now() + timedelta(seconds=1)).isoformat()
            self._connection.execute("update meta set value = ? where key = 'now'", (later,))
            yield self._connection


def _fields(row: GoogleDay | YandexDay) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in row.__slots__)
