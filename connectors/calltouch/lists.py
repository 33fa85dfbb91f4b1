"""What is asked of Calltouch, and how its answers are read: the diary of calls, the requests.

With `page` and `limit` the diary serves up to three months and answers with an object that states
how many records there are; without them it serves a single day as a bare array. Requests always
come as a bare array. Records land as the bytes that were sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import msgspec

from connectors.calltouch import dialects
from connectors.calltouch.verdicts import broken, refusal
from connectors.http import Answer
from connectors.json_stream import NotJson
from connectors.raw_json import Json, decoded
from connectors.stream import Days, Record

PAGE_LIMIT = 1000
"""What the diary serves at most in one page."""

_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CallList:
    """One of the two lists.

    Args:
        method: our word for it in errors and counters.
        path: below the base URL, with a place for the site.
        has_pages: whether it is served page by page, with a count.
        dialect: writes a day as the list takes it.
        flags: what is asked for beyond the bare record.
        read: finds key and day of a record.
    """

    method: str
    path: str
    has_pages: bool
    dialect: Callable[[date], str]
    flags: Mapping[str, str]
    read: Callable[[msgspec.Raw], tuple[str, date]]

    def params(self, days: Days) -> dict[str, str]:
        """Return the query of a window, without the token."""
        return {
            "dateFrom": self.dialect(days.first),
            "dateTo": self.dialect(days.last),
            **self.flags,
        }


class _Call(msgspec.Struct, frozen=True, rename="camel"):
    call_id: int
    date: str


class _Request(msgspec.Struct, frozen=True, rename="camel"):
    request_id: int
    date: int


class _Page(msgspec.Struct, frozen=True, rename="camel"):
    page: int
    page_total: int
    records_total: int
    records: list[msgspec.Raw]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The records of one answer.

    Args:
        records: as they came.
        pages: how many pages there are.
        total: how many records there are in all pages; None where the list does not count.
    """

    records: tuple[Record, ...]
    pages: int = 1
    total: int | None = None


_pages = msgspec.json.Decoder(_Page)
_arrays = msgspec.json.Decoder(list[msgspec.Raw])
_calls = msgspec.json.Decoder(_Call)
_requests = msgspec.json.Decoder(_Request)


def reader(asked: CallList) -> Callable[[Answer], Found]:
    """Return what reads an answer of a list.

    Raises (the reader):
        ContractBroken: the answer is not as documented.
        ConnectorError: see `verdicts.py`.
    """

    def read(answer: Answer) -> Found:
        if answer.status != _OK:
            raise refusal(answer, asked.method)
        body = answer.body()
        try:
            if asked.has_pages:
                page, is_marked = decoded(body, _pages)
                records = _records(page.records, asked, is_marked=is_marked)
                return Found(records=records, pages=page.page_total, total=page.records_total)
            rows, is_marked = decoded(body, _arrays)
            return Found(records=_records(rows, asked, is_marked=is_marked))
        except NotJson:
            failure = broken("the answer is not what this list is documented to be", asked.method)
        except (msgspec.DecodeError, ValueError):
            failure = broken("a record has no id, or no moment as documented", asked.method)
        raise failure

    return read


def _records(rows: list[msgspec.Raw], asked: CallList, *, is_marked: bool) -> tuple[Record, ...]:
    records: list[Record] = []
    for row in rows:
        key, day = asked.read(row)
        written = Json(row, is_marked).record()
        records.append(
            Record(
                key=key,
                payload=written.payload,
                cursor=datetime.combine(day, time(), UTC),
                original=written.original,
            )
        )
    return tuple(records)


def _call(row: msgspec.Raw) -> tuple[str, date]:
    call = _calls.decode(row)
    return str(call.call_id), dialects.day_of_call(call.date)


def _request(row: msgspec.Raw) -> tuple[str, date]:
    request = _requests.decode(row)
    return str(request.request_id), dialects.day_of_request(request.date)


CALLS = CallList(
    method="calls-diary",
    path="calls-service/RestAPI/{site}/calls-diary/calls",
    has_pages=True,
    dialect=dialects.for_calls,
    flags={
        "withCallTags": "true",
        "withYandexDirect": "true",
        "withGoogleAdwords": "true",
        "withOrders": "true",
    },
    read=_call,
)

REQUESTS = CallList(
    method="requests",
    path="calls-service/RestAPI/requests/",
    has_pages=False,
    dialect=dialects.for_requests,
    flags={"withYandexDirect": "true", "withGoogleAdwords": "true", "withRequestTags": "true"},
    read=_request,
)
