"""How many batches are asked at once, and how the operating budget is kept meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from connectors.bitrix24.budget import Depth, OperatingBudget
from connectors.bitrix24.in_flight import MOST, InFlight
from connectors.stream import Traffic
from tests.connectors.clock import Clock


def after(answers: int, seconds: float, in_flight: InFlight | None = None) -> InFlight:
    """Return the number after so many full batches that took so long each."""
    in_flight = in_flight or InFlight()
    for _ in range(answers):
        in_flight.answered(50, seconds, full=50)
    return in_flight


def test_quick_answers_need_few_and_slow_ones_many() -> None:
    assert after(30, 0.25).batches == 4
    assert 15 <= after(30, 2.5).batches <= MOST
    assert after(60, 10.0).batches == MOST


def test_it_grows_by_one_with_each_good_answer() -> None:
    in_flight = InFlight()
    numbers = [after(1, 2.5, in_flight).batches for _ in range(5)]
    assert numbers == [5, 6, 7, 8, 9]


def test_a_failure_halves_it() -> None:
    in_flight = after(30, 2.5)
    before = in_flight.batches
    in_flight.failed()
    assert in_flight.batches == before // 2
    for _ in range(9):
        in_flight.failed()
    assert in_flight.batches == 1
    assert after(2, 2.5, in_flight).batches == 3


def test_more_at_once_that_only_slows_each_is_taken_back() -> None:
    in_flight = after(30, 1.0)
    before = in_flight.batches
    assert after(2, 3.5, in_flight).batches == before - 2
    assert after(50, 3.5, in_flight).batches == 4


def test_a_number_given_stays() -> None:
    in_flight = InFlight(2)
    in_flight.failed()
    assert after(9, 9.0, in_flight).batches == in_flight.most == 2


def test_an_answer_stays_within_its_bytes() -> None:
    depth = Depth()
    depth.answered(10, 0.1, size=10 << 20)
    assert depth.pages == 16
    depth.answered(16, 0.1, size=1 << 20)
    assert depth.pages == 50


@pytest.fixture
def clock() -> Clock:
    return Clock()


def budget(clock: Clock, sleep: Callable[[float], None] | None = None) -> OperatingBudget:
    """Return a budget in a time of its own."""
    return OperatingBudget(Traffic(), clock=clock, sleep=sleep or clock.sleep)


def test_what_is_under_way_counts_as_used(clock: Clock) -> None:
    """Of 456 seconds that may be used 400 are; a request costs 20."""
    with ExitStack() as done:

        def sleep(seconds: float) -> None:
            clock.sleep(seconds)
            if len(clock.slept) == 3:
                done.close()

        spent = budget(clock, sleep)
        spent.saw("m", 400.0, 60.0, cost=20.0)
        for _ in range(2):
            done.enter_context(spent.running("m"))()
        assert clock.slept == []
        with spent.running("m") as third:
            third()
    assert clock.slept == [0.5] * 3, "it went as soon as the others had ended"


def test_a_spent_budget_is_waited_for_until_a_part_is_forgotten(clock: Clock) -> None:
    spent = budget(clock)
    spent.saw("m", 440.0, 60.0, cost=20.0)
    with spent.running("m") as wait:
        wait()
    assert clock.slept == [61.0]


def test_after_that_one_goes_to_ask_how_much(clock: Clock) -> None:
    told, released = threading.Event(), threading.Event()
    went: list[str] = []

    def second() -> None:
        with spent.running("m") as wait:
            wait()
            went.append("second")

    def sleep(_seconds: float) -> None:
        went.append("waits")
        told.set()
        released.wait(5)

    spent = budget(clock, sleep)
    spent.saw("m", 470.0, 60.0, cost=1.0)
    clock.now += 100
    with spent.running("m") as wait:
        wait()
        went.append("first")
        thread = threading.Thread(target=second)
        thread.start()
        assert told.wait(5)
        spent.saw("m", 300.0, 60.0, cost=1.0)
        released.set()
        thread.join(5)
    assert went == ["first", "waits", "second"]


def test_an_answer_that_was_overtaken_takes_nothing_back(clock: Clock) -> None:
    spent = budget(clock)
    spent.saw("m", 470.0, 60.0, cost=1.0)
    spent.saw("m", 450.0, 60.0, cost=1.0)
    with spent.running("m") as wait:
        wait()
    assert clock.slept == [61.0]
