"""How many requests a plan needs over ids of every kind, and that it leaves none out."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence

import pytest

from connectors.bitrix24.cuts import Batch, Cuts, Look, Piece, Span

ROWS = 100_000
PAGE = 50


def thinned(share: float) -> list[int]:
    """Return ids of which a share is gone, one here and one there."""
    chance = random.Random(3)  # noqa: S311 - it has to be the same each time
    ids: list[int] = []
    number = 0
    while len(ids) < ROWS:
        number += 1
        if chance.random() >= share:
            ids.append(number)
    return ids


def emptied(holes: Sequence[tuple[int, int]], ids: Sequence[int]) -> list[int]:
    """Return the ids outside of some ranges."""
    return [number for number in ids if not any(first <= number <= last for first, last in holes)]


ORDINARY = {
    "dense": range(1, ROWS + 1),
    "begun at three million": range(3_000_001, 3_000_001 + ROWS),
    "a tenth deleted": thinned(0.1),
    "half deleted": thinned(0.5),
    "imports taken back": emptied([(20_000, 25_000), (60_000, 63_000)], thinned(0.1)),
    "emptied at first, dense later": [*range(1, 200_000, 4), *range(200_000, 250_000)],
}


@pytest.mark.parametrize("in_flight", [1, 4, 20])
@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_ids_need_hardly_more_requests_than_there_are_batches(
    name: str, in_flight: int
) -> None:
    ids = ORDINARY[name]
    came, requests = read(ids, in_flight)
    assert came == list(ids)
    assert requests <= 1.06 * math.ceil(len(ids) / 2_500) + 5


@pytest.mark.parametrize("in_flight", [1, 4, 20])
def test_holes_of_any_width_are_stepped_over(in_flight: int) -> None:
    far = 9 * 10**18
    ids = [*range(1, 50_001), *range(far, far + 20_000), *range(far + 10**9, far + 10**9 + 20_000)]
    came, requests = read(ids, in_flight)
    assert came == ids
    assert requests <= 2 * len(ids) / 2_500


def test_uneven_ids_cost_less_than_half_as_much_again() -> None:
    chance = random.Random(5)  # noqa: S311 - it has to be the same each time
    ids: list[int] = []
    number = 1
    while len(ids) < ROWS:
        run = chance.randint(4_000, 40_000)
        ids += range(number, number + run)
        number += run + chance.randint(2_000, 20_000)
    for in_flight in (1, 4, 20):
        came, requests = read(ids[:ROWS], in_flight)
        assert came == ids[:ROWS]
        assert requests <= 1.5 * ROWS / 2_500


def test_rests_share_a_request_and_wait_for_more_of_them() -> None:
    cuts = Cuts(Span(after=0, upto=2_000), 2_000)
    whole = cuts.batch(50, ahead=0, may_wait=True)
    assert whole is not None
    cuts.learn(whole.pieces[0], range(1, 2_001), is_complete=True)
    for rest in (Span(after=900, upto=960), Span(after=100, upto=150)):
        cuts.give_back(rest)
    assert cuts.batch(50, ahead=0, may_wait=True) is None
    batch = cuts.batch(50, ahead=0, may_wait=False)
    assert batch is not None
    assert [piece.span.after for piece in batch.pieces] == [100, 900]
    assert cuts.batch(50, ahead=0, may_wait=False) is None


def read(ids: Sequence[int], in_flight: int) -> tuple[list[int], int]:
    """Read ids as a portal would serve them; return what came, in order, and the requests."""
    first = list(ids[:500])
    cuts = Cuts(Span(after=first[-1], upto=None), ids[-1])
    cuts.learn(Piece(span=Span(after=0, upto=None), pages=10), first, is_complete=False)
    came = [first]
    requests = 1
    under_way: deque[Batch] = deque()
    now = 4
    while True:
        while len(under_way) < min(now, in_flight):
            batch = cuts.batch(50, ahead=3 * in_flight, may_wait=bool(under_way))
            if batch is None:
                break
            assert sum(piece.pages for piece in batch.pieces) + len(batch.looks) <= 50
            under_way.append(batch)
            requests += 1
        if not under_way:
            return [number for some in sorted(came) for number in some], requests
        now += 1
        came += answered(ids, under_way.popleft(), cuts)


def answered(ids: Sequence[int], batch: Batch, cuts: Cuts) -> list[list[int]]:
    """Answer a batch, and let the plan learn from it."""
    for look in batch.looks:
        cuts.saw(look, seen(ids, look))
    came: list[list[int]] = []
    for piece in batch.pieces:
        span = piece.span
        begin = bisect_right(ids, span.after)
        end = len(ids) if span.upto is None else bisect_right(ids, span.upto)
        found = list(ids[begin : min(end, begin + piece.pages * PAGE)])
        last = found[-1] if found else span.after
        is_complete = len(found) < piece.pages * PAGE or last == span.upto
        cuts.learn(piece, found, is_complete=is_complete)
        if not is_complete:
            cuts.give_back(Span(after=last, upto=span.upto))
        if found:
            came.append(found)
    return came


def seen(ids: Sequence[int], look: Look) -> list[int]:
    """Return the page of ids that a look brings."""
    assert look.at is not None
    at = bisect_right(ids, look.at)
    return list(ids[max(0, at - PAGE) : at])[::-1] if look.is_back else list(ids[at : at + PAGE])
