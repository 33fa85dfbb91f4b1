"""One load of one stream: client and landing brought together; the only loop over pages.

The way a stream is written decides how it is kept in step:

- `UPSERT`: a first load reads everything, committing rows and cursor together as it goes, so that
  it resumes where it stopped. Afterwards what changed since the last pass is read again with an
  overlap, on the server's clock, united with what is newer than the newest known key. Then the
  landing is held against the source, because it tells of no deletion (`completeness.py`).
- `REPLACE_WINDOW`: whole days are read again and replaced, for platforms restate them. A person
  may name days to be replaced once more; the cursor of the daily load does not move by that.
- `REPLACE_ALL`: everything is read and compared.

Not here: the windows themselves (`windows.py`), SQL (`landing.py`), what is sent (each client).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day

from connectors import windows
from connectors.batch import Batch
from connectors.completeness import Completeness
from connectors.errors import ContractBroken
from connectors.journal import BACKFILL, OFF, LoadReport
from connectors.landing import Landing, StreamLanding, Written
from connectors.read_ahead import read_ahead
from connectors.stream import (
    Account,
    Changes,
    Client,
    Days,
    Foresight,
    Page,
    Record,
    Source,
    Stream,
    Window,
    WriteMode,
)
from connectors.windows import ChangesPosition, DaysPosition

__all__ = ["LoadReport", "sync"]

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the servers behind one address may disagree about the time."""

_SAY_EVERY = 5.0
_REPLACED = "\ufffd".encode()


def sync(
    source: Source,
    account: Account,
    stream: Stream,
    *,
    client: Client,
    landing: Landing,
    run_id: str,
    as_of: date,
    first_day: date | None = None,
    on_progress: Callable[[str], None],
    may_shrink: bool = False,
    again: Days | None = None,
) -> LoadReport:
    """Bring the landing of one account's stream up to the source.

    Args:
        source: whose stream it is.
        account: which account.
        stream: which stream.
        client: an open client of that account.
        landing: where rows go.
        run_id: kept with each row that is written.
        as_of: the last complete day; windows of days end on it.
        first_day: nothing older is loaded; an account's own setting of that name goes before it.
        on_progress: told in words how it goes.
        may_shrink: believe a source whose rows are suddenly gone; a person's decision.
        again: read exactly these days instead of what is due, as far as they are served
            (REPLACE_WINDOW).

    Raises:
        Busy: another load of this stream is running.
        ConnectorError: as the client or the landing says; what was committed stays.
        ContractBroken: the cursor lies ahead of the server's clock, a record lies outside of the
            window that was asked for, or too many keys are gone at once.
    """
    with landing.opened(source.name, account.name, stream.name, run_id=run_id) as place:
        load = _Load(source, account, stream, client, place, on_progress)
        with place.journal.recording(load.report, client.traffic):
            if load.is_off():
                pass
            elif stream.write is WriteMode.UPSERT:
                load.changes(_first_day(account, first_day), may_shrink=may_shrink)
            elif stream.write is WriteMode.REPLACE_WINDOW:
                if again is None:
                    load.days(as_of, _first_day(account, first_day))
                else:
                    load.again(again, as_of, _first_day(account, first_day))
            else:
                load.everything()
            if load.report.mode != OFF:
                load.report.landed_rows = place.rows_in(None)
        return load.report


def _first_day(account: Account, first_day: date | None) -> date | None:
    own: object = getattr(account.settings, "first_day", None)
    return own if isinstance(own, date) else first_day


