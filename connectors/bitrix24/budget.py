"""How hard a portal may be worked: execution time per method, and pages per request.

Beside the number of requests a cloud portal limits how many seconds each method may run within
ten minutes, and cuts a request after a minute (https://apidocs.bitrix24.com/limits.html). Both are
met by listening: each answer tells what its method has used, and how long it took.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from connectors.bitrix24.listings import PAGE_SIZE
from connectors.stream import Traffic

ALLOWED_SECONDS = 480.0
"""What a method may run within ten minutes on a cloud portal."""

_SLOW_FROM = 0.80
_STOP_FROM = 0.95
_LONGEST_BRAKE = 15.0
_WINDOW_SECONDS = 600.0
_FIRST_PENALTY = 60.0
_MARGIN = 1.0

MOST_COMMANDS = 50
_FIRST_COMMANDS = 10
_GROWTH = 5
_GOOD_SECONDS = 15.0
_GOOD_BYTES = 16 << 20
"""An answer is in memory as a whole, and several are at once."""


@dataclass(slots=True)
class _Spent:
    seconds: float
    resets_at: float
    seen_at: float


class OperatingBudget:
    """The execution time that each method has used; shared by the threads of a client.

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
        self._penalty: dict[str, float] = {}

    def wait(self, method: str) -> None:
        """Wait as long as the method's budget asks for, before it is called."""
        with self._lock:
            seconds = self._pause(method)
            self._traffic.add(seconds_slept=seconds)
        if seconds > 0:
            self._sleep(seconds)

    def saw(self, method: str, seconds: float, resets_in: float | None) -> None:
        """Take note of what an answer said.

        Args:
            method: whose budget it is.
            seconds: used within the last ten minutes.
            resets_in: seconds until the oldest part of it is forgotten; None where unknown.
        """
        now = self._clock()
        known = _WINDOW_SECONDS if resets_in is None else max(0.0, resets_in)
        with self._lock:
            self._spent[method] = _Spent(seconds, now + known, now)
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
            wait = resets_in + _MARGIN
            self._spent[method] = _Spent(ALLOWED_SECONDS, now + resets_in, now)
        self._traffic.operated(method, used=ALLOWED_SECONDS, left=0.0)
        return wait

    def _pause(self, method: str) -> float:
        spent = self._spent.get(method)
        now = self._clock()
        if spent is None or now >= spent.resets_at or now - spent.seen_at > _WINDOW_SECONDS:
            return 0.0
        share = spent.seconds / ALLOWED_SECONDS
        left = spent.resets_at - now
        if share >= _STOP_FROM:
            return left + _MARGIN
        if share >= _SLOW_FROM:
            brake = (share - _SLOW_FROM) / (_STOP_FROM - _SLOW_FROM)
            return min(left, brake * _LONGEST_BRAKE)
        return 0.0


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
