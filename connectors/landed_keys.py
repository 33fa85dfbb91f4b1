"""The keys of landed rows beside those of the source: what is gone, what is missing.

Keys stand in temporary tables of the landing's connection, never in memory. Marks are made only
where the comparison is believed.

Not here: which keys are asked for (`completeness.py`, `reconcile.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from connectors import keys_sql as sql
from connectors.reconcile import Piece
from connectors.stream import KeySpan

SHRINK_SHARE = 0.2
SHRINK_ROWS = 50
"""A comparison of keys that would mark more than this share and more than this many rows as
deleted is taken for a fault (rights withdrawn, a list cut short) until a person says otherwise."""

_KEYS_AT_ONCE = 2_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What comparing keys with the source came to, in rows.

    Args:
        source_rows: keys that the source has.
        deleted: landed rows that are gone at the source, now marked as deleted.
        revived: rows once marked as deleted that the source has again.
        refused: why nothing was marked, in words; None where the comparison was believed.
    """

    source_rows: int
    deleted: int = 0
    revived: int = 0
    refused: str | None = None


class LandedKeys:
    """The keys of one account's stream; made by the landing that holds its lock."""

    def __init__(
        self,
        connection: psycopg.Connection[TupleRow],
        table: Identifier,
        who: Mapping[str, str],
    ) -> None:
        self._connection = connection
        self._table = table
        self._who = who
        self._live = 0
        for statement in sql.CREATE_ALL:
            connection.execute(statement)

    def compare_all(self, keys: Iterable[tuple[str, ...]], *, may_shrink: bool) -> Comparison:
        """Mark as deleted what the source no longer has.

        Args:
            keys: every key that exists at the source now.
            may_shrink: believe the source however many rows are gone.
        """
        self._hold(keys)
        known, live = self._counts(sql.COMPARE_ALL)
        return self._mark(known, live, self._run(sql.FIND_GONE), may_shrink=may_shrink)

    def revive(self) -> int:
        """Take the mark off what the source has again, by the keys of the last comparison."""
        with self._connection.transaction():
            return self._run(sql.REVIVE)

    def number(self, newest: Mapping[str, int]) -> tuple[Piece, ...]:
        """Number the live rows, and return each part from its beginning to its newest key.

        Args:
            newest: by part, the largest number that is compared.
        """
        self._connection.execute(sql.EMPTY_LIVE)
        self._live = self._run(
            sql.NUMBER_LIVE, parts=list(newest), numbers=[newest[part] for part in newest]
        )
        self._connection.execute(sql.INDEX_LIVE)
        self._connection.execute(sql.ANALYZE_LIVE)
        places = {
            str(part): (int(first), int(last))
            for part, first, last in self._connection.execute(sql.PLACES_OF_PARTS)
        }
        ordered = sorted(newest, key=lambda part: places.get(part, (0, 0)))
        return tuple(
            Piece(
                span=KeySpan(part=part, after=0, upto=newest[part]),
                first=places.get(part, (0, 0))[0],
                last=places.get(part, (0, 0))[1],
            )
            for part in ordered
        )

    def numbers_at(self, places: Sequence[int]) -> Mapping[int, int]:
        """Return the numbers of the keys at some places."""
        found = self._connection.execute(sql.NUMBERS_AT, {"places": list(places)})
        return {int(place): int(number) for place, number in found}

    def compare(
        self,
        pieces: Sequence[Piece],
        keys: Iterable[tuple[str, ...]],
        *,
        source_rows: int | None,
        may_shrink: bool,
    ) -> Comparison:
        """Mark as deleted what some pieces no longer hold at the source.

        Args:
            pieces: what is compared; of the rows that were numbered last.
            keys: every key that the source has in them now.
            source_rows: rows that the source has in all pieces together; None where these are all.
            may_shrink: believe the source however many rows are gone.
        """
        held = self._hold(keys)
        known = held if source_rows is None else source_rows
        gone = self._run(
            sql.FIND_GONE_IN,
            firsts=[piece.first for piece in pieces],
            lasts=[piece.last for piece in pieces],
        )
        return self._mark(known, self._live, gone, may_shrink=may_shrink)

    def missing(self) -> Iterator[tuple[str, ...]]:
        """Yield, some at a time, the keys of the last comparison that have no live landed row."""
        count, place = self._run(sql.FIND_MISSING), 0
        while count > 0:
            span = {"first": place, "last": place + _KEYS_AT_ONCE}
            page = self._connection.execute(sql.READ_MISSING, span).fetchall()
            yield tuple(str(row[0]) for row in page)
            count, place = count - len(page), place + _KEYS_AT_ONCE

    def _mark(self, known: int, live: int, gone: int, *, may_shrink: bool) -> Comparison:
        refused = None if may_shrink else _doubted(known, live, gone)
        if refused is not None:
            return Comparison(source_rows=known, refused=refused)
        with self._connection.transaction():
            return Comparison(source_rows=known, deleted=self._run(sql.MARK_GONE))

    def _hold(self, keys: Iterable[tuple[str, ...]]) -> int:
        """Put keys of the source into their table, in place of the last ones."""
        self._connection.execute(sql.EMPTY_KEYS)
        for page in keys:
            with self._connection.cursor() as cursor, cursor.copy(sql.COPY_KEYS) as copy:
                for key in page:
                    copy.write_row((key,))
        held = self._run(sql.DROP_REPEATED_KEYS)
        self._connection.execute(sql.ANALYZE_KEYS)
        return held

    def _run(self, query: SQL, **values: object) -> int:
        done = self._connection.execute(query.format(table=self._table), {**self._who, **values})
        return done.rowcount

    def _counts(self, query: SQL) -> tuple[int, ...]:
        row = self._connection.execute(query.format(table=self._table), self._who).fetchone()
        return tuple(int(value) for value in row or ())


def _doubted(known: int, live: int, gone: int) -> str | None:
    """Return why a list of keys is not believed, in words."""
    if known == 0 and live > 0:
        return f"the source names no key at all, while {live:,} rows are landed"
    if gone > SHRINK_ROWS and gone > SHRINK_SHARE * live:
        return f"{gone:,} of {live:,} landed rows would be gone at once"
    return None
