"""All rows of a listing in the order of their ids, several batches at a time.

One request holds a chain of pages: each asks for ids above the last one of the page before it, by
a reference that the portal resolves. On a page that is not full the reference leads nowhere and the
portal then filters by nonsense, so a chain is believed up to its first short page and what follows
is thrown away; ids that do not grow end the reading (the known way in which a portal starts over:
bitrix24/b24phpsdk#53).

A chain is serial. To have several in flight, the ids up to the newest are cut into spans that hold
about one chain each, by the share of ids that turned out to exist; nothing is counted by the
server. Spans are handed on in order, so a load that stops can go on behind the last id it got. As
many batches as are in flight are held in memory, and no more.

Not here: what is asked for (`listings.py`, `client.py`), requests and errors (`portal.py`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from connectors.bitrix24.budget import MOST_COMMANDS, Depth
from connectors.bitrix24.listings import PAGE_SIZE, SOURCE_NAME, Listing
from connectors.bitrix24.portal import Parts, Portal
from connectors.bitrix24.raw_rows import RawRow, RawRows
from connectors.errors import ContractBroken
from connectors.raw_json import Json

T = TypeVar("T")

_NEWEST = "newest"
_FULL_ENOUGH = 0.97
_WIDEST_STEP = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Ids above `after`, up to and including `upto`; None is without end."""

    after: int
    upto: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk(Generic[T]):
    """What one batch brought.

    Args:
        rows: in the order of their ids.
        last: the last id, or where the span began.
        complete: whether the span holds nothing further.
        served_at: the portal's clock.
        newest: the largest id that the portal has, where it was asked.
    """

    rows: tuple[T, ...]
    last: int
    complete: bool
    served_at: datetime | None
    newest: int | None = None


@dataclass(frozen=True, slots=True)
class _Rows(Generic[T]):
    """A page turned into what is kept of it, with its ids."""

    ids: tuple[int, ...]
    rows: tuple[T, ...]


