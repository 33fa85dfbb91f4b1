"""What a load will cost, told beforehand: rows, requests, minutes.

The portal counts the rows, in one request for one stream; a page is read to see how long it takes.
From there it is arithmetic over the portal's two limits: requests a second, and execution time of a
method in ten minutes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.bitrix24.budget import ALLOWED_SECONDS, MOST_COMMANDS
from connectors.bitrix24.listings import PAGE_SIZE, Listing
from connectors.bitrix24.portal import Parts, Portal
from connectors.bitrix24.settings import Pace
from connectors.raw_json import Json

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


def count(portal: Portal, listing: Listing, conditions: Mapping[str, object]) -> tuple[int, float]:
    """Return how many rows a filter matches and how many seconds a page of them takes.

    The count is -1 where the portal gave none. It is what the portal says, and it has been wrong
    before: nothing but a forecast rests on it.
    """

    def build(_has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
        return {
            "count": listing.page(conditions, only_key=True, counted=True),
            "page": listing.page(conditions),
        }

    def convert(_name: str, page: Json) -> int:
        return len(listing.rows(page.plain()))

    def conclude(parts: Parts[int]) -> tuple[int, float]:
        for refused in parts.refusals.values():
            raise portal.error(refused, listing.method, parts.time)
        seconds = parts.seconds.get("page", parts.time.seconds or 0.0)
        return parts.totals.get("count", -1), seconds

    return portal.batch(listing.method, build, convert, conclude, halt=False)


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
