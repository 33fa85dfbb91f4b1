"""Where a source and its landing differ, found by counting. No network and no database.

Live landed rows are numbered in the order of part and key: each has a *place*. A piece is a run of
places and the span of keys that goes with it; pieces tile all keys up to the newest landed one, so
a row that only the source has lies in one of them too. The source counts the pieces, and where it
counts what is landed nothing further is asked. The others are cut finer, until reading their keys
takes no more than counting them once more.

Of the cuts of a counted piece the last is not asked for: it holds what the others leave. Where
rows come or go meanwhile it is off by as many, and then a piece is read in vain, or a difference
is found by the next run.

What two differences within one piece hide from each other is left to a comparison of all keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from connectors.stream import KeySpan

SPANS_PER_REQUEST = 50
"""What one request counts, or reads a page of keys each of."""

ROWS_PER_PAGE = 49
"""Rows that a piece may hold to be read as one page: a page of 50 that is full asks for another."""

SWEEP_ROWS = 2_400
"""Keys that one request of a comparison of all keys reads."""

_COUNTING_SHARE = 0.25
_LEAST_COUNTING = 6

NumbersAt = Callable[[Sequence[int]], Mapping[int, int]]
Counts = Callable[[Sequence[KeySpan]], Sequence[int] | None]


class NotCounted(Exception):
    """The source does not count what it was asked to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A span of keys with the places of its live landed rows.

    Args:
        span: keys of one part.
        first: the last place before it.
        last: its last place; `first` where nothing is landed.
        source: what the source counts in it; None where it was not asked.
    """

    span: KeySpan
    first: int
    last: int
    source: int | None = None

    @property
    def landed(self) -> int:
        """Live landed rows."""
        return self.last - self.first

    @property
    def pages(self) -> int:
        """About how many pages its keys take at the source."""
        rows = self.landed if self.source is None else self.source
        return max(1, -(-rows // ROWS_PER_PAGE))

    @property
    def differs(self) -> bool:
        """Whether the source counts something else than is landed."""
        return self.source != self.landed


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What counting came to.

    Args:
        pieces: where keys have to be read, of about a page each.
        source_rows: rows that the source counts altogether; None where reading all keys is
            cheaper than counting, and all are to be read.
    """

    pieces: tuple[Piece, ...]
    source_rows: int | None


def difference(parts: Sequence[Piece], *, numbers_at: NumbersAt, counts: Counts) -> Difference:
    """Return the pieces whose keys have to be compared.

    Args:
        parts: each part from its beginning to its newest landed key, in the order of places.
        numbers_at: tells the numbers of the keys at some places.
        counts: asks the source.

    Raises:
        NotCounted: the source does not count this stream.
    """
    if sum(piece.pages for piece in parts) <= SPANS_PER_REQUEST:
        return Difference(pieces=_in_pages(parts, numbers_at), source_rows=None)
    children = _cut(_shares(parts), numbers_at)
    counted = _counted([[child] for child in children], counts)
    found = Difference(pieces=(), source_rows=sum(piece.source or 0 for piece in counted))
    allowed = _counting_allowed(parts) - _requests(len(counted))
    leaves, open_ = _sorted_out(counted)
    while open_ and allowed > 0 and not _cheap_to_read(open_, leaves):
        families = _cut_each(_finer(open_), numbers_at)
        allowed -= _requests(sum(len(family) - 1 for family in families))
        further, open_ = _sorted_out(_counted(families, counts, parents=open_))
        leaves += further
    return replace(found, pieces=_in_pages([*leaves, *open_], numbers_at))


def _shares(parts: Sequence[Piece]) -> list[tuple[Piece, int]]:
    """Return how many cuts each part gets of one request, by its rows."""
    free = max(0, SPANS_PER_REQUEST - len(parts))
    rows = max(1, sum(piece.landed for piece in parts))
    return [(piece, 1 + free * piece.landed // rows) for piece in parts]


def _finer(pieces: Sequence[Piece]) -> list[tuple[Piece, int]]:
    """Return into how many cuts each piece falls, so that one request counts all but the last."""
    asked = max(1, SPANS_PER_REQUEST // len(pieces))
    return [(piece, min(asked + 1, piece.pages)) for piece in pieces]


def _cheap_to_read(pieces: Sequence[Piece], leaves: Sequence[Piece]) -> bool:
    """Tell whether reading the keys now costs no more than counting once more and reading then."""
    pages = sum(piece.pages for piece in pieces)
    return pages <= 2 * len(pieces) or pages + len(leaves) <= SPANS_PER_REQUEST


def _counting_allowed(parts: Sequence[Piece]) -> int:
    """Return how many requests may count, so that much counting never replaces a sweep."""
    rows = sum(piece.landed for piece in parts)
    return max(_LEAST_COUNTING, int(_COUNTING_SHARE * rows / SWEEP_ROWS))


def _requests(spans: int) -> int:
    return -(-spans // SPANS_PER_REQUEST)


def _sorted_out(pieces: Iterable[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Return what differs: pieces that are not cut any more, and the others."""
    leaves: list[Piece] = []
    open_: list[Piece] = []
    for piece in pieces:
        if piece.differs:
            (open_ if min(piece.pages, piece.landed) > 1 else leaves).append(piece)
    return leaves, open_


def _counted(
    families: Sequence[Sequence[Piece]], counts: Counts, *, parents: Sequence[Piece] = ()
) -> list[Piece]:
    """Return the cuts with what the source counts in them; without parents all are asked for."""
    asked = [family[: len(family) - bool(parents)] for family in families]
    told = counts([piece.span for family in asked for piece in family])
    if told is None:
        raise NotCounted
    answers = iter(told)
    pieces: list[Piece] = []
    for number, family in enumerate(asked):
        known = [replace(piece, source=next(answers)) for piece in family]
        if parents:
            left = (parents[number].source or 0) - sum(piece.source or 0 for piece in known)
            known.append(replace(families[number][-1], source=max(0, left)))
        pieces += known
    return pieces


def _in_pages(pieces: Sequence[Piece], numbers_at: NumbersAt) -> tuple[Piece, ...]:
    return tuple(_cut([(piece, piece.pages) for piece in pieces], numbers_at))


def _cut(wanted: Sequence[tuple[Piece, int]], numbers_at: NumbersAt) -> list[Piece]:
    return [piece for family in _cut_each(wanted, numbers_at) for piece in family]


def _cut_each(wanted: Sequence[tuple[Piece, int]], numbers_at: NumbersAt) -> list[list[Piece]]:
    """Cut each piece into so many of about equally many landed rows, or one per row."""
    places = [_bounds(piece, cuts) for piece, cuts in wanted]
    numbers = numbers_at([place for bounds in places for place in bounds[1:-1]])
    families: list[list[Piece]] = []
    for (piece, _), bounds in zip(wanted, places, strict=True):
        cuts = [numbers[place] for place in bounds[1:-1]]
        ends = pairwise([piece.span.after, *cuts, piece.span.upto])
        families.append(
            [
                Piece(span=replace(piece.span, after=after, upto=upto), first=first, last=last)
                for (after, upto), (first, last) in zip(ends, pairwise(bounds), strict=True)
            ]
        )
    return families


def _bounds(piece: Piece, cuts: int) -> list[int]:
    cuts = max(1, min(cuts, piece.landed))
    return [piece.first + piece.landed * number // cuts for number in range(cuts + 1)]
