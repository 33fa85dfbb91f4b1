"""One portal, open for reading: each stream by the reader of its shape.

Not here: how a window becomes filters (`reading.py`), how rows are read (`listed.py`,
`product_rows.py`, `dictionaries.py`), how they are compared (`counting.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import cast

import httpx

from connectors.bitrix24 import dictionaries, forecast, listed, product_rows
from connectors.bitrix24.access import Access, open_access
from connectors.bitrix24.budget import OperatingBudget
from connectors.bitrix24.checkup import examine
from connectors.bitrix24.counting import Counter
from connectors.bitrix24.in_flight import InFlight
from connectors.bitrix24.listings import (
    Daily,
    Dictionary,
    DictionaryPerType,
    Listing,
    ListingPerType,
    ProductRows,
    Shape,
)
from connectors.bitrix24.portal import Portal
from connectors.bitrix24.reading import Reading
from connectors.bitrix24.settings import Settings
from connectors.findings import Finding
from connectors.http import DEFAULT_PATIENCE, Patience
from connectors.stream import Account, Changes, KeySpan, Page, SourceTotal, Stream, Traffic, Window

_ATTEMPTS_OF_A_CHECK = 2


class Bitrix24:
    """Reads one portal.

    Every process on this machine that asks the same portal shares one bucket, whichever webhook
    and account it uses: the portal counts by the address that asks.

    Args:
        account: as configured.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
        in_flight: batches that are asked at once; None lets their number follow the answer time.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        in_flight: int | None = None,
    ) -> None:
        self._account = account
        self._settings = cast("Settings", account.settings)
        self._transport = transport
        self._patience = patience
        self._in_flight = InFlight(in_flight)
        self._traffic = Traffic()
        self._access = self._opened(patience)
        self._reading = self._reading_over(self._access)
        self._together = product_rows.Together()

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return the streams that this webhook cannot read, each with the reason.

        Raises:
            ConnectorError: the portal does not answer, or does not know the webhook.
        """
        return self._reading.capabilities().unavailable

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield the records of a window, batch by batch.

        Raises:
            ConnectorError: see `errors.py`.
        """
        changes = _changes(window)
        match _shape(stream):
            case Listing() | ListingPerType() as shape:
                yield from listed.pages(self._reading, stream.name, shape, changes)
            case ProductRows() as shape:
                yield from product_rows.pages(
                    self._reading, stream.name, shape, changes, self._together
                )
            case Dictionary() as shape:
                yield from dictionaries.whole_pages(self._reading, shape)
            case DictionaryPerType() as shape:
                yield from dictionaries.pages_per_type(self._reading, shape)
            case Daily() as shape:
                yield from dictionaries.daily_pages(self._reading, shape)

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Yield every key that the webhook sees now, without the rows where the method allows it.

        Raises:
            ConnectorError: see `errors.py`.
        """
        shape = _listed(stream)
        yield from listed.keys(self._reading, stream.name, shape)

    def counts(
        self, stream: Stream, spans: Sequence[KeySpan], *, created_from: date | None
    ) -> tuple[int, ...] | None:
        """Return how many rows each span holds; None where the portal tells no total.

        Raises:
            ConnectorError: see `errors.py`.
        """
        return self._counter(stream).counts(spans, created_from=created_from)

    def keys_in(
        self, stream: Stream, spans: Sequence[KeySpan], *, created_from: date | None
    ) -> Iterator[tuple[str, ...]]:
        """Yield the keys that the spans hold now.

        Raises:
            ConnectorError: see `errors.py`.
        """
        yield from self._counter(stream).keys_in(spans, created_from=created_from)

    def records_of(self, stream: Stream, keys: Sequence[str]) -> Iterator[Page]:
        """Yield the records of some keys.

        Raises:
            ConnectorError: see `errors.py`.
        """
        yield from self._counter(stream).records_of(keys)

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
        return forecast.estimate(
            self._reading, stream.name, _shape(stream), _changes(window), self._settings.plan.pace
        )

    def check(self) -> Iterator[Finding]:
        """Yield what is right and wrong with the account, for a person, who does not wait long."""
        brief = replace(self._patience, attempts=_ATTEMPTS_OF_A_CHECK)
        with closing(self._opened(brief)) as access:
            yield from examine(self._reading_over(access), self._settings, self._traffic)

    def close(self) -> None:
        """Release connections."""
        self._access.close()

    def _opened(self, patience: Patience) -> Access:
        return open_access(
            self._account, traffic=self._traffic, transport=self._transport, patience=patience
        )

    def _reading_over(self, access: Access) -> Reading:
        budget = OperatingBudget(
            self._traffic, clock=self._patience.clock, sleep=self._patience.sleep
        )
        return Reading(Portal(access, budget), in_flight=self._in_flight)

    def _counter(self, stream: Stream) -> Counter:
        return Counter(self._reading, stream, _listed(stream))


def _changes(window: Window) -> Changes:
    if isinstance(window, Changes):
        return window
    msg = "a portal is asked for changes, not for days"
    raise TypeError(msg)


def _shape(stream: Stream) -> Shape:
    return cast("Shape", stream.request["shape"])


def _listed(stream: Stream) -> Listing | ListingPerType:
    shape = _shape(stream)
    if isinstance(shape, Listing | ListingPerType):
        return shape
    msg = f"the rows of {stream.name} have no ids to compare"
    raise TypeError(msg)
