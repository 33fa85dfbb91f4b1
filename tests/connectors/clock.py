"""Time that passes only when somebody sleeps."""

from __future__ import annotations

from connectors.http import Patience


class Clock:
    """Seconds that grow by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, **options: float) -> Patience:
        """Return patience that lives in this time."""
        return Patience(clock=self, sleep=self.sleep, **options)  # pyright: ignore[reportArgumentType]
