"""How fast an account may be asked: one leaky bucket for every process on this machine.

Bitrix24 counts requests by portal and source address, so two processes behind one address
share a budget whether they know of each other or not
(https://apidocs.bitrix24.com/settings/performance/limits.html). The bucket's level therefore
lies in a locked file, and the command line needs no database to keep within it.

Not here: what a server's answer means for the pace (each source's `client.py`), and the wait
between attempts (`http.py`).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from filelock import FileLock


class Limiter(Protocol):
    """Something that is asked before each request."""

    def acquire(self) -> float:
        """Wait for the right to send one request; return the seconds slept."""
        ...

    def penalise(self, seconds: float) -> None:
        """Let nobody send for so many seconds: the server said that it was too much."""
        ...


class Unlimited:
    """For servers that state no limit, and for files."""

    def acquire(self) -> float:
        """Return at once."""
        return 0.0

    def penalise(self, seconds: float) -> None:
        """Do nothing: there is nobody to hold back."""
        del seconds


class SharedBucket:
    """A leaky bucket in a locked file.

    Each request pours one unit in; the bucket loses `per_second` units a second and holds
    `capacity`. Who would make it overflow takes its place in the queue at once, under the lock,
    and sleeps outside of it: requests leave in the order in which they were asked for. Of the
    threads that share this object only one has a place at a time, so a process with twenty
    requests does not keep one with a single request waiting, and a penalty reaches all others.

    Args:
        path: the file that holds the level; it and its folder are made with private modes.
        capacity: units the bucket holds, that is the longest burst.
        per_second: units that leak in a second, that is the sustained pace.
        clock: seconds since an epoch that all processes share.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        path: Path,
        *,
        capacity: int,
        per_second: float,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if capacity < 1 or per_second <= 0:
            msg = f"a bucket holds at least one unit and leaks, got {capacity} and {per_second}"
            raise ValueError(msg)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._turn = threading.Lock()
        self._lock = FileLock(path.with_name(f"{path.name}.lock"), mode=0o600, poll_interval=0.01)
        self._capacity = capacity
        self._per_second = per_second
        self._clock = clock
        self._sleep = sleep

    def acquire(self) -> float:
        """Take a place in the queue and wait until it has come.

        Returns:
            The seconds slept.
        """
        with self._turn:
            with self._lock:
                level = self._level() + 1
                self._save(level)
            wait = max(0.0, (level - self._capacity) / self._per_second)
            if wait:
                self._sleep(wait)
        return wait

    def penalise(self, seconds: float) -> None:
        """Fill the bucket so far that the next request leaves after so many seconds."""
        with self._lock:
            debt = self._capacity - 1 + seconds * self._per_second
            self._save(max(self._level(), debt))

    def _level(self) -> float:
        try:
            stored = cast("object", json.loads(self._path.read_text(encoding="ascii")))
            level, at = cast("tuple[float, float]", stored)
            # A clock that was set back leaks nothing, so nobody waits for it to catch up.
            leaked = max(0.0, self._clock() - at) * self._per_second
            return max(0.0, level - leaked)
        except FileNotFoundError:
            return 0.0
        except (ValueError, TypeError):
            # Torn by a hard stop: how full the bucket was is unknown, so it counts as full.
            return float(self._capacity)

    def _save(self, level: float) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps([level, self._clock()]), encoding="ascii")
        fresh.replace(self._path)
