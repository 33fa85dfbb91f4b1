"""What every load leaves behind in `state`: a line per load, and the source's own totals.

The line is written when the load begins and completed when it ends, each in a transaction of its
own: a load that failed is on record too, and one that was killed is closed by the next.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

import psycopg
from psycopg.rows import TupleRow
from psycopg.sql import SQL

from connectors.errors import ConnectorError
from connectors.stream import SourceTotal, Traffic

log = logging.getLogger(__name__)

OFF = "off"
BACKFILL = "backfill"

_INTERRUPTED = SQL("""
    update state.loads
    set status = 'failed', finished_at = now(), error = 'the process ended before the load did'
    where
        source = %(source)s and account = %(account)s and stream = %(stream)s
        and status = 'running'
""")

_BEGIN = SQL("""
    insert into state.loads (run_id, source, account, stream, mode, window_text, status)
    values (%(run_id)s, %(source)s, %(account)s, %(stream)s, %(mode)s, %(window)s, 'running')
    returning load_id
""")

_DESCRIBE = SQL("""
    update state.loads set mode = %(mode)s, window_text = %(window)s where load_id = %(load_id)s
""")

_END = SQL("""
    update state.loads
    set
        finished_at = clock_timestamp(),
        status = %(status)s,
        error = %(error)s,
        mode = %(mode)s,
        window_text = %(window)s,
        rows_read = %(rows_read)s,
        rows_inserted = %(rows_inserted)s,
        rows_updated = %(rows_updated)s,
        rows_unchanged = %(rows_unchanged)s,
        rows_deleted = %(rows_deleted)s,
        characters_replaced = %(characters_replaced)s,
        requests = %(requests)s,
        retries = %(retries)s,
        seconds_slept = round(%(seconds_slept)s::numeric, 3),
        bytes_received = %(bytes_received)s,
        operating_seconds_left = round(%(operating_seconds_left)s::numeric, 3),
        source_rows = %(source_rows)s,
        landed_rows = %(landed_rows)s,
        data_through = %(data_through)s
    where load_id = %(load_id)s
""")

_FORGET_TOTALS = SQL("""
    delete from state.source_totals
    where
        source = %(source)s and account = %(account)s and stream = %(stream)s
        and measure = %(measure)s and day is not distinct from %(day)s::date
        and ad_account_id = %(ad_account_id)s
""")

_KEEP_TOTAL = SQL("""
    insert into state.source_totals (
        source, account, stream, measure, day, ad_account_id, value, currency_code, run_id
    )
    values (
        %(source)s, %(account)s, %(stream)s, %(measure)s, %(day)s, %(ad_account_id)s,
        %(value)s::numeric, %(currency_code)s, %(run_id)s
    )
""")


@dataclass(slots=True, kw_only=True)
class LoadReport:
    """What one load of one account's stream came to.

    Args:
        source: the source's name.
        account: the account's name.
        stream: the stream's name.
        mode: `first`, `incremental`, `window`, `backfill`, `all`, or `off`.
        window: what was asked for, in words; the reason where the mode is `off`.
        rows_read: records that arrived, repeated ones included.
        rows_inserted: new keys.
        rows_updated: changed records, and deleted ones that came back.
        rows_unchanged: records that were landed already.
        rows_deleted: rows removed or marked as deleted.
        characters_replaced: characters that jsonb does not take.
        requests: HTTP requests.
        retries: repeated ones among them.
        seconds_slept: time spent waiting for limits and between attempts.
        bytes_received: bytes off the wire.
        operating_seconds_left: the least that was left of a method's budget of execution time;
            None where the source told of none.
        source_rows: rows that the source counted, or named keys of, among those that are
            compared; None where nothing was compared.
        landed_rows: rows that are landed afterwards and not marked as deleted.
        data_through: up to which instant of the source the landing is complete.
        seconds: how long the load took.
    """

    source: str
    account: str
    stream: str
    mode: str = OFF
    window: str = ""
    rows_read: int = 0
    rows_inserted: int = 0
    rows_updated: int = 0
    rows_unchanged: int = 0
    rows_deleted: int = 0
    characters_replaced: int = 0
    requests: int = 0
    retries: int = 0
    seconds_slept: float = 0.0
    bytes_received: int = 0
    operating_seconds_left: float | None = None
    source_rows: int | None = None
    landed_rows: int | None = None
    data_through: datetime | None = None
    seconds: float = 0.0


class Journal:
    """The lines of one account's stream; made by the landing that holds its lock."""

    def __init__(
        self,
        connection: psycopg.Connection[TupleRow],
        *,
        source: str,
        account: str,
        stream: str,
        run_id: str,
    ) -> None:
        self._connection = connection
        self._who = {"source": source, "account": account, "stream": stream, "run_id": run_id}
        self._load_id: int | None = None

    @contextmanager
    def recording(self, report: LoadReport, traffic: Traffic) -> Generator[None]:
        """Put a load on record when the block begins, and its figures however it ends.

        Args:
            report: filled in by the block; its costs are filled in here.
            traffic: what the client counts, also for other streams.
        """
        before, started = traffic.begun(), time.monotonic()
        self._begin(report)
        try:
            yield
        except BaseException as failure:
            _add_costs(report, before, traffic, started)
            said = str(failure) if isinstance(failure, ConnectorError) else type(failure).__name__
            self._failed(report, said)
            raise
        _add_costs(report, before, traffic, started)
        if report.mode == OFF:
            self._end(report, status="off", error=report.window)
        else:
            self._end(report, status="succeeded", error=None)

    def describe(self, report: LoadReport) -> None:
        """Put the mode and the window on record as soon as they are decided."""
        values = {"load_id": self._load_id, "mode": report.mode, "window": report.window}
        self._connection.execute(_DESCRIBE, values)

    def keep_totals(self, totals: Iterable[SourceTotal]) -> None:
        """Keep the source's own totals, each in place of the last one of its ad account and day."""
        rows = [
            {
                **self._who,
                "stream": total.stream,
                "measure": total.measure,
                "day": total.day,
                "ad_account_id": total.ad_account_id,
                "value": total.value,
                "currency_code": total.currency_code,
            }
            for total in totals
        ]
        if rows:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.executemany(_FORGET_TOTALS, rows)
                cursor.executemany(_KEEP_TOTAL, rows)

    def _begin(self, report: LoadReport) -> None:
        self._connection.execute(_INTERRUPTED, self._who)
        values = {**self._who, "mode": report.mode, "window": report.window}
        row = self._connection.execute(_BEGIN, values).fetchone()
        self._load_id = None if row is None else int(row[0])

    def _end(self, report: LoadReport, *, status: str, error: str | None) -> None:
        values = {**asdict(report), "load_id": self._load_id, "status": status, "error": error}
        self._connection.execute(_END, values)

    def _failed(self, report: LoadReport, error: str) -> None:
        try:
            self._end(report, status="failed", error=error)
        except psycopg.Error as lost:
            log.warning("the failure could not be recorded (%s)", type(lost).__name__)


def _add_costs(report: LoadReport, before: Traffic, now: Traffic, started: float) -> None:
    report.seconds = time.monotonic() - started
    report.requests = now.requests - before.requests
    report.retries = now.retries - before.retries
    report.seconds_slept = now.seconds_slept - before.seconds_slept
    report.bytes_received = now.bytes_received - before.bytes_received
    report.operating_seconds_left = now.operating_seconds_left
