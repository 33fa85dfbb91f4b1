"""Calltouch's two dialects, its paging, its refusals, and its token, which is in every address."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.calltouch import SOURCE, dialects
from connectors.calltouch.client import Calltouch
from connectors.calltouch.lists import CallList
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Deferred,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from connectors.stream import Account, Days, Record
from infra.postgres import Warehouse
from infra.sandbox import tracker_records
from infra.sandbox.calltouch.dates import DAY_FIRST, MONTH_FIRST, read_day
from tests.connectors.canary import leaked, told
from tests.connectors.clock import Clock
from tests.connectors.landed import land, rows, totals
from tests.connectors.tracked import opened, tracked
from tests.infra.sandbox import tracker_world

TOKEN = "canary+of/a=token.0123"
FIFTH = Days(first=date(2026, 11, 5), last=date(2026, 11, 5))
SAMPLE = Path(__file__).parent / "samples" / "constructed_calls_page.json"

Answering = Callable[[httpx.Request], httpx.Response]


def call(number: int, day: str = "05/11/2026", **fields: Any) -> dict[str, Any]:
    return {"callId": number, "date": f"{day} 10:15:42", **fields}


def page(*records: dict[str, Any], total: int | None = None, pages: int = 1) -> httpx.Response:
    stated = len(records) if total is None else total
    body = {"page": 1, "pageTotal": pages, "pageSize": 1000, "recordsTotal": stated}
    return httpx.Response(200, json={**body, "records": records})


def reading(answering: Answering, shared: Path) -> Calltouch:
    settings = SOURCE.settings(token=TOKEN, site_id="17", base_url="https://calltouch.example")
    clock = Clock()
    return Calltouch(
        Account(name="main", settings=settings, shared=str(shared)),
        transport=httpx.MockTransport(answering),
        patience=clock.patience(),
        clock=clock,
    )


def read(found: Calltouch, stream: str = "calls", days: Days = FIFTH) -> list[Record]:
    return [one for page in found.pages(SOURCE.stream(stream), days) for one in page.records]


DATES = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 12, 31))


@given(DATES)
def test_each_list_reads_back_the_day_that_it_was_asked_for(day: date) -> None:
    assert read_day(dialects.for_calls(day), DAY_FIRST) == day
    assert read_day(dialects.for_requests(day), MONTH_FIRST) == day


@given(DATES.filter(lambda day: day.day != day.month))
def test_a_day_in_the_other_dialect_is_never_the_same_day(day: date) -> None:
    for write, dialect in ((dialects.for_calls, MONTH_FIRST), (dialects.for_requests, DAY_FIRST)):
        try:
            assert read_day(write(day), dialect) != day
        except ValueError:
            assert day.day > 12


@given(DATES, st.times(timezones=st.none()))
def test_a_printed_moment_has_the_day_first(day: date, at: Any) -> None:
    assert dialects.day_of_call(f"{day:%d/%m/%Y} {at:%H:%M:%S}") == day


def test_a_request_just_after_midnight_in_moscow_is_of_that_day() -> None:
    at = datetime(2026, 11, 4, 21, 0, tzinfo=UTC)
    assert dialects.day_of_request(int(at.timestamp() * 1000)) == date(2026, 11, 5)
    earlier = int((at - timedelta(milliseconds=1)).timestamp() * 1000)
    assert dialects.day_of_request(earlier) == date(2026, 11, 4)


def test_the_fifth_of_november_is_spelled_by_each_list_in_its_own_way(tmp_path: Path) -> None:
    asked: list[httpx.URL] = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return page(call(1)) if "diary" in request.url.path else httpx.Response(200, json=[])

    found = reading(answering, tmp_path)
    read(found)
    read(found, "requests")
    assert [url.params["dateFrom"] for url in asked] == ["05/11/2026", "11/05/2026"]
    flags = {name for name in asked[0].params if name.startswith("with")}
    assert flags == {"withCallTags", "withYandexDirect", "withGoogleAdwords", "withOrders"}
    assert (asked[0].params["page"], asked[0].params["limit"]) == ("1", "1000")
    assert asked[1].params["siteId"] == "17"


@pytest.mark.parametrize("stream", ["calls", "requests"])
def test_a_swapped_dialect_is_caught_by_what_comes_back(
    tmp_path: Path, warehouse: Warehouse, stream: str
) -> None:
    """The eleventh of May answers in place of the fifth of November: nothing of it lands."""
    asked = SOURCE.stream(stream).request["list"]
    assert isinstance(asked, CallList)
    wrong = dialects.for_requests if stream == "calls" else dialects.for_calls
    swapped = replace(SOURCE.stream(stream), request={"list": replace(asked, dialect=wrong)})
    eleventh = datetime(2026, 5, 11, 9, tzinfo=UTC)
    moment: object = "11/05/2026 12:00:00"
    if stream == "requests":
        moment = int(eleventh.timestamp() * 1000)
    make = tracker_world.calltouch_call if stream == "calls" else tracker_world.calltouch_request
    with tracked(tmp_path) as world:
        of_may = replace(make(999, date=moment), day="2026-05-11")
        tracker_records.put(world.store, "calltouch", [of_may])
        source = replace(SOURCE, streams=(swapped,))
        with (
            opened(SOURCE, world, tmp_path) as client,
            pytest.raises(ContractBroken, match="outside of the days"),
        ):
            land(
                warehouse,
                source,
                client,
                stream,
                as_of=FIFTH.last,
                first_day=FIFTH.first,
            )
    assert rows(warehouse, SOURCE, stream) == {}


def test_pages_are_read_to_the_last_and_held_against_the_count(tmp_path: Path) -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        return page(call(number), call(10 + number), total=6, pages=3)

    assert [one.key for one in read(reading(answering, tmp_path))] == [
        "1",
        "11",
        "2",
        "12",
        "3",
        "13",
    ]


def test_a_diary_that_moves_under_the_reader_is_not_taken_for_whole(tmp_path: Path) -> None:
    """A call that is removed meanwhile moves another one over the edge of a page."""

    def answering(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        return page(call(number), total=3, pages=2)

    with pytest.raises(Unavailable, match="changed meanwhile"):
        read(reading(answering, tmp_path))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json=[call(1)]),
        httpx.Response(200, text="<html>"),
        page({"callId": 1, "date": "2026-11-05 10:00:00"}),
        page({"date": "05/11/2026 10:00:00"}),
        page(call(1, day="31/02/2026")),
    ],
)
def test_an_answer_that_is_not_as_documented_is_refused(
    tmp_path: Path, answer: httpx.Response
) -> None:
    with pytest.raises(ContractBroken):
        read(reading(lambda _: answer, tmp_path))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(401), Unauthorized),
        (httpx.Response(403), Unauthorized),
        (httpx.Response(404), Unauthorized),
        (httpx.Response(429, headers={"retry-after": "3"}), RateLimited),
        (httpx.Response(429, headers={"retry-after": "7200"}), Deferred),
        (httpx.Response(502), Unavailable),
    ],
)
def test_a_refusal_says_what_to_do_and_never_the_token(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    answer: httpx.Response,
    kind: type[ConnectorError],
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(kind) as caught:
        read(reading(lambda _: answer, tmp_path))
    logging.getLogger("httpx").warning("GET https://x/?clientApiId=%s&page=1", TOKEN)
    shown = told(caught.value) + caplog.text
    assert not leaked([TOKEN], shown)
    assert "calltouch.example" not in told(caught.value)


def test_an_address_in_a_broken_connection_is_not_shown(tmp_path: Path) -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        msg = f"cannot reach {request.url}"
        raise httpx.ConnectError(msg, request=request)

    with pytest.raises(Unavailable) as caught:
        read(reading(answering, tmp_path))
    assert not leaked([TOKEN], told(caught.value))


def test_what_lands_is_what_was_sent(tmp_path: Path) -> None:
    body = b'[{"requestId":7,"date":1793862000000,"sum":1.10,"subject":"a\\u0000b"}]'
    days = Days(first=date(2026, 11, 5), last=date(2026, 11, 5))
    (record,) = read(
        reading(lambda _: httpx.Response(200, content=body), tmp_path), "requests", days
    )
    assert record.original == body[1:-1]
    assert b"1.10" in record.payload


def test_the_constructed_page_lands_and_reconciles(warehouse: Warehouse, tmp_path: Path) -> None:
    """Hand-made from the field lists of the API (samples/README.md), not real data."""
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))

    def answering(request: httpx.Request) -> httpx.Response:
        query = request.url.params
        first, last = (read_day(query[name], DAY_FIRST) for name in ("dateFrom", "dateTo"))
        holds = first <= FIFTH.first <= last
        return httpx.Response(
            200, json=sample if holds else {**sample, "recordsTotal": 0, "records": []}
        )

    done = land(warehouse, SOURCE, reading(answering, tmp_path), "calls", as_of=date(2026, 11, 5))
    assert done.rows_inserted == 2
    landed = rows(warehouse, SOURCE, "calls")
    assert landed == {str(one["callId"]): one for one in sample["records"]}
    stated = {day: int(value) for _, _, day, value, _ in totals(warehouse)}
    assert stated[FIFTH.first] == 2
    assert sum(stated.values()) == 2


def test_check_says_what_answers_and_what_does_not(tmp_path: Path) -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        return page(call(1), total=9) if "diary" in request.url.path else httpx.Response(403)

    calls, requests = reading(answering, tmp_path).check()
    assert (calls.is_fault, requests.is_fault) == (False, True)
    assert "9" in calls.says
    assert requests.remedy
