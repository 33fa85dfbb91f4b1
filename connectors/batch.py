"""Records that wait for their commit: as many whole pages as one transaction takes."""

from __future__ import annotations

from connectors.stream import Page, Record

BATCH_ROWS = 5_000
BATCH_BYTES = 16 << 20
"""What is held in memory before it is merged and committed."""


class Batch:
    """Pages that are landed together.

    A page holds all rows of the owners that it names, so the rows of an owner come from one page:
    where an owner comes again, what waits is landed first.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.owners: set[str] = set()
        self._bytes = 0

    def holds_owner_of(self, page: Page) -> bool:
        """Say whether rows of one of the page's owners wait already."""
        return not self.owners.isdisjoint(page.owners)

    def add(self, page: Page) -> None:
        """Take a page in."""
        self.records.extend(page.records)
        self.owners.update(page.owners)
        self._bytes += sum(len(record.payload) for record in page.records)

    def is_full(self) -> bool:
        """Say whether it is time to commit."""
        return len(self.records) + len(self.owners) >= BATCH_ROWS or self._bytes >= BATCH_BYTES

    def clear(self) -> None:
        """Begin anew."""
        self.records.clear()
        self.owners.clear()
        self._bytes = 0
