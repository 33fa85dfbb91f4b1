"""What a load will cost, told beforehand: rows, requests, minutes.

The portal counts the rows, in one request for one stream; a page is read to see how long it takes.
From there it is arithmetic over the portal's two limits: requests a second, and execution time of a
method in ten minutes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.bitrix24.budget import ALLOWED_SECONDS, MOST_COMMANDS
from connectors.bitrix24.chains import slices
from connectors.bitrix24.listings import (
    PAGE_SIZE,
    Daily,
    Dictionary,
    DictionaryPerType,
    Listing,
    ListingPerType,
    ProductRows,
    Shape,
)
from connectors.bitrix24.portal import Parts, Portal
from connectors.bitrix24.reading import Part, Reading
from connectors.bitrix24.settings import Pace
from connectors.bitrix24.walk import Span
from connectors.raw_json import Json
from connectors.stream import Changes

_WINDOW_SECONDS = 600.0
_OVERHEAD_REQUESTS = 3
_MINUTE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a load will cost.

    Args:
        rows: how many there are now; None where the portal does not count.
        requests: HTTP requests.
        seconds: how long it will take at least.
    """

    rows: int | None
    requests: int
    seconds: float

    def __str__(self) -> str:
        if self.rows is None:
            return "an unknown number of rows: the portal does not count them"
        requests = "1 request" if self.requests == 1 else f"{self.requests:,} requests"
        minutes = math.ceil(self.seconds / _MINUTE)
        took = "less than a minute" if minutes <= 1 else f"about {minutes:,} minutes"
        return f"{self.rows:,} rows, {requests}, {took}"


def estimate(reading: Reading, stream: str, shape: Shape, changes: Changes, pace: Pace) -> str:
    """Say what reading a window of a stream will cost.

    Raises:
        ConnectorError: see `errors.py`.
    """
    match shape:
        case Listing() | ListingPerType():
            rows, page_seconds = _counted(reading, stream, reading.parts(shape), changes)
            return str(forecast(rows, page_seconds, pace, reading.in_flight.batches))
        case ProductRows():
            part = Part(name="", listing=shape.owners)
            rows, page_seconds = _counted(reading, shape.owners_stream, (part,), changes)
            owners = forecast(rows, page_seconds, pace, reading.in_flight.batches)
            return f"product rows of {_at_most(owners, pace)}"
        case Dictionary() | Daily():
            return "one request"
        case DictionaryPerType():
            return "a few requests"


def _at_most(owners: Forecast, pace: Pace) -> str:
    """Say what product rows cost where owners have to be asked one by one."""
    if owners.rows is None:
        return "an unknown number of items"
    requests = owners.requests + math.ceil(owners.rows / MOST_COMMANDS)
    minutes = math.ceil(max(0.0, requests - pace.burst) / pace.per_second / _MINUTE)
    took = "less than a minute" if minutes <= 1 else f"at most {minutes:,} minutes"
    return f"{owners.rows:,} items, at most {requests:,} requests, {took}"


def _counted(
    reading: Reading, stream: str, parts: Sequence[Part], changes: Changes
) -> tuple[int, float]:
    """Return how many rows a window holds and how many seconds a page of them takes.

    The count is negative where the portal gave none. It is what the portal says, and it has been
    wrong before: nothing but a forecast rests on it.
    """
    passages = [
        (part.listing, {**conditions, **_bounds(part.listing, span)})
        for part in parts
        for conditions, span in reading.passages(stream, parts, part, changes)
    ]
    found, slowest = 0, 0.0
    for some in slices(passages, MOST_COMMANDS // 2):
        counted, seconds = _count(reading.portal, some)
        found = -1 if min(found, counted) < 0 else found + counted
        slowest = max(slowest, seconds)
    return found, slowest


def _bounds(listing: Listing, span: Span) -> Mapping[str, object]:
    upper = {} if span.upto is None else {f"<={listing.key}": span.upto}
    return {f">{listing.key}": span.after, **upper}


def _count(
    portal: Portal, passages: Sequence[tuple[Listing, Mapping[str, object]]]
) -> tuple[int, float]:
    method = passages[0][0].method

    def build(_has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
        counts = {
            f"count{number}": listing.page(conditions, only_key=True, counted=True)
            for number, (listing, conditions) in enumerate(passages)
        }
        samples = {
            f"page{number}": listing.page(conditions)
            for number, (listing, conditions) in enumerate(passages)
        }
        return counts | samples

    def convert(_name: str, _page: Json) -> None:
        return None

    def conclude(parts: Parts[None]) -> tuple[int, float]:
        for refused in parts.refusals.values():
            raise portal.error(refused, method, parts.time)
        totals = [parts.totals.get(f"count{number}", -1) for number in range(len(passages))]
        seconds = [took for name, took in parts.seconds.items() if name.startswith("page")]
        page = max(seconds, default=parts.time.seconds or 0.0)
        return (-1 if min(totals) < 0 else sum(totals)), page

    return portal.batch(method, build, convert, conclude, halt=False)


def forecast(rows: int, page_seconds: float, pace: Pace, in_flight: int) -> Forecast:
    """Return what so many rows will cost.

    Args:
        rows: as counted; negative where unknown.
        page_seconds: execution time of one page.
        pace: the portal's limit of requests.
        in_flight: batches that are asked at once.
    """
    if rows < 0:
        return Forecast(rows=None, requests=0, seconds=0.0)
    pages = rows // PAGE_SIZE + 1
    requests = math.ceil(pages / MOST_COMMANDS) + _OVERHEAD_REQUESTS
    by_limiter = max(0.0, requests - pace.burst) / pace.per_second
    running = pages * page_seconds
    by_budget = max(0.0, running - ALLOWED_SECONDS) * _WINDOW_SECONDS / ALLOWED_SECONDS
    return Forecast(
        rows=rows,
        requests=requests,
        seconds=max(by_limiter, by_budget, running / in_flight),
    )
