"""Ids cut into pieces of about one batch each, by the share of ids that turned out to exist.

Nothing is counted by the server. How many rows a piece will hold is a guess from what the last
ones held; what did not fit comes back and shares the next request with something else. So pieces
are cut nearly full: where ids are evenly spread, hardly one overflows, and where they are not, it
is cheaper to let many overflow than to ask for many half empty.

Ranges that were emptied at once (an import that was taken back) spoil such guesses. So each batch
also looks at a page of ids far ahead, before it is cut there, and from inside of a hole back to
where it begins.

Not here: asking (`batches.py`), the order in which rows are handed on (`walk.py`).
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.bitrix24.listings import PAGE_SIZE

_FULL_BATCH_ROWS = 50 * PAGE_SIZE
_FULL = 0.985
_MOST_OVERFULL = 1.25
_NEWS = 0.4
"""How much one full batch weighs against all that was known before."""

_SPARE_PAGES = 0.25
_OPEN_PAGES = 3
_LEAST_PAGES = 5
"""A new piece is not begun on fewer."""

_HOLE_ROWS = 250
"""A gap that should have held so many rows is a hole and says nothing of the ids around it."""

_LOOKS = 2
_LOOKING_FROM = 20
"""A batch of fewer pages has none to spare for looking ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Ids above `after`, up to and including `upto`; None is without end."""

    after: int
    upto: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A span, and how many pages of it are asked for at once."""

    span: Span
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One page of ids above `at`; where `is_back`, those up to it (or of all), largest first."""

    at: int | None
    is_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one request asks for: pieces in the order of their ids, and pages of ids elsewhere."""

    pieces: Sequence[Piece]
    looks: Sequence[Look] = ()


@dataclass(frozen=True, slots=True, order=True)
class _Glimpse:
    """Ids that were seen ahead: none between `after` and `first`, `rows` from there to `last`."""

    after: int
    first: int
    last: int
    rows: int


class Cuts:
    """What is still to be asked for; not for several threads.

    Args:
        span: what is to be read.
        newest: the largest id there is.
    """

    def __init__(self, span: Span, newest: int) -> None:
        self._left: list[tuple[int, int | None]] = [(span.after, span.upto)]
        self._newest = newest
        self._ids = 1.0
        self._rows = 1.0
        self._unevenness = 0.0
        self._is_lost = False
        self._glimpses: list[_Glimpse] = []
        self._inside: list[int] = []
        self._looked_at = 0

    def batch(self, pages: int, *, ahead: int, may_wait: bool) -> Batch | None:
        """Return a batch that fills so many pages, with the smallest ids that are left.

        Args:
            pages: commands of one request.
            ahead: how many batches ahead to look.
            may_wait: return none if it would leave more than half of the pages empty, because
                answers that are under way may bring more.
        """
        if not self._left:
            return None
        looks = self._looks(ahead) if pages >= _LOOKING_FROM else []
        free = pages - len(looks)
        pieces: list[Piece] = []
        while self._left and free >= min(pages, _LEAST_PAGES):
            pieces.append(self._cut(free))
            free -= pieces[-1].pages
        if may_wait and free > pages // 2:
            for piece in pieces:
                self.give_back(piece.span)
            return None
        return Batch(pieces=pieces, looks=looks)

    def give_back(self, span: Span) -> None:
        """Take back what a batch did not get to."""
        insort(self._left, (span.after, span.upto), key=lambda left: left[0])

    def saw(self, look: Look, ids: Sequence[int]) -> None:
        """Take note of the page of ids that was seen there."""
        if not ids or look.at is None:
            return
        if look.is_back:
            self._glimpses = [
                _Glimpse(ids[0], seen.first, seen.last, seen.rows)
                if seen.after == look.at
                else seen
                for seen in self._glimpses
            ]
            return
        insort(self._glimpses, _Glimpse(look.at, ids[0], ids[-1], len(ids)))
        if ids[0] - look.at > self._hole:
            self._inside.append(look.at)

    def learn(self, piece: Piece, ids: Sequence[int], *, is_complete: bool) -> None:
        """Take note of the ids that a piece turned out to hold, as far as it was read."""
        self._is_lost = not ids
        if not ids:
            return
        # Where nothing is cut behind a piece, it may begin anywhere.
        begin = ids[0] - 1 if piece.span.upto is None else piece.span.after
        end = piece.span.upto if is_complete and piece.span.upto is not None else ids[-1]
        width = max(1, end - begin - self._holes(begin, end))
        weight = _NEWS * min(1.0, len(ids) / _FULL_BATCH_ROWS)
        expected = width * self._density
        if self._ids > 1:
            error = abs(len(ids) - expected) / max(len(ids), expected)
            self._unevenness += (error - self._unevenness) * weight
        self._ids = self._ids * (1 - weight) + width
        self._rows = self._rows * (1 - weight) + len(ids)

    @property
    def _density(self) -> float:
        return self._rows / self._ids

    @property
    def _hole(self) -> float:
        return _HOLE_ROWS / self._density

    def _looks(self, batches: int) -> list[Look]:
        looks = [Look(at=at, is_back=True) for at in self._inside]
        self._inside.clear()
        step = int(_FULL_BATCH_ROWS / self._density)
        uncut = self._left[-1][0]
        far = min(uncut + batches * step, self._newest)
        self._looked_at = max(self._looked_at, uncut + step)
        while len(looks) < _LOOKS and self._looked_at + step < far:
            self._looked_at += step
            looks.append(Look(at=self._looked_at))
        return looks

    def _holes(self, begin: int, end: int) -> int:
        """Return how many of these ids lie in holes that were seen."""
        inside = 0
        for seen in self._glimpses:
            hole = min(end, seen.first - 1) - max(begin, seen.after)
            if hole > self._hole:
                inside += hole
                begin = seen.first - 1
        return inside

    def _cut(self, pages: int) -> Piece:
        after, upto = self._left.pop(0)
        end = self._newest if upto is None else upto
        rows = pages * PAGE_SIZE
        # There are no more rows than ids.
        cut = max(after + rows, self._reached(after, rows))
        if cut < end:
            if self._is_lost and not any(seen.last > after for seen in self._glimpses):
                # Nothing was where rows were expected, and nothing is known of what follows: read
                # on from the next row, however far it is.
                self._is_lost = False
                return Piece(span=Span(after=after, upto=upto), pages=pages)
            self._left.insert(0, (cut, upto))
            return Piece(span=Span(after=after, upto=cut), pages=pages)
        # A rest that leaves a rest keeps all that follows it waiting, and behind the newest id that
        # was seen there may be newer ones.
        expected = math.ceil((end - after) * self._density / PAGE_SIZE + _SPARE_PAGES)
        least = 1 if upto is not None else _OPEN_PAGES
        return Piece(span=Span(after=after, upto=upto), pages=min(pages, max(least, expected)))

    def _reached(self, after: int, rows: int) -> int:
        """Return the id up to which about so many rows lie."""
        wanted = rows * min(_MOST_OVERFULL, _FULL + self._unevenness)
        at = after
        for seen in self._glimpses:
            if seen.last <= at:
                continue
            between = max(0, seen.after - at) * self._density
            if between >= wanted:
                break
            at = max(at, seen.first - 1)
            share = seen.rows / (seen.last - seen.first + 1)
            inside = (seen.last - at) * share
            if between + inside >= wanted:
                return at + int((wanted - between) / share)
            wanted -= between + inside
            at = seen.last
        return at + int(wanted / self._density)