class _Load:
    """One load while it runs: its figures, and the three ways to go about it."""

    def __init__(
        self,
        source: Source,
        account: Account,
        stream: Stream,
        client: Client,
        place: StreamLanding,
        on_progress: Callable[[str], None],
    ) -> None:
        self._stream = stream
        self._client = client
        self._place = place
        self._name = f"{source.name} {account.name} {stream.name}"
        self._source = source.name
        self._on_progress = on_progress
        self._said_at = time.monotonic()
        self._unanswered: frozenset[str] = frozenset()
        self.report = LoadReport(source=source.name, account=account.name, stream=stream.name)

    def is_off(self) -> bool:
        """Say whether the account cannot serve this stream, and put the reason on record."""
        reason = self._client.unavailable().get(self._stream.name)
        if reason is None:
            return False
        self.report.window = reason
        self._say(f"off: {reason}")
        return True

    def changes(self, first_day: date | None, *, may_shrink: bool) -> None:
        """Follow records that change."""
        stored = self._place.position()
        position = ChangesPosition.read(stored, first_day)
        window = position.window(self._stream)
        self._begin("incremental" if position.is_complete else "first", window)
        if not position.is_complete:
            is_resumed = position.resume_key is not None
            self._say(f"first load{' goes on' if is_resumed else ''}{self._cost(window)}")
        is_fresh = stored is None and self._place.rows_in(None) == 0
        position, served = self._follow(position, window, is_fresh=is_fresh)
        self.report.data_through = position.since
        if self._stream.reconcile and not is_fresh:
            self._restore(position, served, may_shrink=may_shrink)
        self._keep_totals(window)

    def _follow(
        self, position: ChangesPosition, window: Changes, *, is_fresh: bool
    ) -> tuple[ChangesPosition, datetime]:
        """Land a window of changes; return where the cursor stands, and when it was served."""
        began = datetime.now(UTC)
        served: datetime | None = None
        batch, kept = Batch(), None
        with read_ahead(self._client.pages(self._stream, window)) as pages:
            for page in pages:
                if served is None:
                    served = page.served_at or began
                    self._refuse_future(position, served)
                if batch.holds_owner_of(page):
                    self._land(batch, kept)
                batch.add(page)
                position = position.behind(page, served)
                resumes = page.resume_key is not None and not position.is_complete
                kept = position if resumes else None
                if batch.is_full():
                    self._land(batch, kept)
        served = served or began
        position = position.passed(served, is_fresh=is_fresh)
        self._land(batch, position)
        return position, served

    def days(self, as_of: date, first_day: date | None) -> None:
        """Follow whole days that are restated."""
        known = DaysPosition.read(self._place.position())
        planned = list(windows.days_to_read(known, self._stream, as_of=as_of, first_day=first_day))
        asked = None
        if planned:
            asked = Days(
                first=min(days.first for days, _ in planned),
                last=max(days.last for days, _ in planned),
            )
        self._begin("first" if known is None else "window", asked)
        for days, position in planned:
            self._replace(days, position)
            known = position
        if known is not None:
            through = min(known.through, as_of)
            self.report.data_through = datetime.combine(through, time_of_day.max, UTC)

    def again(self, wanted: Days, as_of: date, first_day: date | None) -> None:
        """Replace days that a person picked; which days are landed without a gap stays as it is."""
        days = windows.days_again(wanted, self._stream, as_of=as_of, first_day=first_day)
        self._begin(BACKFILL, days)
        if days is None:
            return
        self._replace(days, None)
        known = DaysPosition.read(self._place.position())
        through = min(known.through, as_of) if known else days.last
        self.report.data_through = datetime.combine(through, time_of_day.max, UTC)

    def _replace(self, days: Days, position: DaysPosition | None) -> None:
        """Land days beside the source's own totals of them.

        Totals are asked for before anything is written: days that are restated while the total of
        yesterday stays, because the source has failed in between, would look like a difference.
        """
        self._stage(days, days)
        totals = self._client.totals(self._stream, days)
        stored = position.stored() if position else None
        self._count(self._place.replace_window(days, stored, self._unanswered))
        self._place.journal.keep_totals(totals)

    def everything(self) -> None:
        """Follow a small dictionary."""
        window = Changes()
        self._begin("all", window)
        began = datetime.now(UTC)
        served = self._stage(window, None) or began
        position = {"read_at": served.isoformat()}
        self._count(self._place.replace_all(position, self._unanswered))
        self.report.data_through = served
        self._keep_totals(window)

    def _stage(self, window: Window, days: Days | None) -> datetime | None:
        """Stage a window; an empty answer over landed rows has to be given twice."""
        staged, served = self._stage_once(window, days)
        if not staged and self._place.rows_in(days):
            self._say("the source answers with nothing where rows are landed: asked once more")
            _, served = self._stage_once(window, days)
        return served

    def _stage_once(self, window: Window, days: Days | None) -> tuple[int, datetime | None]:
        self._place.discard()
        self._unanswered = frozenset()
        staged = 0
        served: datetime | None = None
        with read_ahead(self._client.pages(self._stream, window)) as pages:
            for page in pages:
                served = served or page.served_at
                self._unanswered |= set(page.unanswered)
                staged += self._place.stage(self._read(self._within(page.records, days)))
                self._progress()
        return staged, served

    def _restore(self, position: ChangesPosition, served: datetime, *, may_shrink: bool) -> None:
        """Mark what is gone at the source, and read what is missing."""
        outcome = Completeness(
            self._source,
            self._stream,
            self._client,
            self._place.keys,
            may_shrink=may_shrink,
            land=self._land_all,
        ).restore(position, served)
        if outcome.swept:
            self._place.move(replace(position, swept_at=served).stored())
        self.report.rows_deleted += outcome.deleted
        self.report.rows_updated += outcome.revived
        self.report.source_rows = outcome.source_rows

    def _land_all(self, pages: Iterator[Page]) -> None:
        """Land rows that a window does not hold; the cursor stays."""
        batch = Batch()
        for page in pages:
            batch.add(page)
            if batch.is_full():
                self._land(batch, None)
        self._land(batch, None)

    def _land(self, batch: Batch, position: ChangesPosition | None) -> None:
        stored = None if position is None else position.stored()
        records = list(self._read(batch.records))
        self._count(self._place.upsert(records, stored, owners=batch.owners))
        batch.clear()
        self._progress()

    def _read(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            self.report.rows_read += 1
            if record.original is not None:
                self.report.characters_replaced += record.payload.count(
                    _REPLACED
                ) - record.original.count(_REPLACED)
            yield record

    def _within(self, records: Iterable[Record], days: Days | None) -> Iterator[Record]:
        for record in records:
            if days is not None and not _is_in(record, days):
                msg = f"a record lies outside of the days that were asked for ({days.first} …)"
                raise ContractBroken(msg, source=self._source, method=self._stream.name)
            yield record

    def _refuse_future(self, position: ChangesPosition, served: datetime) -> None:
        since = position.since
        if since is not None and since > served + CLOCKS_DIFFER:
            msg = (
                f"the cursor ({since.isoformat()}) lies ahead of the server's clock "
                f"({served.isoformat()}): reading on from there would find nothing for ever; "
                "set the clocks right, then delete the row of this stream in state.cursors"
            )
            raise ContractBroken(msg, source=self._source, method=self._stream.name)

    def _begin(self, mode: str, window: Window | None) -> None:
        self.report.mode = mode
        self.report.window = windows.in_words(window) if window else windows.NO_DAY
        self._place.journal.describe(self.report)

    def _count(self, written: Written) -> None:
        self.report.rows_inserted += written.inserted
        self.report.rows_updated += written.updated
        self.report.rows_unchanged += written.unchanged
        self.report.rows_deleted += written.deleted

    def _keep_totals(self, window: Window) -> None:
        self._place.journal.keep_totals(self._client.totals(self._stream, window))

    def _cost(self, window: Window) -> str:
        if not isinstance(self._client, Foresight):
            return ""
        return f": {self._client.estimate(self._stream, window)}"

    def _progress(self) -> None:
        if time.monotonic() - self._said_at >= _SAY_EVERY:
            self._say(f"{self.report.rows_read:,} rows read")

    def _say(self, words: str) -> None:
        self._said_at = time.monotonic()
        self._on_progress(f"{self._name}: {words}")


def _is_in(record: Record, days: Days) -> bool:
    if record.cursor is None:
        return False
    return days.first <= record.cursor.astimezone(UTC).date() <= days.last
