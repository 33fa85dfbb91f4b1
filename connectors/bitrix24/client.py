"""One portal, open for reading through an inbound webhook.

What a portal can do is asked once, before the first rows (`probe.py`). An incremental window is two
walks: what changed since a moment, and whatever has a larger id than the newest known, because a
restored deal keeps its old modification time.

Not here: requests and errors (`portal.py`), paging (`walk.py`), what is listed (`streams.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import cast

import httpx

from connectors import json_stream
from connectors.bitrix24.budget import Depth, OperatingBudget
from connectors.bitrix24.envelope import moment
from connectors.bitrix24.forecast import count, forecast
from connectors.bitrix24.listings import SOURCE_NAME, Dictionary, Listing, rows
from connectors.bitrix24.portal import Portal
from connectors.bitrix24.probe import Capabilities, probe
from connectors.bitrix24.settings import Settings
from connectors.bitrix24.walk import Span, Walk
from connectors.errors import ContractBroken
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience
from connectors.limiter import SharedBucket
from connectors.stream import (
    Account,
    Changes,
    Page,
    Record,
    SourceTotal,
    Stream,
    Traffic,
    Window,
)

IN_FLIGHT = 4
"""Batches asked at once: a heavy batch takes seconds, so a few of them fill the portal's pace."""

Row = Mapping[str, object]


class Bitrix24:
    """One configured portal.

    Args:
        account: as configured.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
        in_flight: how many batches are asked at once.
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
        self._in_flight = in_flight
        self._traffic = Traffic()
        self._http = HttpClient(
            source=SOURCE_NAME,
            base_url=settings.webhook_url,
            traffic=self._traffic,
            limiter=SharedBucket(
                Path(account.shared) / f"pace-{_name(settings.host)}.json",
                capacity=self._pace.burst,
                per_second=self._pace.per_second,
                sleep=patience.sleep,
            ),
            transport=transport,
            patience=patience,
        )
        budget = OperatingBudget(self._traffic, clock=patience.clock, sleep=patience.sleep)
        self._portal = Portal(self._http, budget)
        self._depths: dict[str, Depth] = {}
        self._found: Capabilities | None = None

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return the streams that this portal cannot serve, each with the reason.

        Raises:
            ConnectorError: the portal does not answer, or does not know the webhook.
        """
        return self._capabilities().unavailable

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield the records of a window, in the order of their ids; see `stream.Client`."""
        listing = stream.request["listing"]
        if isinstance(listing, Dictionary):
            yield from self._read_whole(listing)
            return
        changes = window if isinstance(window, Changes) else Changes()
        for span, conditions in self._walks(stream, changes):
            walk = self._walk(_listing(stream), conditions)
            for chunk in walk.chunks(span):
                yield Page(
                    records=chunk.rows, served_at=chunk.served_at, resume_key=str(chunk.last)
                )

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Yield every id that the portal shows now; see `stream.Client`."""
        listing = _listing(stream)
        walk = Walk(
            self._portal,
            listing,
            {},
            lambda row: str(listing.id_of(row)),
            depth=self._depth(f"{stream.name} keys"),
            in_flight=self._in_flight,
            only_keys=True,
        )
        for chunk in walk.chunks(Span(after=0, upto=None)):
            yield chunk.rows

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return nothing: a portal's counts say what it shows, not what is true."""
        del stream, window
        return ()

    def estimate(self, stream: Stream, window: Window) -> str:
        """Say how many rows, requests and minutes a window will take.

        Raises:
            ConnectorError: the portal does not answer.
        """
        listing = stream.request["listing"]
        if not isinstance(listing, Listing) or not isinstance(window, Changes):
            return "one request"
        found, page_seconds = 0, 0.0
        for span, conditions in self._walks(stream, window):
            above = {**conditions, f">{listing.key}": span.after} if span.after else conditions
            counted, seconds = count(self._portal, listing, above)
            found, page_seconds = found + counted, max(page_seconds, seconds)
        return str(forecast(found, page_seconds, self._pace, self._in_flight))

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def _capabilities(self) -> Capabilities:
        if self._found is None:
            self._found = probe(self._portal)
        return self._found

    def _walks(self, stream: Stream, window: Changes) -> Iterator[tuple[Span, dict[str, object]]]:
        """Yield where to walk, and under which further conditions."""
        listing = _listing(stream)
        conditions: dict[str, object] = {}
        if window.created_from is not None and listing.created is not None:
            dialect = self._capabilities().dialect(stream.name, listing.method)
            first = datetime.combine(window.created_from, time(), dialect.zone)
            conditions[f">={listing.created}"] = dialect.spell(first)
        if window.since is not None and listing.changed is not None:
            dialect = self._capabilities().dialect(stream.name, listing.method)
            # Where one field is both, the later of the two bounds is the one that counts.
            since = {f">={listing.changed}": dialect.spell(window.since)}
            yield Span(after=0, upto=None), {**conditions, **since}
            if window.newest_key is not None:
                yield Span(after=int(window.newest_key), upto=None), conditions
            return
        yield Span(after=int(window.after_key or 0), upto=None), conditions

    def _walk(self, listing: Listing, conditions: Mapping[str, object]) -> Walk[Record]:
        return Walk(
            self._portal,
            listing,
            conditions,
            lambda row: _record(row, str(listing.id_of(row)), listing.changed),
            depth=self._depth(f"{listing.method} {listing.fixed}"),
            in_flight=self._in_flight,
        )

    def _depth(self, name: str) -> Depth:
        return self._depths.setdefault(name, Depth())

    def _read_whole(self, listing: Dictionary) -> Iterator[Page]:
        start: int | None = 0
        while start is not None:
            asked = {**listing.fixed, listing.start: start} if start else dict(listing.fixed)
            answer = self._portal.call(listing.method, asked)
            found = rows(answer.result, listing.wrapper, listing.method)
            yield Page(
                records=tuple(_record(row, _key(row, listing), None) for row in found),
                served_at=answer.time.started_at,
            )
            if answer.next is not None and answer.next <= start:
                msg = "the portal serves the same page again"
                raise ContractBroken(msg, source=SOURCE_NAME, method=listing.method)
            start = answer.next if found else None


def _listing(stream: Stream) -> Listing:
    listing = stream.request["listing"]
    if not isinstance(listing, Listing):
        msg = f"{stream.name} is read whole and has no ids to walk along"
        raise TypeError(msg)
    return listing


def _key(row: Row, listing: Dictionary) -> str:
    key = row.get(listing.key)
    if key is None or key == "":
        msg = f"a row has no {listing.key}"
        raise ContractBroken(msg, source=SOURCE_NAME, method=listing.method)
    return str(key)


def _record(row: Row, key: str, changed: str | None) -> Record:
    written = json_stream.record_json(row)
    at = None if changed is None else moment(row.get(changed))
    return Record(
        key=key,
        payload=written.payload,
        cursor=None if at is None else at.astimezone(UTC),
        original=written.original,
    )


def _name(host: str) -> str:
    """Name the portal's file: two names of one portal would be two budgets of one portal."""
    return hashlib.sha256(host.encode()).hexdigest()[:16]
