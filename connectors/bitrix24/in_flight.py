"""How many batches are asked at once: as many as keep the portal's limiter the bound.

A portal lets through a burst and then a few requests a second, however long each takes. So the
number follows the answer time: answers of a quarter of a second need a handful in flight, answers
of three seconds need twenty.
"""

from __future__ import annotations

import math
import threading

MOST = 20
_LEAST = 4
_ASKED_PER_SECOND = 6.0
"""Above the sustained pace of every plan, so that the burst is used up as well."""

_OVERHEAD_SECONDS = 0.25
"""What an answer of full size takes beside the portal's own time: the network, reading it."""

_MUCH_SLOWER = 3.0


class InFlight:
    """The number of batches to ask at once; shared by the walks of a client.

    It grows by one with each good answer, up to what the answer time asks for, and is halved when
    the portal fails. It shrinks where more at once only made each of them slower.

    Args:
        fixed: always so many; None follows the portal.
    """

    def __init__(self, fixed: int | None = None) -> None:
        self._fixed = fixed
        self._now = _LEAST
        self._quickest: float | None = None
        self._lock = threading.Lock()

    @property
    def batches(self) -> int:
        """Batches to ask at once."""
        with self._lock:
            return self._fixed or self._now

    @property
    def most(self) -> int:
        """What it may grow to."""
        return self._fixed or MOST

    def answered(self, pages: int, seconds: float, *, full: int) -> None:
        """Learn from an answer.

        Args:
            pages: how many it held.
            seconds: how long the portal worked on it.
            full: pages that the next ones will hold.
        """
        page_seconds = seconds / max(1, pages)
        wanted = math.ceil(_ASKED_PER_SECOND * (page_seconds * full + _OVERHEAD_SECONDS))
        wanted = max(_LEAST, min(MOST, wanted))
        with self._lock:
            if self._quickest is None or page_seconds < self._quickest:
                self._quickest = page_seconds
            if page_seconds > _MUCH_SLOWER * self._quickest and self._now > _LEAST:
                self._now = min(self._now - 1, wanted)
            else:
                self._now = min(self._now + 1, wanted)

    def failed(self) -> None:
        """Ask half as many at once."""
        with self._lock:
            self._now = max(1, self._now // 2)
