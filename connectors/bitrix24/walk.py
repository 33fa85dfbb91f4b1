"""All rows of a listing in the order of their ids, several batches at a time.

A chain of pages is serial (`batches.py`). To have several in flight, the ids up to the newest are
cut into pieces (`cuts.py`). Pieces are handed on in order, so a load that stops can go on behind
the last id it got. What is in memory is what is in flight, and nearly as much again of what was
answered out of order.

Not here: what is asked for (`listings.py`, `listed.py`), requests and errors (`portal.py`).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from connectors.bitrix24.batches import Answered, Batches, Chunk
from connectors.bitrix24.budget import Depth
from connectors.bitrix24.cuts import Batch, Cuts, Look, Piece, Span
from connectors.bitrix24.in_flight import InFlight
from connectors.bitrix24.listings import SOURCE_NAME, Listing
from connectors.bitrix24.portal import Portal
from connectors.bitrix24.raw_rows import RawRow

__all__ = ["Chunk", "Span", "Walk"]

T = TypeVar("T")

_AHEAD = 3
"""How many times what is in flight is looked ahead: what was seen has to arrive in time."""

_LESS_HELD = 2
"""By so much fewer batches than twice those in flight are held, while the first is waited for. Few
in flight need little room; of twenty slow ones many are answered before their turn."""


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
        self._short_page_ends = listing.short_page_ends
        self._depth = depth
        self._in_flight = in_flight
        self._convert = convert
        self._batches = Batches(
            portal,
            listing,
            conditions,
            fields=fields,
            depth=depth,
            in_flight=in_flight,
            only_keys=only_keys,
        )

    def chunks(self, span: Span) -> Iterator[Chunk[T]]:
        """Yield what a span of ids holds, in order; at least one chunk.

        Raises:
            ContractBroken: ids do not grow.
            ConnectorError: see `portal.py`.
        """
        # Rows are turned when their turn comes: what waits is the answers, and nothing beside.
        for chunk in self._raw_chunks(span):
            yield Chunk(
                rows=tuple(map(self._convert, chunk.rows)),
                ids=chunk.ids,
                last=chunk.last,
                complete=chunk.complete,
                served_at=chunk.served_at,
            )

    def _raw_chunks(self, span: Span) -> Iterator[Chunk[RawRow]]:
        whole = Piece(span=span, pages=self._depth.pages)
        newest = Look(at=span.upto, is_back=True)
        answered = self._batches.ask(Batch(pieces=[whole], looks=[newest]))
        (first,), (newest_ids,) = answered.chunks, answered.seen
        yield first
        if first.complete:
            return
        rest = Span(after=first.last, upto=span.upto)
        if self._short_page_ends and newest_ids and first.ids:
            cuts = Cuts(rest, newest_ids[0])
            beginning = Piece(span=Span(after=span.after, upto=None), pages=whole.pages)
            cuts.learn(beginning, first.ids, is_complete=False)
            yield from _Parallel(self._batches, cuts, self._depth, self._in_flight).chunks()
        else:
            yield from self._serially(rest)

    def _serially(self, span: Span) -> Iterator[Chunk[RawRow]]:
        complete = False
        while not complete:
            piece = Piece(span=span, pages=self._depth.pages)
            (chunk,) = self._batches.ask(Batch(pieces=[piece])).chunks
            yield chunk
            complete = chunk.complete
            span = Span(after=chunk.last, upto=span.upto)


@dataclass(slots=True)
class _Place:
    """A piece in the order in which chunks are handed on."""

    piece: Piece
    chunk: Chunk[RawRow] | None = None
    failure: BaseException | None = None


class _Parallel:
    """Several batches in flight, handed on in the order of ids."""

    def __init__(self, batches: Batches, cuts: Cuts, depth: Depth, in_flight: InFlight) -> None:
        self._batches = batches
        self._cuts = cuts
        self._depth = depth
        self._in_flight = in_flight
        self._line: list[_Place] = []
        self._asked: dict[Future[Answered], tuple[Batch, list[_Place]]] = {}

    def chunks(self) -> Iterator[Chunk[RawRow]]:
        """Yield what is left, and raise a failure where its rows would have come."""
        pool = ThreadPoolExecutor(self._in_flight.most, thread_name_prefix=SOURCE_NAME)
        try:
            while True:
                for answer in [answer for answer in self._asked if answer.done()]:
                    self._settle(answer)
                self._fill(pool)
                chunk = self._next()
                if chunk is not None:
                    yield chunk
                elif self._asked:
                    wait(self._asked, return_when=FIRST_COMPLETED)
                else:
                    return
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _fill(self, pool: ThreadPoolExecutor) -> None:
        """Ask for as much as may be in flight; for nothing further once something failed."""
        most = self._in_flight.batches
        if any(place.failure is not None for place in self._line):
            return
        pages = self._depth.pages
        while len(self._asked) < most and self._held() < (2 * most - _LESS_HELD) * pages:
            batch = self._cuts.batch(pages, ahead=_AHEAD * most, may_wait=bool(self._asked))
            if batch is None:
                return
            places = [_Place(piece) for piece in batch.pieces]
            for place in places:
                insort(self._line, place, key=lambda known: known.piece.span.after)
            self._asked[pool.submit(self._batches.ask, batch)] = batch, places

    def _held(self) -> int:
        """Return how many pages are in flight, or were answered before others that go first."""
        return sum(place.piece.pages for place in self._line)

    def _next(self) -> Chunk[RawRow] | None:
        """Take the chunk at the front, if it has come."""
        if not self._line:
            return None
        first = self._line[0]
        if first.failure is not None:
            raise first.failure
        if first.chunk is not None:
            del self._line[0]
        return first.chunk

    def _settle(self, answer: Future[Answered]) -> None:
        """Put what came of a batch in its places; what it did not get to is asked for again."""
        batch, places = self._asked.pop(answer)
        failure = answer.exception()
        if failure is not None:
            for place in places:
                place.failure = failure
            return
        answered = answer.result()
        for look, ids in zip(batch.looks, answered.seen, strict=True):
            self._cuts.saw(look, ids)
        for place, chunk in zip(places, answered.chunks, strict=True):
            place.chunk = chunk
            if chunk.ids or chunk.complete:
                self._cuts.learn(place.piece, chunk.ids, is_complete=chunk.complete)
            if not chunk.complete:
                self._cuts.give_back(Span(after=chunk.last, upto=place.piece.span.upto))
