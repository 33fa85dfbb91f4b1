"""The two limits of a cloud portal: how many requests, and how much execution time.

Both are kept in the server's memory and in real time: the portal's own clock stands still.
Figures: github.com/bitrix24/b24restdocs, limits.md.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from infra.sandbox.bitrix24.answer import OPERATING_WINDOW, ApiError

Clock = Callable[[], float]

_BUCKET_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a tariff allows.

    Args:
        capacity: requests that may come at once.
        per_second: requests that are forgotten each second.
        operating_seconds: execution time of one method within ten minutes.
        command_seconds: how long each command really takes, in seconds that the client waits;
            0 answers at once and books a modelled time.
    """

    capacity: float
    per_second: float
    operating_seconds: float = 480.0
    command_seconds: float = 0.0

    def times(self, rate: float) -> Plan:
        """Return the same plan with every allowance multiplied, for a portal in a hurry."""
        return replace(
            self,
            capacity=self.capacity * rate,
            per_second=self.per_second * rate,
            operating_seconds=self.operating_seconds * rate,
        )


PLANS = {
    "standard": Plan(capacity=50, per_second=2),
    "enterprise": Plan(capacity=250, per_second=5),
}


class Pace:
    """Lets the commands of one request take their real time, while others are answered.

    A command that has already worked for so long waits no further, and one that was kept waiting
    is made up for: `n` commands take `n` times `seconds`, as far as the machine keeps up.

    Args:
        seconds: what one command takes; 0 waits never.
    """

    def __init__(self, seconds: float, clock: Clock = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._started = self._due = clock()

    @property
    def is_real(self) -> bool:
        """Whether commands take time at all."""
        return self._seconds > 0

    @property
    def elapsed(self) -> float:
        """Seconds since the request came."""
        return self._clock() - self._started

    async def command(self) -> None:
        """Wait until the command that was just run is due."""
        if self.is_real:
            self._due += self._seconds
            await asyncio.sleep(max(0.0, self._due - self._clock()))


class LeakyBucket:
    """Counts HTTP requests; a `batch` is one, whatever it holds.

    Attributes:
        taken: requests that were let through since the portal is served.
        refused: requests that met a full bucket.
    """

    def __init__(self, plan: Plan, clock: Clock = time.monotonic) -> None:
        self._plan = plan
        self._clock = clock
        self._level = 0.0
        self._seen = clock()
        self.taken = 0
        self.refused = 0

    def take(self) -> None:
        """Count one request.

        Raises:
            ApiError: `QUERY_LIMIT_EXCEEDED`; a refused request is not counted.
        """
        now = self._clock()
        self._level = max(0.0, self._level - (now - self._seen) * self._plan.per_second)
        self._seen = now
        if self._level + 1 > self._plan.capacity:
            self.refused += 1
            raise ApiError(code="QUERY_LIMIT_EXCEEDED", description="Too many requests", status=503)
        self._level += 1
        self.taken += 1


class OperatingBudget:
    """Sums the execution time of each method over ten buckets of a minute."""

    def __init__(self, plan: Plan, clock: Clock = time.monotonic) -> None:
        self._plan = plan
        self._clock = clock
        self._spent: dict[str, deque[tuple[float, float]]] = defaultdict(deque)

    def check(self, method: str) -> None:
        """Refuse a method whose budget is spent; the call that overshoots has still run.

        Raises:
            ApiError: `OPERATION_TIME_LIMIT`.
        """
        if self.spent(method) > self._plan.operating_seconds:
            raise ApiError(
                code="OPERATION_TIME_LIMIT",
                description="Method is blocked due to operation time limit",
                status=429,
            )

    def add(self, method: str, seconds: float) -> None:
        """Book the execution time of a call."""
        buckets = self._buckets(method)
        started = self._clock() // _BUCKET_SECONDS * _BUCKET_SECONDS
        if buckets and buckets[-1][0] == started:
            seconds += buckets.pop()[1]
        buckets.append((started, seconds))

    def spent(self, method: str) -> float:
        """Return the seconds booked within the last ten minutes."""
        return sum(seconds for _, seconds in self._buckets(method))

    def reset_in(self, method: str) -> float:
        """Return the seconds until the oldest bucket leaves the window."""
        buckets = self._buckets(method)
        window = OPERATING_WINDOW.total_seconds()
        return window if not buckets else buckets[0][0] + window - self._clock()

    def _buckets(self, method: str) -> deque[tuple[float, float]]:
        buckets = self._spent[method]
        oldest = self._clock() - OPERATING_WINDOW.total_seconds()
        while buckets and buckets[0][0] <= oldest:
            buckets.popleft()
        return buckets
