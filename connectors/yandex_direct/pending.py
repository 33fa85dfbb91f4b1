"""Names of reports that are on their way, kept for the case that this process ends before them.

A report's name is its identity at the server: the same body under the same name finds the report in
the queue, where at most five may wait; another body under that name is an error; and a finished
report is served again unchanged for five hours (yandex.com/dev/direct/doc/en/mode,
/restrictions). So a name has to outlive a crash, to come back to what is being built, and must
not outlive its report, or the next question would get this one's answer.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec
from filelock import FileLock

_TRUSTED_FOR = 4 * 3600.0
"""Seconds; what was asked for earlier may be finished since, and no longer be what it was."""


class _Order(msgspec.Struct, frozen=True):
    """A report that was asked for: its name, and when, in seconds since 1970."""

    name: str
    at: float


class PendingReports:
    """The reports of one advertiser that are on their way, in a file that processes share.

    Args:
        path: the file; it and its folder are made with private modes.
        clock: seconds since 1970.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._lock = FileLock(path.with_name(f"{path.name}.lock"), mode=0o600)
        self._clock = clock

    def name(self, params: Mapping[str, object]) -> str:
        """Return the name of the report with these parameters, a new one if none is on its way."""
        asked = json.dumps(params, sort_keys=True)
        with self._lock:
            orders = self._load()
            order = orders.get(_digest(asked))
            if order is None:
                now = self._clock()
                day = datetime.fromtimestamp(now, UTC).date()
                order = _Order(f"warehouse {day} {_digest(asked)[:16]} {uuid4().hex[:12]}", now)
                self._save({**orders, _digest(asked): order})
            return order.name

    def forget(self, params: Mapping[str, object]) -> None:
        """Forget a report: it was read, or will never come."""
        with self._lock:
            orders = self._load()
            orders.pop(_digest(json.dumps(params, sort_keys=True)), None)
            self._save(orders)

    def _load(self) -> dict[str, _Order]:
        try:
            orders = msgspec.json.decode(self._path.read_bytes(), type=dict[str, _Order])
        except (FileNotFoundError, msgspec.DecodeError):
            return {}
        oldest = self._clock() - _TRUSTED_FOR
        return {digest: order for digest, order in orders.items() if order.at > oldest}

    def _save(self, orders: Mapping[str, _Order]) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(msgspec.json.encode(orders))
        fresh.replace(self._path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
