"""What talking to a source costs: requests, waits, bytes, execution time."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace


@dataclass(slots=True)
class Traffic:
    """What talking to an account has cost so far; a client counts, a run report shows.

    Threads of a client count at once, so figures are added by `add` and `operated` only.

    Args:
        requests: HTTP requests.
        retries: repeated ones among them.
        seconds_slept: time spent waiting for limits and between attempts.
        bytes_received: bytes off the wire.
        operating_seconds: by method, the most that was used of its budget of execution time.
        operating_seconds_left: the least that was left of any such budget since a report began;
            None where the source has none, or told of none.
    """

    requests: int = 0
    retries: int = 0
    seconds_slept: float = 0.0
    bytes_received: int = 0
    operating_seconds: dict[str, float] = field(default_factory=dict[str, float])
    operating_seconds_left: float | None = None
    _lock: threading.Lock = field(
        default_factory=threading.Lock, init=False, repr=False, compare=False
    )

    def add(
        self,
        *,
        requests: int = 0,
        retries: int = 0,
        seconds_slept: float = 0.0,
        bytes_received: int = 0,
    ) -> None:
        """Count what came on top."""
        with self._lock:
            self.requests += requests
            self.retries += retries
            self.seconds_slept += seconds_slept
            self.bytes_received += bytes_received

    def operated(self, method: str, *, used: float, left: float) -> None:
        """Take note of a method's budget of execution time, in seconds."""
        with self._lock:
            self.operating_seconds[method] = max(self.operating_seconds.get(method, 0.0), used)
            least = self.operating_seconds_left
            self.operating_seconds_left = left if least is None else min(least, left)

    def begun(self) -> Traffic:
        """Return the figures as they are now, and begin to look for the least budget anew."""
        with self._lock:
            self.operating_seconds_left = None
            return replace(self, operating_seconds=dict(self.operating_seconds))
