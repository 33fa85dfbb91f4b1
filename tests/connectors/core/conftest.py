"""A source that is a dictionary, landed in a real PostgreSQL."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier
from pydantic import BaseModel

from connectors.extract import LoadReport, sync
from connectors.json_stream import record_json
from connectors.landing import Landing
from connectors.stream import (
    Account,
    Changes,
    Days,
    KeySpan,
    Page,
    Record,
    Source,
    SourceTotal,
    Stream,
    Traffic,
    Window,
    WriteMode,
)
from infra.postgres import Warehouse

_numbers = itertools.count(1)

STREAMS = {
    "deals": Stream(
        name="deals",
        description="One deal.",
        write=WriteMode.UPSERT,
        lookback=timedelta(minutes=15),
    ),
    "days": Stream(
        name="days",
        description="One campaign and day.",
        write=WriteMode.REPLACE_WINDOW,
        lookback=timedelta(days=7),
        weekly_lookback=timedelta(days=35),
    ),
    "words": Stream(name="words", description="One word.", write=WriteMode.REPLACE_ALL),
    "lines": Stream(
        name="lines",
        description="One line of a deal.",
        write=WriteMode.UPSERT,
        lookback=timedelta(minutes=15),
        reconcile=False,
    ),
}


class NoSettings(BaseModel):
    pass


@dataclass
class Fake:
    """A server and its client in one: rows by key, a clock, and faults to come.

    Args:
        rows: key to record; the record's `at` is its modification time or its day.
        now: the server's clock.
        page_size: records of a page.
        fails_after: pages after which the next one fails, and with what.
        answers: answers for whole windows that come before those from `rows`, one each.
        asked: the windows that were asked for.
    """

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)
    page_size: int = 3
    fails_after: tuple[int, Exception] | None = None
    answers: list[list[Record]] = field(default_factory=list)
    asked: list[Window] = field(default_factory=list)
    off: Mapping[str, str] = field(default_factory=dict)
    keys_now: list[str] | None = None
    source_totals: tuple[SourceTotal, ...] | Exception = ()
    traffic: Traffic = field(default_factory=Traffic)

    def put(self, key: object, at: datetime | date, **values: object) -> None:
        """Store a record as of a moment, or for a day."""
        if not isinstance(at, datetime):
            at = datetime(at.year, at.month, at.day, tzinfo=UTC)
        self.rows[str(key)] = {"at": at, "values": {"id": key, **values}}

    def unavailable(self) -> Mapping[str, str]:
        return self.off

    def pages(self, _stream: Stream, window: Window) -> Iterator[Page]:
        self.asked.append(window)
        served_at = self.now
        records = self.answers.pop(0) if self.answers else list(self._records(window))
        for index, at in enumerate(range(0, max(1, len(records)), self.page_size)):
            self.traffic.add(requests=1)
            if self.fails_after is not None and index == self.fails_after[0]:
                _, failure = self.fails_after
                self.fails_after = None
                raise failure
            page = tuple(records[at : at + self.page_size])
            resume = page[-1].key if page and isinstance(window, Changes) else None
            yield Page(records=page, served_at=served_at, resume_key=resume)

    def _records(self, window: Window) -> Iterator[Record]:
        for key in sorted(self.rows, key=place):
            row = self.rows[key]
            if self._is_wanted(key, row["at"], window):
                yield record(key, row["at"], row["values"])

    def _is_wanted(self, key: str, at: datetime, window: Window) -> bool:
        if isinstance(window, Days):
            return window.first <= at.date() <= window.last
        after = window.after_key
        if after is not None and place(key) <= place(after):
            return False
        if window.since is None or at >= window.since:
            return True
        newest = window.newest_keys.get(place(key)[0])
        return newest is None or place(key) > place(newest)

    def keys(self, _stream: Stream) -> Iterator[tuple[str, ...]]:
        known = list(self.rows) if self.keys_now is None else self.keys_now
        for at in range(0, len(known), 100):
            yield tuple(known[at : at + 100])

    def totals(self, _stream: Stream, _window: Window) -> tuple[SourceTotal, ...]:
        if isinstance(self.source_totals, Exception):
            raise self.source_totals
        return self.source_totals

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class CountingFake(Fake):
    """A server that counts, fifty spans a request, and reads fifty keys a page.

    Args:
        counted: requests that counted.
        listed: requests that listed keys of spans.
        fetched: keys whose records were asked for.
        left_out: keys that a first day leaves out.
        counts_off: added to every count; None where the server does not count.
        meanwhile: called once between the counts and the keys.
    """

    counted: int = 0
    listed: int = 0
    fetched: list[str] = field(default_factory=list)
    left_out: frozenset[str] = frozenset()
    counts_off: int | None = 0
    meanwhile: Callable[[], object] | None = None

    def counts(
        self, _stream: Stream, spans: Sequence[KeySpan], *, created_from: date | None
    ) -> tuple[int, ...] | None:
        self.counted += -(-len(spans) // 50)
        if self.counts_off is None:
            return None
        return tuple(len(self._in(span, created_from)) + self.counts_off for span in spans)

    def keys_in(
        self, _stream: Stream, spans: Sequence[KeySpan], *, created_from: date | None
    ) -> Iterator[tuple[str, ...]]:
        if self.meanwhile is not None:
            self.meanwhile()
            self.meanwhile = None
        found = [self._in(span, created_from) for span in spans]
        self.listed += -(-sum(len(keys) // 50 + 1 for keys in found) // 50)
        yield from found

    def records_of(self, _stream: Stream, keys: Sequence[str]) -> Iterator[Page]:
        self.fetched += keys
        rows = [(key, self.rows[key]) for key in keys if key in self.rows]
        yield Page(records=tuple(record(key, row["at"], row["values"]) for key, row in rows))

    def _is_wanted(self, key: str, at: datetime, window: Window) -> bool:
        left_out = isinstance(window, Changes) and window.created_from and key in self.left_out
        return not left_out and super()._is_wanted(key, at, window)

    def _in(self, span: KeySpan, created_from: date | None) -> tuple[str, ...]:
        part = f"{span.part}/" if span.part else ""
        numbers = range(span.after + 1, span.upto + 1)
        keys = (
            filter(self.rows.__contains__, (f"{part}{number}" for number in numbers))
            if len(numbers) < len(self.rows)
            else (key for key in self.rows if place(key)[0] == span.part and number(key) in numbers)
        )
        return tuple(key for key in keys if created_from is None or key not in self.left_out)


def place(key: str) -> tuple[str, int, str]:
    """Return what keys are ordered by: their part, then their number."""
    part, _, digits = key.rpartition("/")
    return part, len(digits), digits


def number(key: str) -> int:
    return int(key.rpartition("/")[2])


def record(key: str, at: datetime | None, values: object) -> Record:
    written = record_json(values)
    return Record(key=key, payload=written.payload, cursor=at, original=written.original)


def _opened(_account: Account) -> Fake:
    return Fake()


SOURCE = Source(
    name="fake",
    title="Fake",
    streams=tuple(STREAMS.values()),
    settings=NoSettings,
    open=_opened,
)


class House:
    """One account of the fake source and its landing."""

    def __init__(self, warehouse: Warehouse, account: str) -> None:
        self.warehouse = warehouse
        self.account = Account(name=account, settings=NoSettings(), shared="")
        self.landing = Landing(warehouse.dsn("loader"))
        self.server = Fake()
        self.said: list[str] = []
        self.runs = itertools.count(1)

    def sync(
        self,
        stream: str,
        *,
        as_of: date = date(2026, 11, 23),
        first_day: date | None = None,
        may_shrink: bool = False,
        again: Days | None = None,
    ) -> LoadReport:
        return sync(
            SOURCE,
            self.account,
            STREAMS[stream],
            client=self.server,
            landing=self.landing,
            run_id=f"run{next(self.runs)}",
            as_of=as_of,
            first_day=first_day,
            on_progress=self.said.append,
            may_shrink=may_shrink,
            again=again,
        )

    def sql(self, query: LiteralString | Composed, **values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.warehouse.dsn("loader"), row_factory=dict_row) as connection:
            done = connection.execute(query, {"account": self.account.name, **values})
            return done.fetchall() if done.description else []

    def landed(self, stream: str) -> dict[str, dict[str, Any]]:
        table = Identifier("raw_fake", stream)
        rows = self.sql(SQL("select * from {} where _account = %(account)s").format(table))
        return {row["_key"]: row for row in rows}

    def payloads(self, stream: str) -> dict[str, Any]:
        """Return what stands in the landing and is not deleted."""
        landed = self.landed(stream).items()
        return {key: row["_payload"] for key, row in landed if row["_deleted_at"] is None}

    def position(self, stream: str) -> dict[str, Any] | None:
        rows = self.sql(
            "select position from state.cursors"
            " where account = %(account)s and stream = %(stream)s",
            stream=stream,
        )
        return rows[0]["position"] if rows else None

    def loads(self) -> list[dict[str, Any]]:
        return self.sql("select * from state.loads where account = %(account)s order by load_id")


@pytest.fixture(scope="module")
def fake_warehouse(module_warehouse: Warehouse) -> Warehouse:
    with psycopg.connect(module_warehouse.dsn("owner"), autocommit=True) as owner:
        for stream in STREAMS:
            owner.execute("select state.create_landing_table('fake', %s)", (stream,))
    return module_warehouse


@pytest.fixture
def new_house(fake_warehouse: Warehouse) -> Callable[[], House]:
    """Make further accounts, each with an empty landing of its own."""
    return lambda: House(fake_warehouse, f"account{next(_numbers)}")


@pytest.fixture
def house(new_house: Callable[[], House]) -> House:
    return new_house()


@pytest.fixture
def counting(house: House) -> House:
    """A house whose server counts."""
    house.server = CountingFake(page_size=1_000)
    return house


@pytest.fixture
def new_counting(new_house: Callable[[], House]) -> Callable[[], House]:
    def make() -> House:
        house = new_house()
        house.server = CountingFake(page_size=1_000)
        return house

    return make


@pytest.fixture
def make_record() -> Callable[[str, datetime | None, object], Record]:
    return record


@pytest.fixture
def digest() -> Callable[[Sequence[object]], str]:
    return lambda rows: json.dumps(rows, sort_keys=True, default=str)


@pytest.fixture
def fake_server() -> Fake:
    return Fake()
