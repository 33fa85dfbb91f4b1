"""One portal, open for reading: streams and windows onto walks, rows onto records.

Cursor honesty: a modification time says that a row changed, not that it is new. A deal restored
from the recycle bin gets a new id and keeps its old times, and an import may set times in the past;
so a run reads what was modified since the last one *and* every id above the largest one known. Not
seen by either: amounts in the account's currency after a change of rate, and stage semantics after
a stage was edited, both of which the portal rewrites without touching the modification time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import cast

import httpx

from connectors.bitrix24.access import open_access
from connectors.bitrix24.budget import Depth, OperatingBudget
from connectors.bitrix24.envelope import moment
from connectors.bitrix24.forecast import count, forecast
from connectors.bitrix24.listings import SOURCE_NAME, Dictionary, Listing, whole
from connectors.bitrix24.portal import Portal
from connectors.bitrix24.probe import Capabilities, probe
from connectors.bitrix24.raw_rows import RawRow, RawRows
from connectors.bitrix24.settings import Settings
from connectors.bitrix24.walk import Span, Walk
from connectors.errors import ContractBroken
from connectors.http import DEFAULT_PATIENCE, Patience
from connectors.raw_json import Json
from connectors.stream import Account, Changes, Page, Record, SourceTotal, Stream, Traffic, Window

IN_FLIGHT = 4
"""Batches asked at once: with answers of a second or two this keeps a portal's limiter busy."""


