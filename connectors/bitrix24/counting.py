"""What a comparison of keys needs: counts of spans of ids, their ids, and records by id.

The `total` of a list has been wrong before (bitrix24/b24phpsdk#144), so nothing is concluded from
it but where to look: what is gone and what is missing is told by ids that were listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import groupby

from connectors.bitrix24.budget import MOST_COMMANDS
from connectors.bitrix24.chains import Chain, Chains, slices
from connectors.bitrix24.listed import raw_rows, record, within
from connectors.bitrix24.listings import PAGE_SIZE, SOURCE_NAME, Listing, ListingPerType
from connectors.bitrix24.portal import Parts
from connectors.bitrix24.reading import Conditions, Reading, number_of
from connectors.errors import ContractBroken
from connectors.raw_json import Json
from connectors.stream import KeySpan, Page, Stream


class Counter:
    """Counts one stream and reads it by ids.

    Args:
        reading: the portal.
        stream: the stream, for the dialect of its filter.
        shape: its listing or listings.
    """

    def __init__(self, reading: Reading, stream: Stream, shape: Listing | ListingPerType) -> None:
        self._reading = reading
        self._stream = stream.name
        self._parts = {part.name: part for part in reading.parts(shape)}
        self._listing = next((part.listing for part in self._parts.values()), None)

    def counts(
        self, spans: Sequence[KeySpan], *, created_from: date | None
    ) -> tuple[int, ...] | None:
        """Return how many rows each span holds; None where the portal tells no total.

        A part that the portal does not have any more holds none.

        Raises:
            ConnectorError: see `portal.py`.
        """
        created = self._created(created_from)
        asked = [
            (place, self._page(span, created, counted=True)(span.after))
            for place, span in enumerate(spans)
            if span.part in self._parts
        ]
        found: dict[int, int | None] = {}
        batches = list(slices(asked, MOST_COMMANDS))
        with ThreadPoolExecutor(
            self._reading.in_flight.batches, thread_name_prefix=SOURCE_NAME
        ) as pool:
            for part in pool.map(self._count, batches):
                found |= part
        totals = [found.get(place, 0) for place in range(len(spans))]
        known = tuple(total for total in totals if total is not None)
        return known if len(known) == len(totals) else None

    def keys_in(
        self, spans: Sequence[KeySpan], *, created_from: date | None
    ) -> Iterator[tuple[str, ...]]:
        """Yield the keys that the spans hold now.

        Raises:
            ContractBroken: the portal ignores order or filter by id.
            ConnectorError: see `portal.py`.
        """
        created = self._created(created_from)
        there = [span for span in spans if span.part in self._parts]
        if self._listing is None or not there:
            return
        chains = self._chains(self._listing, only_keys=True)
        for some in slices(there, chains.at_once):
            lists = [Chain(page=self._page(span, created), after=span.after) for span in some]
            chains.read(lists)
            for span, chain in zip(some, lists, strict=True):
                if chain.after > span.upto and chain.rows:
                    msg = "the portal ignores the filter by id"
                    raise self._broken(msg)
                part = self._parts[span.part]
                yield tuple(part.key(row.id) for row in chain.rows)

    def records_of(self, keys: Sequence[str]) -> Iterator[Page]:
        """Yield the records of some keys, a page for each fifty of them at most.

        Raises:
            ContractBroken: the portal answers with other rows.
            ConnectorError: see `portal.py`.
        """
        wanted = [
            (part, ids)
            for name, some in groupby(sorted(keys, key=_place), lambda key: _place(key)[0])
            if (part := self._parts.get(name)) is not None
            for ids in slices([number_of(key) for key in some], PAGE_SIZE)
        ]
        if self._listing is None or not wanted:
            return
        chains = self._chains(self._listing)
        for group in slices(wanted, chains.at_once):
            lists = [Chain(page=_of_ids(part.listing, ids), most=len(ids)) for part, ids in group]
            served_at = chains.read(lists)
            for (part, ids), chain in zip(group, lists, strict=True):
                if not {row.id for row in chain.rows} <= set(ids):
                    msg = "the portal ignores the filter by ids"
                    raise self._broken(msg)
                records = tuple(record(part, row) for row in chain.rows)
                yield Page(records=records, served_at=served_at)

    def _count(self, commands: Sequence[tuple[int, str]]) -> dict[int, int | None]:
        """Count, in smaller batches where the portal fails at a large one."""
        listing = self._parts_listing()
        asked = commands

        def build(has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
            nonlocal asked
            if has_failed:
                asked = asked[: max(1, len(asked) // 2)]
            return {f"c{place}": text for place, text in asked}

        def convert(_name: str, page: Json) -> int:
            return len(raw_rows(listing, only_keys=True).cut(page))

        def conclude(parts: Parts[int]) -> dict[int, int | None]:
            for refused in parts.refusals.values():
                raise self._reading.portal.error(refused, listing.method, parts.time)
            return {place: _total(parts, f"c{place}") for place, _ in asked}

        found = self._reading.portal.batch(listing.method, build, convert, conclude, halt=False)
        rest = commands[len(asked) :]
        return found | self._count(rest) if rest else found

    def _created(self, day: date | None) -> Mapping[str, Conditions]:
        parts = tuple(self._parts.values())
        return {part.name: self._reading.created(self._stream, parts, part, day) for part in parts}

    def _page(
        self, span: KeySpan, created: Mapping[str, Conditions], *, counted: bool = False
    ) -> Callable[[int], str]:
        listing = self._parts[span.part].listing

        def page(after: int) -> str:
            conditions = within(listing, created[span.part], after, span.upto)
            return listing.page(conditions, only_key=True, counted=counted)

        return page

    def _chains(self, listing: Listing, *, only_keys: bool = False) -> Chains:
        return Chains(
            self._reading.portal,
            listing.method,
            raw_rows(listing, only_keys=only_keys),
            in_flight=self._reading.in_flight,
        )

    def _parts_listing(self) -> Listing:
        return next(iter(self._parts.values())).listing

    def _broken(self, said: str) -> ContractBroken:
        return ContractBroken(said, source=SOURCE_NAME, method=self._parts_listing().method)


def _total(parts: Parts[int], name: str) -> int | None:
    """Return a total; None where there is none, or it is less than the page holds."""
    rows = parts.results.get(name)
    total = parts.totals.get(name, 0 if rows == 0 else None)
    return None if rows is None or total is None or total < rows else total


def _of_ids(listing: Listing, ids: Sequence[int]) -> Callable[[int], str]:
    def page(_after: int) -> str:
        return listing.page({f"@{listing.key}": list(ids)})

    return page


def _place(key: str) -> tuple[str, int]:
    return key.rpartition("/")[0], number_of(key)
