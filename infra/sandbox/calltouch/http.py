"""The routes of Calltouch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.sandbox import tracker_records
from infra.sandbox.calltouch.dates import DAY_FIRST, MONTH_FIRST, read_day
from infra.sandbox.payload_text import encode
from infra.sandbox.store import Store

TRACKER = "calltouch"
LONGEST = timedelta(days=92)
PAGE_LIMIT = 1000

_ON_REQUEST = {
    "withCallTags": "callTags",
    "withRequestTags": "RequestTags",
    "withYandexDirect": "yandexDirect",
    "withGoogleAdwords": "googleAdWords",
    "withOrders": "orders",
}
"""Members that come only where they are asked for."""


class Refused(Exception):
    """A request that is refused.

    Args:
        status: the HTTP status.
        said: what the API says.
    """

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


@dataclass(frozen=True, slots=True)
class Calltouch:
    """Serves the site of a world."""

    store: Store

    async def calls(self, request: Request) -> Response:
        """Serve the diary of calls, days as dd/mm/yyyy."""
        try:
            return _json(self._calls(request))
        except Refused as error:
            return _json({"errorCode": error.status, "message": str(error)}, error.status)

    async def requests(self, request: Request) -> Response:
        """Serve the requests, days as mm/dd/yyyy, always as a bare array."""
        try:
            query = request.query_params
            self._let_in(query.get("siteId", ""), query.get("clientApiId", ""))
            first, last = _window(query, MONTH_FIRST)
            return _json(self._records("requests", first, last, query))
        except Refused as error:
            return _json({"errorCode": error.status, "message": str(error)}, error.status)

    def _calls(self, request: Request) -> object:
        query = request.query_params
        self._let_in(request.path_params["site"], query.get("clientApiId", ""))
        first, last = _window(query, DAY_FIRST)
        if "page" not in query or "limit" not in query:
            if first != last:
                raise Refused(400, "without page and limit a single day is served")
            return self._records("calls", first, last, query)
        page, limit = int(query["page"]), int(query["limit"])
        if not 1 <= limit <= PAGE_LIMIT or page < 1:
            raise Refused(400, "limit is 1 to 1000")
        found = self._records("calls", first, last, query)
        return {
            "page": page,
            "pageTotal": max(1, -(-len(found) // limit)),
            "pageSize": limit,
            "recordsTotal": len(found),
            "records": found[(page - 1) * limit : page * limit],
        }

    def _records(
        self, kind: str, first: date, last: date, query: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        hidden = {name for flag, name in _ON_REQUEST.items() if query.get(flag) != "true"}
        found = tracker_records.of_days(self.store, TRACKER, kind, f"{first}", f"{last}")
        return [{k: v for k, v in one.items() if k not in hidden} for one in found]

    def _let_in(self, site: str, token: str) -> None:
        if token != self.store.meta("calltouch_token"):
            raise Refused(403, "access denied")
        if site != self.store.all_meta().get("calltouch_site_id", "1"):
            raise Refused(404, "site not found")


def routes(store: Store) -> list[Route]:
    """Return the routes of a world's site."""
    calltouch = Calltouch(store)
    return [
        Route("/calls-service/RestAPI/{site}/calls-diary/calls", calltouch.calls),
        Route("/calls-service/RestAPI/requests/", calltouch.requests),
    ]


def _window(query: Mapping[str, str], dialect: str) -> tuple[date, date]:
    try:
        first, last = (read_day(query.get(name, ""), dialect) for name in ("dateFrom", "dateTo"))
    except ValueError:
        raise Refused(400, "wrong date format") from None
    if last < first or last - first > LONGEST:
        raise Refused(400, "the period is longer than three months")
    return first, last


def _json(document: object, status: int = 200) -> Response:
    text = (
        "[" + ",".join(map(encode, document)) + "]"
        if isinstance(document, list)
        else encode(document)  # pyright: ignore[reportArgumentType]
    )
    return Response(text, status_code=status, media_type="application/json")
