"""All rows of a listing in the order of their ids, several batches at a time.

One request holds chains of pages: each page asks for ids above the last one of the page before
it, by a reference that the portal resolves. Behind a page that is not full the reference leads
nowhere and the portal then filters by nonsense, so a chain is believed up to its first short page
and what follows is thrown away; ids that do not grow end the reading (the known way in which a
portal starts over: bitrix24/b24phpsdk#53).

A chain is serial. To have several in flight, the ids up to the newest are cut into pieces
(`cuts.py`). Pieces are handed on in order, so a load that stops can go on behind the last id it
got. What is in memory is what is in flight, and as much again of what was answered out of order.

Not here: what is asked for (`listings.py`, `client.py`), requests and errors (`portal.py`).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from connectors.bitrix24.budget import MOST_COMMANDS, Depth
from connectors.bitrix24.cuts import Cuts, Piece, Span
from connectors.bitrix24.in_flight import InFlight
from connectors.bitrix24.listings import PAGE_SIZE, SOURCE_NAME, Listing
from connectors.bitrix24.portal import Parts, Portal
from connectors.bitrix24.raw_rows import RawRow, RawRows
from connectors.errors import ContractBroken
from connectors.raw_json import Json

__all__ = ["Chunk", "Span", "Walk"]

T = TypeVar("T")

_NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk(Generic[T]):
    """What was read of a span at once.

    Args:
        rows: in the order of their ids.
        ids: the ids of the rows.
        last: the last id, or where the span began.
        complete: whether the span holds nothing further.
        served_at: the portal's clock.
        newest: the largest id that the portal has, where it was asked.
    """

    rows: tuple[T, ...]
    ids: tuple[int, ...]
    last: int
    complete: bool
    served_at: datetime | None
    newest: int | None = None


@dataclass(frozen=True, slots=True)
class _Rows(Generic[T]):
    """A page turned into what is kept of it, with its ids."""

    ids: tuple[int, ...]
    rows: tuple[T, ...]


@dataclass(slots=True)
class _Place(Generic[T]):
    """A piece in the order in which chunks are handed on."""

    piece: Piece
    chunk: Chunk[T] | None = None
    failure: BaseException | None = None


@dataclass(slots=True)
class _Line(Generic[T]):
    """Pieces that were asked for and not yet handed on, in the order of their ids."""

    places: list[_Place[T]] = field(default_factory=list["_Place[T]"])

    def add(self, piece: Piece) -> _Place[T]:
        place: _Place[T] = _Place(piece)
        insort(self.places, place, key=lambda known: known.piece.span.after)
        return place

    def next(self) -> Chunk[T] | None:
        """Take the chunk at the front, if it has come; raise what failed there."""
        if not self.places:
            return None
        first = self.places[0]
        if first.failure is not None:
            raise first.failure
        if first.chunk is not None:
            del self.places[0]
        return first.chunk

    @property
    def has_failed(self) -> bool:
        """Whether one of the pieces could not be read."""
        return any(place.failure is not None for place in self.places)


class Walk(Generic[T]):
    """Reads one listing under one filter.

    Args:
        portal: whom to ask.
        listing: what to list.
        conditions: further filter keys.
        convert: turns a row into what is kept of it.
        fields: what `convert` wants to read of a row beside its id.
        depth: how many pages a batch may hold; shared by the walks of a listing.
        in_flight: how many batches are asked at once; shared by the walks of a client.
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
        in_flight: InFlight,
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
        """Yield what a span of ids holds, in order; at least one chunk.

        Raises:
            ContractBroken: ids do not grow.
            ConnectorError: see `portal.py`.
        """
        whole = Piece(span=span, pages=self._depth.pages)
        (first,) = self._ask([whole], with_newest=True)
        yield first
        if first.complete:
            return
        rest = Span(after=first.last, upto=span.upto)
        if self._listing.short_page_ends and first.newest is not None and first.rows:
            cuts = Cuts(rest, first.newest)
            cuts.learn(
                Piece(span=Span(after=span.after, upto=None), pages=0), first.ids, is_complete=False
            )
            yield from self._in_parallel(cuts)
        else:
            yield from self._serially(rest)

    def _serially(self, span: Span) -> Iterator[Chunk[T]]:
        complete = False
        while not complete:
            (chunk,) = self._ask([Piece(span=span, pages=self._depth.pages)])
            yield chunk
            complete = chunk.complete
            span = Span(after=chunk.last, upto=span.upto)

    def _in_parallel(self, cuts: Cuts) -> Iterator[Chunk[T]]:
        line: _Line[T] = _Line()
        asked: dict[Future[list[Chunk[T]]], list[_Place[T]]] = {}
        pool = ThreadPoolExecutor(self._in_flight.most, thread_name_prefix=SOURCE_NAME)
        try:
            while True:
                for answer in [answer for answer in asked if answer.done()]:
                    _settle(answer, asked.pop(answer), cuts)
                self._fill(pool, cuts, line, asked)
                chunk = line.next()
                if chunk is not None:
                    yield chunk
                elif asked:
                    wait(asked, return_when=FIRST_COMPLETED)
                else:
                    return
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _fill(
        self,
        pool: ThreadPoolExecutor,
        cuts: Cuts,
        line: _Line[T],
        asked: dict[Future[list[Chunk[T]]], list[_Place[T]]],
    ) -> None:
        """Ask for as much as may be in flight; for nothing further once something failed."""
        most = self._in_flight.batches
        while not line.has_failed and len(asked) < most and len(line.places) < 2 * most:
            pieces = cuts.batch(self._depth.pages, may_wait=bool(asked))
            if not pieces:
                return
            places = [line.add(piece) for piece in pieces]
            asked[pool.submit(self._ask, pieces)] = places

    def _ask(self, pieces: Sequence[Piece], *, with_newest: bool = False) -> list[Chunk[T]]:
        fitting: list[Piece] = []

        def build(has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
            nonlocal fitting
            if has_failed:
                self._depth.failed(sum(piece.pages for piece in fitting))
                self._in_flight.failed()
            fitting = _fitted(pieces, min(self._depth.pages, MOST_COMMANDS - with_newest))
            return self._commands(fitting, with_newest=with_newest)

        def convert(name: str, page: Json) -> _Rows[T]:
            rows = self._rows.read(page)
            ids = tuple(row.id for row in rows)
            kept = () if name == _NEWEST else tuple(self._convert(row) for row in rows)
            return _Rows(ids, kept)

        def conclude(parts: Parts[_Rows[T]]) -> list[Chunk[T]]:
            chunks = self._concluded(parts, fitting)
            seconds = parts.time.seconds or 0.0
            pages = len(parts.results)
            self._depth.answered(pages, seconds, size=parts.size)
            self._in_flight.answered(pages, seconds, full=self._depth.pages)
            return chunks

        # A chain that has ended stops a batch of one; of several the others still have to run.
        halt = len(pieces) == 1
        return self._portal.batch(self._listing.method, build, convert, conclude, halt=halt)

    def _commands(self, pieces: Sequence[Piece], *, with_newest: bool) -> Mapping[str, str]:
        listing = self._listing
        commands: dict[str, str] = {}
        if with_newest:
            # The first piece is the whole, so its end bounds the newest id that is of interest.
            bounds = self._bounds(pieces[0].span)
            commands[_NEWEST] = listing.page(bounds, descending=True, only_key=True)
        for piece in pieces:
            conditions = self._bounds(piece.span)
            after: object = piece.span.after
            for _ in range(piece.pages):
                name = f"p{len(commands) - with_newest}"
                conditions[f">{listing.key}"] = after
                commands[name] = listing.page(conditions, only_key=self._only_keys)
                after = listing.last_key_of(name)
        return commands

    def _bounds(self, span: Span) -> dict[str, object]:
        bounds = dict(self._conditions)
        if span.upto is not None:
            bounds[f"<={self._listing.key}"] = span.upto
        return bounds

    def _concluded(self, parts: Parts[_Rows[T]], pieces: Sequence[Piece]) -> list[Chunk[T]]:
        """Return each chain up to its first short page, or raise what kept it from beginning."""
        newest = self._begun(parts, _NEWEST)
        chunks: list[Chunk[T]] = []
        first = 0
        for piece in pieces:
            if piece.pages and self._begun(parts, f"p{first}") is None:
                msg = "a batch left out one of its commands"
                raise self._broken(msg)
            pages = [parts.results.get(f"p{first + number}") for number in range(piece.pages)]
            chunks.append(self._chained(pages, piece.span, parts.time.started_at, newest))
            first += piece.pages
        return chunks

    def _begun(self, parts: Parts[_Rows[T]], name: str) -> _Rows[T] | None:
        if name in parts.refusals:
            raise self._portal.error(parts.refusals[name], self._listing.method, parts.time)
        return parts.results.get(name)

    def _chained(
        self,
        pages: Sequence[_Rows[T] | None],
        span: Span,
        served_at: datetime | None,
        newest: _Rows[T] | None,
    ) -> Chunk[T]:
        kept: list[T] = []
        ids: list[int] = []
        last = span.after
        complete = False
        for page in pages:
            if page is None:
                break
            last = self._grown(last, page.ids, span)
            ids += page.ids
            kept += page.rows
            if len(page.ids) < PAGE_SIZE:
                complete = self._listing.short_page_ends or not page.ids
                break
        return Chunk(
            rows=tuple(kept),
            ids=tuple(ids),
            last=last,
            complete=complete or last == span.upto,
            served_at=served_at,
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


def _fitted(pieces: Sequence[Piece], pages: int) -> list[Piece]:
    """Return the pieces with no more pages than a batch may hold now, the first ones first."""
    fitting: list[Piece] = []
    for piece in pieces:
        taken = min(piece.pages, pages)
        fitting.append(Piece(span=piece.span, pages=taken))
        pages -= taken
    return fitting


def _settle(answer: Future[list[Chunk[T]]], places: Sequence[_Place[T]], cuts: Cuts) -> None:
    """Put what came of a batch in its places; what it did not get to is to be asked again."""
    failure = answer.exception()
    if failure is not None:
        for place in places:
            place.failure = failure
        return
    for place, chunk in zip(places, answer.result(), strict=True):
        place.chunk = chunk
        if chunk.rows or chunk.complete:
            cuts.learn(place.piece, chunk.ids, is_complete=chunk.complete)
        if not chunk.complete:
            cuts.give_back(Span(after=chunk.last, upto=place.piece.span.upto))
