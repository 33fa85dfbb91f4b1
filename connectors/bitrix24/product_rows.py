"""Product rows: read by the items they belong to, all rows of an item together.

Saving an item's rows gives them new ids and touches the item, so rows follow the modification time
of their owners, and what is landed under an owner is replaced whole. `crm.item.productrow.list`
answers for named owners only. Whether for several at once is told differently by its page of
different years: "works with arrays" until 2026, since then "the only key that accepts an array is
`@id`" (https://apidocs.bitrix24.com/api-reference/crm/universal/product-rows/). So owners are asked
one by one, fifty a request, until an owner with rows is found; then the same is asked of two owners
in either order, and where both answers hold exactly the rows known, owners are asked together.

An owner that is gone meanwhile is refused like one that may not be seen; its item tells which.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from connectors.bitrix24.chains import Chain, Chains, slices
from connectors.bitrix24.listings import PAGE_SIZE, SOURCE_NAME, ProductRows, whole
from connectors.bitrix24.raw_rows import RawRow, RawRows
from connectors.bitrix24.reading import Part, Reading
from connectors.bitrix24.verdicts import Refusal
from connectors.bitrix24.walk import Walk
from connectors.errors import ContractBroken
from connectors.stream import Changes, Page, Record

_MOST_TOGETHER = 100
"""Owners in one command; what PHP reads of a query is bounded (`max_input_vars`)."""
_ROWS_TOGETHER = 40
"""Rows that a command is planned to bring: a full page of fifty asks for another."""


@dataclass(slots=True)
class Together:
    """Whether a portal answers for several owners at once; None until that was tried."""

    works: bool | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True, kw_only=True)
class _Group:
    """Owners asked with one command."""

    owners: Sequence[int]
    chain: Chain


def pages(
    reading: Reading, stream: str, shape: ProductRows, changes: Changes, together: Together
) -> Iterator[Page]:
    """Yield the rows of all owners that the window holds, in the order of the owners.

    Raises:
        ContractBroken: the portal answers with rows of other owners.
        ConnectorError: see `errors.py`.
    """
    reader = _OwnedRows(reading, shape, together)
    part = Part(name="", listing=shape.owners)
    is_first = changes.since is None
    for conditions, span in reading.passages(shape.owners_stream, (part,), part, changes):
        walk = Walk(
            reading.portal,
            part.listing,
            conditions,
            lambda row: row.id,
            depth=reading.depth(f"{stream} owners"),
            in_flight=reading.in_flight,
            only_keys=True,
        )
        for chunk in walk.chunks(span):
            yield Page(records=(), served_at=chunk.served_at)
            for owners, page in reader.read(chunk.rows):
                newest = str(owners[-1])
                yield Page(
                    records=page.records,
                    served_at=page.served_at,
                    resume_key=newest if is_first else None,
                    newest_key=newest,
                    owners=page.owners,
                )


class _OwnedRows:
    """Reads the rows of given owners."""

    def __init__(self, reading: Reading, shape: ProductRows, together: Together) -> None:
        self._reading = reading
        self._shape = shape
        self._together = together
        self._size = 1
        rows = RawRows(shape.method, shape.key, shape.wrapper, ("ownerId",))
        self._chains = Chains(
            reading.portal, shape.method, rows, in_flight=reading.in_flight, may_refuse=True
        )

    def read(self, owners: Sequence[int]) -> Iterator[tuple[Sequence[int], Page]]:
        """Yield the owners, in their order, with a page of their rows."""
        while owners:
            taken = owners[: self._size * self._chains.at_once]
            groups = self._groups(taken, self._size)
            served_at = self._chains.read([group.chain for group in groups])
            groups = self._asked_singly(groups)
            self._learn(groups)
            yield taken, self._page(groups, served_at)
            owners = owners[len(taken) :]

    def _groups(self, owners: Sequence[int], size: int) -> list[_Group]:
        return [
            _Group(owners=some, chain=Chain(page=partial(self._shape.page, some)))
            for some in slices(owners, size)
        ]

    def _asked_singly(self, groups: Sequence[_Group]) -> list[_Group]:
        """Ask the owners of a refused group one by one: one that is gone spoils it for all."""
        settled: list[_Group] = []
        for group in groups:
            if group.chain.refused is None or len(group.owners) == 1:
                settled.append(group)
            else:
                singles = self._groups(group.owners, 1)
                self._chains.read([single.chain for single in singles])
                settled += singles
        return settled

    def _page(self, groups: Sequence[_Group], served_at: datetime | None) -> Page:
        refused = {group.owners[0]: group.chain.refused for group in groups if group.chain.refused}
        self._must_be_gone(refused)
        found = [(owner, row) for group in groups for owner, row in self._owned(group)]
        return Page(
            records=tuple(
                _record(owner, row) for owner, row in sorted(found, key=lambda one: one[0])
            ),
            served_at=served_at,
            owners=tuple(str(o) for g in groups if not g.chain.refused for o in g.owners),
        )

    def _owned(self, group: _Group) -> Iterator[tuple[int, RawRow]]:
        for row in group.chain.rows:
            owner = whole(row.values[0], f"{self._shape.method}: a row's ownerId")
            if owner not in group.owners:
                msg = "the portal answers with rows of other owners"
                raise ContractBroken(msg, source=SOURCE_NAME, method=self._shape.method)
            yield owner, row

    def _must_be_gone(self, refused: dict[int, Refusal]) -> None:
        """Raise the refusal of an owner that is still there.

        Raises:
            ConnectorError: what the portal said.
        """
        listing = self._shape.owners
        rows = RawRows(listing.method, listing.key, listing.wrapper)
        chains = Chains(
            self._reading.portal, listing.method, rows, in_flight=self._reading.in_flight
        )
        for some in slices(list(refused), PAGE_SIZE):
            ids = {f"@{listing.key}": list(some)}
            text = listing.page(ids, only_key=True)
            chain = Chain(page=lambda _after, text=text: text, most=len(some))
            chains.read([chain])
            for row in chain.rows:
                if row.id in refused:
                    raise refused[row.id].as_error(self._shape.method)

    def _learn(self, groups: Sequence[_Group]) -> None:
        """Find out whether owners may be asked together, and how many of them are worth it."""
        with self._together.lock:
            if self._together.works is None:
                self._together.works = self._tried(groups)
        if self._together.works:
            owners = sum(len(group.owners) for group in groups)
            rows = sum(len(group.chain.rows) for group in groups)
            wanted = int(_ROWS_TOGETHER * owners / max(rows, 1))
            self._size = max(1, min(_MOST_TOGETHER, wanted))

    def _tried(self, groups: Sequence[_Group]) -> bool | None:
        """Ask for two owners at once, of which one has rows; None where there are no such two."""
        there = [group for group in groups if group.chain.refused is None]
        there.sort(key=lambda group: len(group.chain.rows), reverse=True)
        if len(there) < 2 or not there[0].chain.rows:
            return None
        first, second = there[0].owners[0], there[1].owners[0]
        known = sorted(row.id for group in there[:2] for row in group.chain.rows)
        pairs = [
            Chain(page=partial(self._shape.page, pair))
            for pair in ((first, second), (second, first))
        ]
        self._chains.read(pairs)
        return all(
            pair.refused is None and [row.id for row in pair.rows] == known for pair in pairs
        )


def _record(owner: int, row: RawRow) -> Record:
    written = row.json.record()
    return Record(key=f"{owner}:{row.id}", payload=written.payload, original=written.original)
