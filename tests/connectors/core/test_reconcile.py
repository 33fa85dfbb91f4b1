"""Finding differences by counts alone: right, and with few requests."""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.reconcile import NotCounted, Piece, difference
from connectors.stream import KeySpan

Keys = Mapping[str, Iterable[int]]


class Books:
    """Numbers on both sides, and what asking costs."""

    def __init__(self, landed: Keys, source: Keys) -> None:
        self.landed = {part: sorted(numbers) for part, numbers in landed.items()}
        self.source = {part: sorted(numbers) for part, numbers in source.items()}
        self.placed: list[int] = []
        self.parts: list[Piece] = []
        for part, numbers in sorted(self.landed.items()):
            first = len(self.placed)
            self.placed += numbers
            upto = max([*numbers, 1])
            span = KeySpan(part=part, after=0, upto=upto)
            self.parts.append(Piece(span=span, first=first, last=len(self.placed)))
        self.counting, self.reading = 0, 0

    def counts(self, spans: Sequence[KeySpan]) -> list[int]:
        self.counting += -(-len(spans) // 50)
        return [len(self.held(span)) for span in spans]

    def held(self, span: KeySpan) -> list[int]:
        numbers = self.source.get(span.part, [])
        first, last = (bisect.bisect_right(numbers, end) for end in (span.after, span.upto))
        return numbers[first:last]

    def compared(self) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
        """Return what is gone and what is missing, as far as it was found."""
        found = difference(
            self.parts,
            numbers_at=lambda places: {place: self.placed[place - 1] for place in places},
            counts=self.counts,
        )
        gone: set[tuple[str, int]] = set()
        missing: set[tuple[str, int]] = set()
        pages = 0
        for piece in found.pieces:
            told = {(piece.span.part, number) for number in self.held(piece.span)}
            ours = {(piece.span.part, number) for number in self.placed[piece.first : piece.last]}
            pages += len(told) // 50 + 1
            gone |= ours - told
            missing |= told - ours
        self.reading = -(-pages // 50)
        return gone, missing

    def differing(self) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
        ours = {(part, number) for part, numbers in self.landed.items() for number in numbers}
        newest = {piece.span.part: piece.span.upto for piece in self.parts}
        theirs = {
            (part, number)
            for part, numbers in self.source.items()
            for number in numbers
            if number <= newest.get(part, 0)
        }
        return ours - theirs, theirs - ours


@pytest.fixture(scope="module")
def million() -> list[int]:
    """A million numbers with gaps of uneven width."""
    chance = random.Random(1)  # noqa: S311 - numbers of a test
    return sorted(chance.sample(range(1, 1_500_000), 1_000_000))


@pytest.mark.parametrize(
    ("gone", "bound"), [(0, 1), (1, 3), (5, 5), (10, 5), (20, 8), (500, 80), (20_000, 650)]
)
def test_a_million_rows_take_few_requests(million: list[int], gone: int, bound: int) -> None:
    """A comparison of all keys would take 400."""
    lost = set(random.Random(gone).sample(million, gone))  # noqa: S311
    books = Books({"": million}, {"": [number for number in million if number not in lost]})
    found, missing = books.compared()
    assert books.counting + books.reading <= bound
    assert found == {("", number) for number in lost}
    assert missing == set()


def test_a_small_stream_is_read_whole_without_counting() -> None:
    books = Books({"": range(1, 1500)}, {"": range(7, 1600)})
    assert books.compared() == ({("", number) for number in range(1, 7)}, set())
    assert (books.counting, books.reading) == (0, 1)


def test_many_parts_are_counted_together() -> None:
    landed = {f"{part}": range(1, 3001) for part in range(30)}
    source = {**landed, "7": range(5, 3001)}
    books = Books(landed, source)
    assert books.compared() == books.differing()
    assert books.counting + books.reading <= 4


def test_a_part_that_is_gone_costs_a_page() -> None:
    books = Books({"1": range(1, 100_000), "2": range(1, 100_000)}, {"2": range(1, 100_000)})
    gone, missing = books.compared()
    assert (len(gone), missing) == (99_999, set())
    assert books.counting + books.reading <= 2


def test_a_part_without_a_landed_row_is_read_where_the_source_has_some() -> None:
    books = Books({"1": range(1, 5000), "2": []}, {"1": range(1, 5000), "2": [1]})
    assert books.compared() == (set(), {("2", 1)})


def test_a_source_that_does_not_count_is_told_apart() -> None:
    books = Books({"": range(5000)}, {})
    with pytest.raises(NotCounted):
        difference(
            books.parts,
            numbers_at=lambda places: {place: books.placed[place - 1] for place in places},
            counts=lambda _spans: None,
        )


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(0, 30_000),
    gone=st.lists(st.integers(1, 30_000), max_size=12),
    parts=st.integers(1, 4),
    step=st.integers(1, 5),
)
def test_deletions_alone_are_always_found(
    rows: int, gone: list[int], parts: int, step: int
) -> None:
    """Nothing cancels them out, wherever they lie."""
    landed = {f"{part}": range(1, rows // (part + 1) + 1, step) for part in range(parts)}
    source = {part: set(numbers) - set(gone) for part, numbers in landed.items()}
    books = Books(landed, source)
    assert books.compared() == books.differing()
