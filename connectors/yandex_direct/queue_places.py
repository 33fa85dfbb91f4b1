"""The five places in an advertiser's queue of reports, shared by the processes of this machine.

A sixth report is refused with error 9000 (yandex.com/dev/direct/doc/en/restrictions). A place is a
locked file, so that the system gives it back whatever way a process ends.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from connectors.errors import Deferred
from connectors.yandex_direct.verdicts import METHOD, SOURCE_NAME

PLACES = 5
_LOOK_AGAIN = 5.0


class QueuePlaces:
    """The places of one advertiser.

    Args:
        path: what the files' names begin with; their folder is made with a private mode.
        sleep: waits so many seconds.
    """

    def __init__(self, path: Path, *, sleep: Callable[[float], None]) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._locks = [
            FileLock(path.with_name(f"{path.name}.place{number}"), mode=0o600)
            for number in range(PLACES)
        ]
        self._sleep = sleep

    @contextmanager
    def taken(self, *, patience: float) -> Generator[float]:
        """Hold a place until the block ends, and say how many seconds were waited for it.

        Raises:
            Deferred: all places were held by others for as long as `patience` says.
        """
        waited = 0.0
        while (lock := self._free()) is None:
            if waited >= patience:
                msg = "other processes hold all five places in the queue of reports"
                raise Deferred(msg, source=SOURCE_NAME, method=METHOD, retry_after=_LOOK_AGAIN)
            self._sleep(_LOOK_AGAIN)
            waited += _LOOK_AGAIN
        try:
            yield waited
        finally:
            lock.release()

    def _free(self) -> FileLock | None:
        for lock in self._locks:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            return lock
        return None
