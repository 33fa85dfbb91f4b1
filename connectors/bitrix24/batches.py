"""One request for chains of pages, and what its answer says of them.

Each page of a chain asks for ids above the last one of the page before it, by a reference that
the portal resolves. Behind a page that is not full the reference leads nowhere and the portal then
filters by nonsense, so a chain is believed up to its first short page and what follows is thrown
away; ids that do not grow end the reading (the known way in which a portal starts over:
bitrix24/b24phpsdk#53).

Not here: what is asked for next (`cuts.py`, `walk.py`), requests and errors (`portal.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Generic, TypeVar

from connectors.bitrix24.budget import MOST_COMMANDS, Depth
from connectors.bitrix24.cuts import Batch, Look, Piece, Span
from connectors.bitrix24.in_flight import InFlight
from connectors.bitrix24.listings import PAGE_SIZE, SOURCE_NAME, Listing
from connectors.bitrix24.portal import Parts, Portal
from connectors.bitrix24.raw_rows import RawRow, RawRows
from connectors.errors import ContractBroken
from connectors.raw_json import Json

T = TypeVar("T")

_Page = list[RawRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk(Generic[T]):
    """What was read of a span at once.

    Args:
        rows: in the order of their ids.
        ids: the ids of the rows.
        last: the last id, or where the span began.
        complete: whether the span holds nothing further.
        served_at: the portal's clock.
    """

    rows: tuple[T, ...]
    ids: tuple[int, ...]
    last: int
    complete: bool
    served_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of a batch: a chunk for each of its pieces, ids for each of its looks.

    The rows are views of the answer, which stays whole until the last of them is let go.
    """

    chunks: Sequence[Chunk[RawRow]]
    seen: Sequence[tuple[int, ...]]


class Batches:
    """Asks for batches of one listing under one filter; for any number of threads.

    Args:
        portal: whom to ask.
        listing: what to list.
        conditions: further filter keys.
        fields: what is read of a row beside its id.
        depth: how many pages a batch may hold.
        in_flight: told how it goes.
        only_keys: ask for nothing but ids.
    """

    def __init__(
        self,
        portal: Portal,
        listing: Listing,
        conditions: Mapping[str, object],
        *,
        fields: tuple[str, ...],
        depth: Depth,
        in_flight: InFlight,
        only_keys: bool,
    ) -> None:
        self._portal = portal
        self._listing = listing
        self._conditions = conditions
        self._rows = RawRows(listing.method, listing.key, listing.wrapper, fields)
        self._depth = depth
        self._in_flight = in_flight
        self._only_keys = only_keys

    def ask(self, batch: Batch) -> Answered:
        """Ask for a batch; of less than that where the portal fails at it.

        Raises:
            ContractBroken: ids do not grow.
            ConnectorError: see `portal.py`.
        """
        pieces: list[Piece] = []

        def build(has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
            nonlocal pieces
            if has_failed:
                self._depth.failed(sum(piece.pages for piece in pieces))
                self._in_flight.failed()
            most = min(self._depth.pages, MOST_COMMANDS - len(batch.looks))
            pieces = _fitted(batch.pieces, most)
            return self._commands(pieces, batch.looks)

        def convert(_name: str, page: Json) -> _Page:
            return self._rows.read(page)

        def conclude(parts: Parts[_Page]) -> Answered:
            answered = self._concluded(parts, pieces, batch.looks)
            seconds, pages = parts.time.seconds or 0.0, len(parts.results)
            self._depth.answered(pages, seconds, size=parts.size)
            self._in_flight.answered(pages, seconds, full=self._depth.pages)
            return answered

        # Where a chain ends, a batch of one may stop; of several the others still have to run.
        halt = len(batch.pieces) == 1
        return self._portal.batch(self._listing.method, build, convert, conclude, halt=halt)

    def _commands(self, pieces: Sequence[Piece], looks: Sequence[Look]) -> Mapping[str, str]:
        listing = self._listing
        commands = {f"look{number}": self._look(look) for number, look in enumerate(looks)}
        number = 0
        for piece in pieces:
            conditions = self._bounded(upto=piece.span.upto)
            after: object = piece.span.after
            for _ in range(piece.pages):
                conditions[f">{listing.key}"] = after
                commands[f"p{number}"] = listing.page(conditions, only_key=self._only_keys)
                after = listing.last_key_of(f"p{number}")
                number += 1
        return commands

    def _look(self, look: Look) -> str:
        conditions = self._bounded(upto=look.at if look.is_back else None)
        if not look.is_back:
            conditions[f">{self._listing.key}"] = look.at
        return self._listing.page(conditions, descending=look.is_back, only_key=True)

    def _bounded(self, *, upto: int | None) -> dict[str, object]:
        bounds = dict(self._conditions)
        if upto is not None:
            bounds[f"<={self._listing.key}"] = upto
        return bounds

    def _concluded(
        self, parts: Parts[_Page], pieces: Sequence[Piece], looks: Sequence[Look]
    ) -> Answered:
        """Return each chain up to its first short page, or raise what kept it from beginning."""
        seen = [self._seen(parts, f"look{number}", look) for number, look in enumerate(looks)]
        chunks: list[Chunk[RawRow]] = []
        first = 0
        for piece in pieces:
            if piece.pages and self._given(parts, f"p{first}") is None:
                msg = "a batch left out one of its commands"
                raise self._broken(msg)
            pages = [parts.results.get(f"p{first + number}") for number in range(piece.pages)]
            chunks.append(self._chained(pages, piece.span, parts.time.started_at))
            first += piece.pages
        return Answered(chunks=chunks, seen=seen)

    def _seen(self, parts: Parts[_Page], name: str, look: Look) -> tuple[int, ...]:
        page = self._given(parts, name)
        ids = () if page is None else tuple(row.id for row in page)
        if any((before < after) == look.is_back for before, after in pairwise(ids)):
            msg = "ids do not come in their order: the portal ignores order"
            raise self._broken(msg)
        return ids

    def _given(self, parts: Parts[_Page], name: str) -> _Page | None:
        if name in parts.refusals:
            raise self._portal.error(parts.refusals[name], self._listing.method, parts.time)
        return parts.results.get(name)

    def _chained(
        self, pages: Sequence[_Page | None], span: Span, served_at: datetime | None
    ) -> Chunk[RawRow]:
        kept: list[RawRow] = []
        last = span.after
        complete = False
        for page in pages:
            if page is None:
                break
            last = self._grown(last, page, span)
            kept += page
            if len(page) < PAGE_SIZE:
                complete = self._listing.short_page_ends or not page
                break
        return Chunk(
            rows=tuple(kept),
            ids=tuple(row.id for row in kept),
            last=last,
            complete=complete or last == span.upto,
            served_at=served_at,
        )

    def _grown(self, last: int, page: _Page, span: Span) -> int:
        for row in page:
            if row.id <= last:
                msg = "ids do not grow: the portal ignores order or filter by id"
                raise self._broken(msg)
            last = row.id
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
