"""Ids cut into pieces of about one batch each, by the share of ids that turned out to exist.

Nothing is counted by the server. How many rows a piece will hold is a guess from what the last
ones held; what did not fit comes back and shares the next request with something else. So pieces
are cut nearly full: where ids are evenly spread, hardly one overflows, and where they are not, it
is cheaper to let many overflow than to ask for many half empty.

Not here: asking (`walk.py`).
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.bitrix24.listings import PAGE_SIZE

_FULL = 0.985
_MOST_OVERFULL = 1.25
_NEWS = 0.4
"""How much one full batch weighs against all that was known before."""

_FULL_BATCH_ROWS = 50 * PAGE_SIZE
_LEAST_PAGES = 5
"""A new piece is not begun on fewer."""


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

    def batch(self, pages: int, *, may_wait: bool) -> list[Piece]:
        """Return pieces that fill so many pages, the smallest ids first.

        Args:
            pages: commands of one request.
            may_wait: return none if they would leave more than half of the pages empty, because
                answers that are under way may bring more.
        """
        pieces: list[Piece] = []
        free = pages
        while self._left and free >= min(pages, _LEAST_PAGES):
            piece = self._cut(free)
            pieces.append(piece)
            free -= piece.pages
        if may_wait and free > pages // 2:
            for piece in pieces:
                self.give_back(piece.span)
            return []
        return pieces

    def give_back(self, span: Span) -> None:
        """Take back what a batch did not get to."""
        insort(self._left, (span.after, span.upto), key=lambda left: left[0])

    def learn(self, piece: Piece, ids: Sequence[int], *, is_complete: bool) -> None:
        """Take note of the ids that a piece turned out to hold, as far as it was read."""
        self._is_lost = not ids
        if not ids:
            return
        # Where nothing is cut behind a piece, it may begin anywhere.
        begin = ids[0] - 1 if piece.span.upto is None else piece.span.after
        end = piece.span.upto if is_complete and piece.span.upto is not None else ids[-1]
        width = max(1, end - begin)
        weight = _NEWS * min(1.0, len(ids) / _FULL_BATCH_ROWS)
        expected = width * self._density
        error = abs(len(ids) - expected) / max(len(ids), expected)
        if self._ids > 1:
            self._unevenness += (error - self._unevenness) * weight
        self._ids = self._ids * (1 - weight) + width
        self._rows = self._rows * (1 - weight) + len(ids)

    @property
    def _density(self) -> float:
        return self._rows / self._ids

    def _cut(self, pages: int) -> Piece:
        after, upto = self._left.pop(0)
        rows = pages * PAGE_SIZE
        end = self._newest if upto is None else upto
        # An integer throughout: an id may have nineteen digits.
        width = max(rows, int(rows * min(_MOST_OVERFULL, _FULL + self._unevenness) / self._density))
        if self._is_lost:
            # Nothing was where rows were expected: look for the next one, however far it is.
            self._is_lost = False
            return Piece(span=Span(after=after, upto=upto), pages=pages)
        if after + width < end:
            self._left.insert(0, (after + width, upto))
            return Piece(span=Span(after=after, upto=after + width), pages=pages)
        expected = math.ceil(max(1, end - after) * self._density / PAGE_SIZE)
        # Behind the newest id that was seen there may be newer ones.
        wanted = pages if upto is None else min(pages, max(1, expected))
        return Piece(span=Span(after=after, upto=upto), pages=wanted)
