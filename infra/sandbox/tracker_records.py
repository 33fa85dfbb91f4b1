"""What call trackers know of a world: calls, requests, chats, as each API sends them.

One table for all trackers, made where it is first asked for: a world without a tracker has none,
and the source is off there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.sandbox.payload_text import decode, encode
from infra.sandbox.store import Store

_TABLE = """
create table if not exists tracker_record(
    tracker text not null, kind text not null, id integer not null, day text not null,
    payload text not null, primary key(tracker, kind, id)
) without rowid
"""
_PUT = "insert or replace into tracker_record values (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerRecord:
    """One record of a tracker.

    Args:
        kind: the list that serves it, such as `calls`.
        number: its id there.
        day: its day in the tracker's own zone, ISO.
        payload: as the API sends it.
    """

    kind: str
    number: int
    day: str
    payload: Mapping[str, Any]


def add(store: Store, tracker: str, records: Iterable[TrackerRecord]) -> None:
    """Add records to a world that is being filled: its clock stands still."""
    store.query(_TABLE)
    store.add_rows(_PUT, _rows(tracker, records))


def put(store: Store, tracker: str, records: Iterable[TrackerRecord]) -> None:
    """Add records, or put them in the place of those that have their ids."""
    store.query(_TABLE)
    with store.changing() as connection:
        connection.executemany(_PUT, _rows(tracker, records))


def remove(store: Store, tracker: str, kind: str, number: int) -> None:
    """Take a record out.

    Raises:
        KeyError: there is none.
    """
    store.query(_TABLE)
    with store.changing() as connection:
        done = connection.execute(
            "delete from tracker_record where tracker = ? and kind = ? and id = ?",
            (tracker, kind, number),
        )
        if done.rowcount == 0:
            raise KeyError(number)


def of_days(store: Store, tracker: str, kind: str, first: str, last: str) -> list[dict[str, Any]]:
    """Return the records of some days, both ends included, in the order of their ids."""
    store.query(_TABLE)
    rows = store.query(
        "select payload from tracker_record"
        " where tracker = ? and kind = ? and day between ? and ? order by id",
        (tracker, kind, first, last),
    )
    return [decode(text) for (text,) in rows]


def is_used(store: Store, tracker: str) -> bool:
    """Say whether the world has this tracker."""
    store.query(_TABLE)
    return bool(store.query("select 1 from tracker_record where tracker = ? limit 1", (tracker,)))


def _rows(
    tracker: str, records: Iterable[TrackerRecord]
) -> Iterator[tuple[str, str, int, str, str]]:
    return ((tracker, one.kind, one.number, one.day, encode(one.payload)) for one in records)
