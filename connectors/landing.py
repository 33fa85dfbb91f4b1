"""The only writer of landed rows: pages in, one envelope per record, the cursor beside them.

Rows and the cursor that speaks of them are committed in one transaction, so a load that dies at
any point is repeated from its last commit and nothing is lost. A record whose bytes have not
changed is not written at all: a second load of the same data writes no row.

Records travel by COPY into a temporary table of the connection and are merged from there. No
transaction is open while a server is waited for.

One load per stream at a time: an advisory lock of PostgreSQL is held for as long as the stream is
open, and a second load ends at once.

Not here: which window is read (`windows.py`), how pages get here (`extract.py`), what is gone at
the source (`landed_keys.py`), what a load reports (`journal.py`), the tables themselves
(`infra/postgres/migrations`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from connectors import landing_sql as sql
from connectors.errors import Busy, ContractBroken, Misconfigured, Unavailable
from connectors.journal import Journal
from connectors.landed_keys import LandedKeys
from connectors.stream import Days, Record

Position = Mapping[str, object]
Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a merge did to the landing table, in rows.

    Args:
        inserted: new keys.
        updated: keys whose record changed, and deleted ones that came back.
        unchanged: keys whose record is the landed one.
        deleted: rows removed, or marked as deleted.
    """

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0


class Landing:
    """The landing schemas of one warehouse.

    Args:
        dsn: connection string of the role `loader`; holds a password.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def __repr__(self) -> str:
        return "Landing(…)"

    @contextmanager
    def opened(
        self, source: str, account: str, stream: str, *, run_id: str
    ) -> Generator[StreamLanding]:
        """Hold one account's stream open for writing, and keep every other load out of it.

        Raises:
            Busy: another load of this stream is running.
            Unavailable: PostgreSQL cannot be reached, or broke off.
            ContractBroken: PostgreSQL refuses a row; named by SQLSTATE, because its own text
                quotes the data.
        """
        with boundary(source, stream), self._connected(f"land {source}.{stream}") as connection:
            name = f"{source}/{account}/{stream}"
            connection.execute(sql.WAIT_SHORTLY)
            try:
                connection.execute(sql.LOCK, (f"landing {name}",))
            except psycopg.errors.LockNotAvailable:
                msg = f"another load of {name} is running; this one did nothing"
                raise Busy(msg, source=source, method=stream) from None
            connection.execute(sql.WAIT_LONGER)
            connection.execute(sql.CREATE_STAGED)
            yield StreamLanding(connection, source, account, stream, run_id)

    def count(self, source: str, stream: str) -> int:
        """Return how many rows a stream's landing table holds, deleted ones included.

        Raises:
            Unavailable: PostgreSQL cannot be reached.
        """
        with boundary(source, stream), self._connected("count") as connection:
            query = SQL("select count(*) from {}").format(Identifier(f"raw_{source}", stream))
            return _counts(connection.execute(query).fetchone())[0]

    def _connected(self, purpose: str) -> Connection:
        return psycopg.connect(
            self._dsn, autocommit=True, application_name=purpose[:63], connect_timeout=15
        )


class StreamLanding:
    """One account's stream, open for writing; made by `Landing.opened`."""

    def __init__(
        self, connection: Connection, source: str, account: str, stream: str, run_id: str
    ) -> None:
        self._connection = connection
        self._who = {"source": source, "account": account, "stream": stream, "run_id": run_id}
        self._table = Identifier(f"raw_{source}", stream)
        self._staged = 0
        self.journal = Journal(connection, **self._who)

    @cached_property
    def keys(self) -> LandedKeys:
        """The keys of what is landed, to be held against the source's."""
        return LandedKeys(self._connection, self._table, self._who)

    def position(self) -> dict[str, object] | None:
        """Return how far the stream was read, None before the first commit."""
        row = self._connection.execute(sql.READ_CURSOR, self._who).fetchone()
        return None if row is None else cast("dict[str, object]", row[0])

    def upsert(
        self,
        records: Sequence[Record],
        position: Position | None,
        *,
        owners: Collection[str] = (),
    ) -> Written:
        """Merge a batch and move the cursor in one transaction.

        A key that comes twice counts once, by its latest modification and then by its place.
        A record that is older than the landed one changes nothing.

        Args:
            records: the batch.
            position: where the cursor stands afterwards; None leaves it.
            owners: owners of whose rows the batch holds all: other rows of theirs, landed under
                `<owner>:<row>`, are marked as deleted.
        """
        with self._connection.transaction():
            self.discard()
            self.stage(records)
            written = self._merge(sql.NOT_OLDER)
            gone = self._change(sql.MARK_LEFT, owners=sorted(owners)) if owners else 0
            self._move(position)
        return _with_deleted(written, gone)

    def move(self, position: Position) -> None:
        """Move the cursor alone."""
        self._move(position)

    def stage(self, records: Iterable[Record]) -> int:
        """Put records beside the landing table, where nobody sees them; return how many."""
        before = self._staged
        with self._connection.cursor() as cursor, cursor.copy(sql.COPY_STAGED) as copy:
            for record in records:
                self._staged += 1
                copy.write_row(
                    (
                        self._staged,
                        record.key,
                        record.cursor,
                        record.payload.decode(),
                        record.original,
                        hashlib.sha256(record.payload).digest(),
                    )
                )
        return self._staged - before

    def discard(self) -> None:
        """Forget what was staged."""
        self._connection.execute(sql.EMPTY_STAGED)
        self._staged = 0

    def rows_in(self, days: Days | None) -> int:
        """Return how many rows that are not deleted stand in a window, or altogether."""
        if days is None:
            return self._count(sql.COUNT_LIVE)
        return self._count(sql.COUNT_WINDOW, first=days.first, last=days.last)

    def replace_window(
        self, days: Days, position: Position | None, unanswered: Collection[str] = ()
    ) -> Written:
        """Make the landed days equal to what was staged, and move the cursor; None leaves it.

        Rows whose keys begin as `unanswered` says stay as they are, staged or not.
        """
        with self._connection.transaction():
            written = self._merge(SQL("true"))
            window = {"first": days.first, "last": days.last, "unanswered": list(unanswered)}
            gone = self._change(sql.DELETE_VANISHED, **window)
            self._move(position)
        self.discard()
        return _with_deleted(written, gone)

    def replace_all(self, position: Position, unanswered: Collection[str] = ()) -> Written:
        """Make the landed rows equal to what was staged, marking as deleted what is gone.

        Rows whose keys begin as `unanswered` says stay as they are, staged or not.
        """
        with self._connection.transaction():
            written = self._merge(SQL("true"))
            gone = self._change(sql.MARK_VANISHED, unanswered=list(unanswered))
            self._move(position)
        self.discard()
        return _with_deleted(written, gone)

    def _merge(self, condition: SQL) -> Written:
        if self._staged == 0:
            return Written()
        self._connection.execute("analyze staged")
        self._connection.execute(sql.DROP_REPEATED)
        query = sql.MERGE.format(table=self._table, condition=condition)
        staged, inserted, updated = self._counts(query)
        return Written(inserted=inserted, updated=updated, unchanged=staged - inserted - updated)

    def _move(self, position: Position | None) -> None:
        if position is not None:
            values = {**self._who, "position": json.dumps(position)}
            self._connection.execute(sql.WRITE_CURSOR, values)

    def _change(self, query: SQL, **values: object) -> int:
        done = self._connection.execute(self._on_table(query), {**self._who, **values})
        return done.rowcount

    def _count(self, query: SQL, **values: object) -> int:
        done = self._connection.execute(self._on_table(query), {**self._who, **values})
        return _counts(done.fetchone())[0]

    def _counts(self, query: SQL | Composed) -> tuple[int, ...]:
        done = self._connection.execute(self._on_table(query), self._who)
        return _counts(done.fetchone())

    def _on_table(self, query: SQL | Composed) -> Composed:
        return query if isinstance(query, Composed) else query.format(table=self._table)


def _counts(row: TupleRow | None) -> tuple[int, ...]:
    return tuple(int(value) for value in row or (0,))


def _with_deleted(written: Written, deleted: int) -> Written:
    return replace(written, deleted=deleted)


@contextmanager
def boundary(source: str, stream: str) -> Generator[None]:
    """Speak of PostgreSQL's failures without its texts: they quote rows and addresses.

    Raises:
        ConnectorError: in place of psycopg's error.
    """
    try:
        yield
    except psycopg.Error as error:
        kind, said = _meaning(error)
        failure = kind(said, source=source, method=stream, code=error.sqlstate)
    else:
        return
    raise failure from None


def _meaning(
    error: psycopg.Error,
) -> tuple[type[Misconfigured | Unavailable | ContractBroken], str]:
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return Misconfigured, "the role of the loader may not do this"
    if isinstance(error, psycopg.errors.UndefinedTable):
        return Misconfigured, "the landing table does not exist: prepare the warehouse again"
    if isinstance(error, psycopg.OperationalError):
        return Unavailable, "PostgreSQL cannot be reached, or broke off"
    return ContractBroken, f"PostgreSQL refuses the rows ({type(error).__name__})"
