"""The next page is asked for while the last one is landed; never more than a few wait.

A page is what a client holds of one answer, so what is in flight is bounded: one page being read,
`waiting` in the queue, and what the reader has in its hands.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")

_GIVES_WAY = 0.1
_PATIENCE = 5.0


@contextmanager
def read_ahead(items: Iterator[T], *, waiting: int = 2) -> Generator[Iterator[T]]:
    """Draw from an iterator in a thread of its own.

    A failure of the iterator is raised where its next item would have come. When the block is
    left early, the thread is told to stop and given a moment to; a request on its way is not
    waited for.

    Args:
        items: drawn from in the thread only.
        waiting: how many items may wait.
    """
    drawing = _Drawing(items, waiting)
    thread = threading.Thread(target=drawing.run, name="read-ahead", daemon=True)
    thread.start()
    try:
        yield drawing.taken()
    finally:
        drawing.stop.set()
        thread.join(_PATIENCE)


class _End:
    """Behind the last item: what the iterator failed with, if it did."""

    def __init__(self, failure: BaseException | None) -> None:
        self.failure = failure


class _Drawing(Generic[T]):
    def __init__(self, items: Iterator[T], waiting: int) -> None:
        self._items = items
        self._ready: queue.Queue[T | _End] = queue.Queue(maxsize=waiting)
        self.stop = threading.Event()

    def run(self) -> None:
        """Draw until the iterator ends or nobody wants more; the thread's side."""
        failure: BaseException | None = None
        try:
            for item in self._items:
                if not self._offer(item):
                    return
        except BaseException as error:  # noqa: BLE001 - raised again by the reader
            failure = error
        self._offer(_End(failure))

    def taken(self) -> Iterator[T]:
        """Yield what was drawn; the reader's side."""
        while True:
            item = self._ready.get()
            if not isinstance(item, _End):
                yield item
                continue
            if item.failure is not None:
                raise item.failure
            return

    def _offer(self, item: T | _End) -> bool:
        while not self.stop.is_set():
            try:
                self._ready.put(item, timeout=_GIVES_WAY)
            except queue.Full:
                continue
            return True
        return False