class Walk(Generic[T]):
    """Reads one listing under one filter.

    Args:
        portal: whom to ask.
        listing: what to list.
        conditions: further filter keys.
        convert: turns a row into what is kept of it.
        fields: what `convert` wants to read of a row beside its id.
        depth: how many pages a batch may chain; shared by the walks of a listing.
        in_flight: how many batches may be asked at once.
        only_keys: ask for nothing but ids.
    """

    def __init__(
        self,
        portal: Portal,
        listing: Listing,
        conditions: Mapping[str, object],
        convert: Callable[[RawRow], T],
        *,
        fields: tuple[str, ...] = (),
        depth: Depth,
        in_flight: int,
        only_keys: bool = False,
    ) -> None:
        self._portal = portal
        self._listing = listing
        self._conditions = conditions
        self._convert = convert
        self._rows = RawRows(listing.method, listing.key, listing.wrapper, fields)
        self._depth = depth
        self._in_flight = in_flight
        self._only_keys = only_keys

    def chunks(self, span: Span) -> Iterator[Chunk[T]]:
        """Yield what a span of ids holds, batch by batch; at least one chunk.

        Raises:
            ContractBroken: ids do not grow.
            ConnectorError: see `portal.py`.
        """
        first = self._ask(span, with_newest=True)
        yield first
        if first.complete:
            return
        rest = Span(after=first.last, upto=span.upto)
        if self._listing.short_page_ends and first.newest is not None and first.rows:
            density = len(first.rows) / max(1, first.last - span.after)
            yield from self._in_parallel(rest, first.newest, density)
        else:
            yield from self._serially(rest)

    def _serially(self, span: Span) -> Iterator[Chunk[T]]:
        complete = False
        while not complete:
            chunk = self._ask(span)
            yield chunk
            complete = chunk.complete
            span = Span(after=chunk.last, upto=span.upto)

    def _in_parallel(self, span: Span, newest: int, density: float) -> Iterator[Chunk[T]]:
        cuts = _Cuts(span, newest, density)
        waiting: deque[tuple[Span, Future[Chunk[T]]]] = deque()
        pool = ThreadPoolExecutor(self._in_flight, thread_name_prefix=SOURCE_NAME)
        try:
            while True:
                while len(waiting) < self._in_flight and (piece := cuts.next(self._depth.rows)):
                    waiting.append((piece, pool.submit(self._ask, piece)))
                if not waiting:
                    return
                piece, asked = waiting.popleft()
                chunk = asked.result()
                yield chunk
                cuts.learn(piece, chunk.last, len(chunk.rows), complete=chunk.complete)
                if not chunk.complete:
                    left = Span(after=chunk.last, upto=piece.upto)
                    smaller = cuts.split(left, self._depth.rows, self._in_flight)
                    waiting.extendleft(
                        [(part, pool.submit(self._ask, part)) for part in smaller][::-1]
                    )
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _ask(self, span: Span, *, with_newest: bool = False) -> Chunk[T]:
        pages = 0

        def build(has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
            nonlocal pages
            if has_failed:
                self._depth.failed(pages)
            pages = min(self._depth.pages, MOST_COMMANDS - with_newest)
            return self._commands(span, pages, with_newest=with_newest)

        def convert(name: str, page: Json) -> _Rows[T]:
            rows = self._rows.read(page)
            ids = tuple(row.id for row in rows)
            kept = () if name == _NEWEST else tuple(self._convert(row) for row in rows)
            return _Rows(ids, kept)

        def conclude(parts: Parts[_Rows[T]]) -> Chunk[T]:
            chunk = self._concluded(parts, span, pages)
            self._depth.answered(pages, parts.time.seconds or 0.0)
            return chunk

        return self._portal.batch(self._listing.method, build, convert, conclude, halt=True)

    def _commands(self, span: Span, pages: int, *, with_newest: bool) -> Mapping[str, str]:
        listing = self._listing
        conditions = dict(self._conditions)
        if span.upto is not None:
            conditions[f"<={listing.key}"] = span.upto
        commands: dict[str, str] = {}
        if with_newest:
            commands[_NEWEST] = listing.page(conditions, descending=True, only_key=True)
        after: object = span.after
        for number in range(pages):
            conditions[f">{listing.key}"] = after
            commands[f"p{number}"] = listing.page(conditions, only_key=self._only_keys)
            after = listing.last_key_of(f"p{number}")
        return commands

    def _concluded(self, parts: Parts[_Rows[T]], span: Span, pages: int) -> Chunk[T]:
        """Return the chain up to its first short page, or raise what kept it from beginning."""
        for name in (_NEWEST, "p0"):
            if name in parts.refusals:
                raise self._portal.error(parts.refusals[name], self._listing.method, parts.time)
        kept: list[T] = []
        last = span.after
        complete = False
        for number in range(pages):
            page = parts.results.get(f"p{number}")
            if page is None:
                break
            last = self._grown(last, page.ids, span)
            kept += page.rows
            short = len(page.ids) < PAGE_SIZE
            if short:
                complete = self._listing.short_page_ends or not page.ids
                break
        if "p0" not in parts.results:
            msg = "a batch left out its first command"
            raise self._broken(msg)
        newest = parts.results.get(_NEWEST)
        return Chunk(
            rows=tuple(kept),
            last=last,
            complete=complete or last == span.upto,
            served_at=parts.time.started_at,
            newest=max(newest.ids, default=span.after) if newest else None,
        )

    def _grown(self, last: int, ids: tuple[int, ...], span: Span) -> int:
        for found in ids:
            if found <= last:
                msg = "ids do not grow: the portal ignores order or filter by id"
                raise self._broken(msg)
            last = found
        if span.upto is not None and last > span.upto:
            msg = "the portal ignores the filter by id"
            raise self._broken(msg)
        return last

    def _broken(self, said: str) -> ContractBroken:
        return ContractBroken(said, source=SOURCE_NAME, method=self._listing.method)


class _Cuts:
    """Cuts what is still to be read into spans of about one batch each."""

    def __init__(self, span: Span, newest: int, density: float) -> None:
        self._after = span.after
        self._upto = span.upto
        self._newest = newest
        self._density = density
        self._ended = False

    def next(self, rows: int) -> Span | None:
        """Return the next span, for about so many rows; the last one has the end of the whole."""
        if self._ended:
            return None
        width = self._width(rows)
        if self._after + width >= self._newest:
            self._ended = True
            return Span(after=self._after, upto=self._upto)
        span = Span(after=self._after, upto=self._after + width)
        self._after += width
        return span

    def split(self, span: Span, rows: int, most: int) -> list[Span]:
        """Cut a span that turned out to hold more than a batch."""
        width = self._width(rows)
        end = self._newest if span.upto is None else span.upto
        pieces: list[Span] = []
        after = span.after
        while len(pieces) < most - 1 and after + width < end:
            pieces.append(Span(after=after, upto=after + width))
            after += width
        return [*pieces, Span(after=after, upto=span.upto)]

    def learn(self, span: Span, last: int, rows: int, *, complete: bool) -> None:
        """Take note of how many of a span's ids exist."""
        end = last if not complete or span.upto is None else span.upto
        seen = rows / max(1, end - span.after)
        # After a gap of any width the step grows by a bounded factor, not to the horizon.
        self._density = max(seen, self._density / _WIDEST_STEP)

    def _width(self, rows: int) -> int:
        return max(rows, int(rows * _FULL_ENOUGH / self._density))
