"""How hard a portal may be worked: execution time per method, and pages per request.

Beside the number of requests a cloud portal limits how many seconds each method may run within
ten minutes, and cuts a request after a minute (https://apidocs.bitrix24.com/limits.html). Both are
met by listening: each answer tells what its method has used, and how long it took.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from connectors.bitrix24.listings import PAGE_SIZE
from connectors.stream import Traffic

ALLOWED_SECONDS = 480.0
"""What a method may run within ten minutes on a cloud portal."""

_STOP_FROM = 0.95 * ALLOWED_SECONDS
_LOW_FROM = 0.80 * ALLOWED_SECONDS
_WINDOW_SECONDS = 600.0
_FIRST_PENALTY = 60.0
_MARGIN = 1.0
_GLANCE = 0.5
"""How long to wait before looking again what requests under way have told."""

MOST_COMMANDS = 50
_FIRST_COMMANDS = 20
_GROWTH = 5
_GOOD_SECONDS = 15.0
_GOOD_BYTES = 16 << 20
"""An answer is in memory as a whole, and several are at once."""


@dataclass(frozen=True, slots=True)
class _Spent:
    """What a method had used when an answer told, and what a request of it costs."""

    seconds: float
    resets_at: float
    seen_at: float
    cost: float


class OperatingBudget:
    """The execution time that each method has used; shared by the threads of a client.

    What is under way counts as used already: the portal checks before it runs a method, and
    twenty batches of some seconds each would overshoot far.

    Args:
        traffic: where usage and waits are counted.
        clock: seconds, steadily growing.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        traffic: Traffic,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._traffic = traffic
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._spent: dict[str, _Spent] = {}
        self._under_way: Counter[str] = Counter()
        self._penalty: dict[str, float] = {}

    @contextmanager
    def running(self, method: str) -> Generator[Callable[[], None]]:
        """Hold a place in the method's budget while a request of it is under way.

        Yields:
            What to call before each attempt: it waits as long as the budget asks for.
        """
        has_place = False

        def wait() -> None:
            nonlocal has_place
            while True:
                with self._lock:
                    seconds = self._pause(method, self._under_way[method] - has_place)
                    if not seconds:
                        self._under_way[method] += not has_place
                        has_place = True
                        return
                self._traffic.add(seconds_slept=seconds)
                self._sleep(seconds)

        try:
            yield wait
        finally:
            with self._lock:
                self._under_way[method] -= has_place

    def saw(self, method: str, seconds: float, resets_in: float | None, cost: float) -> None:
        """Take note of what an answer said.

        Args:
            method: whose budget it is.
            seconds: used within the last ten minutes.
            resets_in: seconds until the oldest part of it is forgotten; None where unknown.
            cost: seconds that the request itself has used.
        """
        now = self._clock()
        resets_at = now + (_WINDOW_SECONDS if resets_in is None else max(0.0, resets_in))
        with self._lock:
            known = self._spent.get(method)
            if known is not None and now < known.resets_at:
                # Answers overtake each other, and within a window usage only grows.
                is_same_window = abs(known.resets_at - resets_at) < _MARGIN
                seconds = max(seconds, known.seconds) if is_same_window else seconds
            self._spent[method] = _Spent(seconds, resets_at, now, cost)
            self._penalty.pop(method, None)
        left = max(0.0, ALLOWED_SECONDS - seconds)
        self._traffic.operated(method, used=seconds, left=left)

    def exhausted(self, method: str, resets_in: float | None) -> float:
        """Take note that the portal refused the method; return the seconds to wait.

        Args:
            method: whose budget it is.
            resets_in: as the refusal said; None where it did not.
        """
        now = self._clock()
        with self._lock:
            spent = self._spent.get(method)
            if resets_in is None and spent is not None and spent.resets_at > now:
                resets_in = spent.resets_at - now
            if resets_in is None:
                penalty = self._penalty.get(method, _FIRST_PENALTY)
                self._penalty[method] = min(penalty * 2, _WINDOW_SECONDS)
                resets_in = penalty
            cost = 0.0 if spent is None else spent.cost
            self._spent[method] = _Spent(ALLOWED_SECONDS, now + resets_in, now, cost)
        self._traffic.operated(method, used=ALLOWED_SECONDS, left=0.0)
        return resets_in + _MARGIN

    def _pause(self, method: str, others: int) -> float:
        """Return the seconds to wait; 0 lets the request go.

        Args:
            method: whose budget it is.
            others: its requests under way.
        """
        spent = self._spent.get(method)
        now = self._clock()
        if spent is None or now - spent.seen_at > _WINDOW_SECONDS:
            return 0.0
        left = spent.resets_at - now
        if left <= 0:
            # A part is forgotten, and the next answer tells how much: one goes to ask.
            return _GLANCE if others and spent.seconds >= _LOW_FROM else 0.0
        if spent.seconds >= _STOP_FROM:
            return left + _MARGIN
        if spent.seconds + (others + 1) * spent.cost < _STOP_FROM:
            return 0.0
        return _GLANCE if others else left + _MARGIN


class Depth:
    """How many pages one batch may chain: as many as the portal answers in good time.

    It begins low, because a request that runs into the portal's minute is lost whole, and is
    bounded by the size of answers.

    Args:
        most: never more than so many.
        first: what to begin with.
    """

    def __init__(self, *, most: int = MOST_COMMANDS, first: int = _FIRST_COMMANDS) -> None:
        self._most = most
        self._pages = min(first, most)
        self._lock = threading.Lock()

    @property
    def pages(self) -> int:
        """Pages for the next batch."""
        with self._lock:
            return self._pages

    @property
    def rows(self) -> int:
        """Rows that so many pages hold."""
        return self.pages * PAGE_SIZE

    def answered(self, pages: int, seconds: float, *, size: int = 0) -> None:
        """Learn from a batch of so many pages that took so long and held so many bytes."""
        good = int(_GOOD_SECONDS * pages / max(seconds, 0.001))
        if size:
            good = min(good, _GOOD_BYTES * pages // size)
        with self._lock:
            self._pages = max(1, min(self._most, good, self._pages * _GROWTH))

    def failed(self, pages: int) -> None:
        """Ask for half of what has failed."""
        with self._lock:
            self._pages = max(1, min(self._pages, pages // 2))