class Bitrix24:
    """Reads one portal.

    Every process on this machine that asks the same portal shares one bucket, whichever webhook
    and account it uses: the portal counts by the address that asks.

    Args:
        account: as configured.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
        in_flight: batches that are asked at once.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        in_flight: int = IN_FLIGHT,
    ) -> None:
        settings = cast("Settings", account.settings)
        self._pace = settings.plan.pace
        self._traffic = Traffic()
        self._in_flight = in_flight
        self._access = open_access(
            account, traffic=self._traffic, transport=transport, patience=patience
        )
        budget = OperatingBudget(self._traffic, clock=patience.clock, sleep=patience.sleep)
        self._portal = Portal(self._access, budget)
        self._probed: Capabilities | None = None
        self._depths: dict[str, Depth] = {}

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return the streams that this webhook cannot read, each with the reason.

        Raises:
            ConnectorError: the portal does not answer, or does not know the webhook.
        """
        return self._capabilities().unavailable

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield the records of a window, batch by batch, in the order of their ids.

        A run for changes is two walks that share no id: what changed among the known ids, then
        all ids above them.

        Raises:
            ConnectorError: see `errors.py`.
        """
        changes = _changes(window)
        listing = _listing(stream)
        if isinstance(listing, Dictionary):
            yield from self._whole(listing)
            return
        for conditions, span in self._walks(stream.name, listing, changes):
            walk = Walk(
                self._portal,
                listing,
                conditions,
                lambda row: _record(listing, row),
                fields=() if listing.changed is None else (listing.changed,),
                depth=self._depth(stream.name),
                in_flight=self._in_flight,
            )
            for chunk in walk.chunks(span):
                # Of two walks only one goes through the ids in order from the start.
                resume = str(chunk.last) if changes.since is None else None
                yield Page(records=chunk.rows, served_at=chunk.served_at, resume_key=resume)

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Yield every id that the webhook sees now, without the rows where the method allows it."""
        listing = _listing(stream)
        if isinstance(listing, Dictionary):
            for page in self._whole(listing):
                yield tuple(record.key for record in page.records)
            return
        walk = Walk(
            self._portal,
            listing,
            {},
            lambda row: str(row.id),
            depth=self._depth(f"{stream.name} keys"),
            in_flight=self._in_flight,
            only_keys=True,
        )
        for chunk in walk.chunks(Span(after=0, upto=None)):
            yield chunk.rows

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return nothing: the portal's `total` is known to be wrong at times, and costs a pass.

        What holds a landing against the portal is the comparison of keys.
        """
        del stream, window
        return ()

    def estimate(self, stream: Stream, window: Window) -> str:
        """Say how many rows, requests and minutes a window will take.

        Raises:
            ConnectorError: see `errors.py`.
        """
        listing = _listing(stream)
        if isinstance(listing, Dictionary):
            return "one request"
        changes = _changes(window)
        found, page_seconds = 0, 0.0
        for conditions, span in self._walks(stream.name, listing, changes):
            bounds: dict[str, object] = {f">{listing.key}": span.after}
            if span.upto is not None:
                bounds[f"<={listing.key}"] = span.upto
            counted, page_seconds = count(self._portal, listing, {**conditions, **bounds})
            found = counted if min(found, counted) < 0 else found + counted
        return str(forecast(found, page_seconds, self._pace, self._in_flight))

    def close(self) -> None:
        """Release connections."""
        self._access.close()

    def _capabilities(self) -> Capabilities:
        if self._probed is None:
            self._probed = probe(self._portal)
        return self._probed

    def _depth(self, name: str) -> Depth:
        return self._depths.setdefault(name, Depth())

    def _walks(
        self, stream: str, listing: Listing, changes: Changes
    ) -> Iterator[tuple[dict[str, object], Span]]:
        """Yield the filters and spans of ids that together are the window."""
        created: dict[str, object] = {}
        if changes.created_from is not None and listing.created is not None:
            created[f">={listing.created}"] = self._spelled(stream, listing, changes.created_from)
        after = 0 if changes.after_key is None else whole(changes.after_key, "a landed key")
        if changes.since is None or listing.changed is None:
            yield created, Span(after=after, upto=None)
            return
        changed = {**created, f">={listing.changed}": self._spelled(stream, listing, changes.since)}
        if listing.changed == listing.created and created:
            # One field for both: the later bound is the window.
            changed = max((created, changed), key=lambda bound: str(bound[f">={listing.changed}"]))
        known = changes.newest_keys.get("")
        newest = None if known is None else whole(known, "a landed key")
        yield changed, Span(after=after, upto=newest)
        if newest is not None:
            yield created, Span(after=newest, upto=None)

    def _spelled(self, stream: str, listing: Listing, bound: datetime | date) -> str:
        capabilities = self._capabilities()
        if not isinstance(bound, datetime):
            bound = datetime.combine(bound, time.min, tzinfo=capabilities.zone)
        return capabilities.dialect(stream, listing.method).spell(bound)

    def _whole(self, dictionary: Dictionary) -> Iterator[Page]:
        """Read a dictionary; further pages only where the portal names one."""
        seen: set[str] = set()
        start = 0
        while True:
            params = dict(dictionary.fixed)
            if start:
                params[dictionary.start] = start
            answer = self._portal.call(dictionary.method, params)
            records = tuple(
                _entry(dictionary, row)
                for row in RawRows(dictionary.method, "", dictionary.wrapper).cut(answer.json)
            )
            keys = {record.key for record in records}
            if len(keys) < len(records) or keys & seen:
                msg = f"the same {dictionary.key} comes twice"
                raise ContractBroken(msg, source=SOURCE_NAME, method=dictionary.method)
            seen |= keys
            yield Page(records=records, served_at=answer.time.started_at)
            if answer.next is None or answer.next <= start or not records:
                return
            start = answer.next


def _changes(window: Window) -> Changes:
    if isinstance(window, Changes):
        return window
    msg = "a portal is asked for changes, not for days"
    raise TypeError(msg)


def _listing(stream: Stream) -> Listing | Dictionary:
    return cast("Listing | Dictionary", stream.request["shape"])


def _record(listing: Listing, row: RawRow) -> Record:
    written = row.json.record()
    changed = row.values[0] if row.values else None
    return Record(
        key=str(row.id),
        payload=written.payload,
        cursor=None if not changed else _cursor(listing, changed),
        original=written.original,
    )


def _cursor(listing: Listing, value: object) -> datetime:
    at = moment(value)
    if at is None:
        msg = f"{listing.changed} is no instant with an offset"
        raise ContractBroken(msg, source=SOURCE_NAME, method=listing.method)
    return at.astimezone(UTC)


def _entry(dictionary: Dictionary, row: Json) -> Record:
    fields = row.plain()
    if not isinstance(fields, Mapping):
        msg = "a page holds something else than rows"
        raise ContractBroken(msg, source=SOURCE_NAME, method=dictionary.method)
    key = cast("Mapping[str, object]", fields).get(dictionary.key)
    if key is None or isinstance(key, bool) or not str(key).strip():
        msg = f"a row has no {dictionary.key}"
        raise ContractBroken(msg, source=SOURCE_NAME, method=dictionary.method)
    text = str(key).strip()
    written = row.record()
    return Record(
        key=str(int(text)) if text.isascii() and text.isdigit() else text,
        payload=written.payload,
        original=written.original,
    )
