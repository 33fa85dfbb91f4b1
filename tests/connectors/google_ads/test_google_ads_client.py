"""What is asked of Google, and what becomes of its answers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.errors import ContractBroken, Rejected, Unauthorized, Unavailable
from connectors.google_ads import SOURCE
from connectors.stream import Changes, Days
from tests.connectors.google_ads.imagined import (
    BRANCH,
    MANAGER,
    NOVEMBER,
    SECRETS,
    SHOP,
    Google,
    chunks,
    customer,
    day_row,
    error,
    failed,
    read,
    shop,
)

SAMPLE = (
    Path(__file__).parents[2] / "infra/sandbox/samples/google_ads/constructed_stream_chunk.json"
)


def test_a_printed_chunk_lands_as_it_came() -> None:
    """The sample is printed by Google's own message classes (Apache-2.0, see its SOURCE.md)."""
    text = SAMPLE.read_text(encoding="utf-8")
    google = shop(days=lambda *_: httpx.Response(200, text=text))
    (record,) = read(google.client(customer_id="1234567890"), "campaign_days")
    (row,) = json.loads(text, parse_float=Decimal)[0]["results"]
    assert record.key == "1234567890|111|2026-11-01"
    assert record.cursor == datetime(2026, 11, 1, tzinfo=UTC)
    assert json.loads(record.payload, parse_float=Decimal) == row
    assert b'"conversionsValue":0.0' in record.payload
    assert record.original is None


def test_a_request_is_as_google_documents_it() -> None:
    google = shop()
    read(google.client(login_customer_id="100-000-0001"), "campaign_days")
    assert google.forms == [
        {
            "grant_type": "refresh_token",
            "client_id": "client",
            "client_secret": SECRETS["client_secret"],
            "refresh_token": SECRETS["refresh_token"],
        }
    ]
    headers = google.requests[-1].headers
    assert headers["login-customer-id"] == MANAGER
    assert headers["developer-token"] == SECRETS["developer_token"]
    assert headers["authorization"].startswith("Bearer ya29.")
    query = json.loads(google.requests[-1].content)["query"]
    assert "WHERE segments.date BETWEEN '2026-11-01' AND '2026-11-30'" in query


def test_what_is_not_set_is_not_sent() -> None:
    google = shop()
    read(google.client(developer_token=None), "campaign_days")
    assert not {"developer-token", "login-customer-id"} & set(google.requests[-1].headers)


def test_a_window_is_asked_for_month_by_month() -> None:
    queries: list[str] = []

    def days(_: str, query: str) -> httpx.Response:
        queries.append(query.partition("BETWEEN ")[2][:28])
        return chunks([])

    window = Days(first=date(2026, 1, 30), last=date(2026, 3, 1))
    assert read(shop(days=days).client(), "campaign_days", window) == []
    assert queries == [
        "'2026-01-30' AND '2026-01-31",
        "'2026-02-01' AND '2026-02-28",
        "'2026-03-01' AND '2026-03-01",
    ]


def test_rows_of_all_chunks_and_months_are_read() -> None:
    def days(number: str, query: str) -> httpx.Response:
        month = query.partition("BETWEEN '")[2][:7]
        rows = [day_row(number, str(campaign), f"{month}-05") for campaign in range(3)]
        return chunks(rows[:2], [], rows[2:])

    window = Days(first=date(2026, 9, 1), last=date(2026, 10, 31))
    found = read(shop(days=days).client(), "campaign_days", window)
    assert [record.key for record in found] == [
        f"{SHOP}|{campaign}|2026-{month}-05" for month in ("09", "10") for campaign in range(3)
    ]


@pytest.mark.parametrize("answer", [chunks(), chunks([])], ids=["empty list", "no results"])
def test_a_window_without_rows_is_one_empty_page(answer: httpx.Response) -> None:
    client = shop(days=lambda *_: answer).client()
    (page,) = client.pages(SOURCE.stream("campaign_days"), NOVEMBER)
    assert page.records == ()


def tree(*, closed: str = "") -> Google:
    """A manager over another manager and two customers, one of which may be closed."""

    def clients(*_: str) -> httpx.Response:
        members = [(MANAGER, True), (BRANCH, False), ("4000000004", True), (SHOP, False)]
        currencies = {SHOP: "USD", BRANCH: "EUR"}
        return chunks(
            [
                {"customerClient": {"id": n, "manager": is_m, "currencyCode": currencies.get(n)}}
                for n, is_m in members
            ]
        )

    def dated(number: str, _: str) -> httpx.Response:
        if number == closed:
            return failed(403, "authorizationError", "CUSTOMER_NOT_ENABLED")
        return chunks([day_row(number, "7", "2026-11-02")])

    def itself(number: str, _: str) -> httpx.Response:
        if number == closed:
            return failed(403, "authorizationError", "CUSTOMER_NOT_ENABLED")
        return chunks([customer(number, manager=number == MANAGER)])

    return Google(
        {
            "customer": itself,
            "customer_client": clients,
            "campaign days": dated,
            "customer days": dated,
        }
    )


def test_a_manager_stands_for_the_customers_under_it() -> None:
    google = tree()
    client = google.client(customer_id=MANAGER)
    assert [record.key for record in read(client, "customers")] == [SHOP, BRANCH]
    assert [record.key for record in read(client, "campaign_days")] == [
        f"{SHOP}|7|2026-11-02",
        f"{BRANCH}|7|2026-11-02",
    ]
    assert google.asked.count((MANAGER, "customer_client")) == 1
    assert (MANAGER, "campaign days") not in google.asked


def test_a_closed_customer_is_left_out_and_what_is_landed_of_it_stays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    google = tree(closed=BRANCH)
    client = google.client(customer_id=MANAGER)
    pages = list(client.pages(SOURCE.stream("campaign_days"), NOVEMBER))
    assert [record.key for page in pages for record in page.records] == [f"{SHOP}|7|2026-11-02"]
    assert {start for page in pages for start in page.unanswered} == {BRANCH}
    assert BRANCH in caplog.text
    later = list(client.pages(SOURCE.stream("customers"), Changes()))
    assert {start for page in later for start in page.unanswered} == {BRANCH}
    assert google.asked.count((BRANCH, "customer")) == 0


def test_a_configured_customer_that_is_closed_is_an_error() -> None:
    with pytest.raises(Rejected, match="CUSTOMER_NOT_ENABLED"):
        read(tree(closed=SHOP).client(), "campaign_days")


def test_totals_are_googles_own_by_customer_and_day() -> None:
    def dated(number: str, query: str) -> httpx.Response:
        assert " FROM customer WHERE" in query
        row = {**customer(number), "segments": {"date": "2026-11-02"}}
        amounts = ("1000001", "2") if number == SHOP else ("999999999999999", "0")
        return chunks(
            [
                {**row, "metrics": {"costMicros": amounts[0]}},
                {**row, "segments": {"date": "2026-11-04"}, "metrics": {"costMicros": amounts[1]}},
            ]
        )

    google = tree()
    google.answers = {**google.answers, "customer days": dated}
    days = Days(first=date(2026, 11, 2), last=date(2026, 11, 4))
    totals = google.client(customer_id=MANAGER).totals(SOURCE.stream("campaign_days"), days)
    found = [(total.ad_account_id, total.currency_code, total.value) for total in totals]
    assert found == [
        *((SHOP, "USD", value) for value in ("1.000001", "0", "0.000002")),
        *((BRANCH, "EUR", value) for value in ("999999999.999999", "0", "0")),
    ]
    assert [total.day for total in totals] == list(days.each()) * 2
    assert {(total.stream, total.measure) for total in totals} == {("campaign_days", "spend")}


def test_of_a_closed_customer_no_total_is_told() -> None:
    days = Days(first=date(2026, 11, 2), last=date(2026, 11, 3))
    client = tree(closed=BRANCH).client(customer_id=MANAGER)
    totals = client.totals(SOURCE.stream("campaign_days"), days)
    found = [(total.ad_account_id, total.currency_code, total.value) for total in totals]
    assert found[2:] == [(BRANCH, "EUR", None)] * 2
    assert [value is None for _, _, value in found[:2]] == [False, False]


def test_a_refused_token_is_renewed_once() -> None:
    refused = [failed(401, "authenticationError", "OAUTH_TOKEN_EXPIRED", name="UNAUTHENTICATED")]
    google = shop(
        days=lambda n, _: refused.pop() if refused else chunks([day_row(n, "7", "2026-11-02")])
    )
    assert len(read(google.client(), "campaign_days")) == 1
    assert len(google.forms) == 2
    used = [request.headers["authorization"] for request in google.requests]
    assert used[-1] != used[-2]


def test_a_token_that_stays_refused_is_final() -> None:
    google = shop(days=lambda *_: failed(401, name="UNAUTHENTICATED"))
    with pytest.raises(Unauthorized):
        read(google.client(), "campaign_days")
    assert len(google.forms) == 2
    assert google.asked.count((SHOP, "campaign days")) == 2


def test_a_token_is_renewed_before_it_ends() -> None:
    google = shop()
    client = google.client()
    read(client, "campaign_days")
    assert len(google.forms) == 1
    google.clock.now += 3300
    read(client, "campaign_days")
    assert len(google.forms) == 2


def test_an_error_in_the_middle_drops_the_rows_before_it() -> None:
    begun = [
        {"results": [day_row(SHOP, "1", "2026-11-01")]},
        {"error": error(500, "internalError", "TRANSIENT_ERROR", name="INTERNAL")},
    ]
    answers = [
        httpx.Response(200, json=begun),
        chunks([day_row(SHOP, "1", "2026-11-01")], [day_row(SHOP, "2", "2026-11-01")]),
    ]
    google = shop(days=lambda *_: answers.pop(0))
    client = google.client()
    assert [record.key for record in read(client, "campaign_days")] == [
        f"{SHOP}|1|2026-11-01",
        f"{SHOP}|2|2026-11-01",
    ]
    assert client.traffic.retries == 1


def test_half_an_answer_is_asked_for_again_and_never_landed() -> None:
    whole = chunks([day_row(SHOP, str(n), "2026-11-01") for n in range(50)])
    answers = [httpx.Response(200, content=whole.content[:2000]), whole]
    google = shop(days=lambda *_: answers.pop(0))
    assert len(read(google.client(), "campaign_days")) == 50
    for_ever = shop(days=lambda *_: httpx.Response(200, content=whole.content[:2000]))
    with pytest.raises(Unavailable):
        read(for_ever.client(), "campaign_days")


def spoilt(**changes: Any) -> dict[str, Any]:
    return {**day_row(SHOP, "1", "2026-11-01"), **changes}


@pytest.mark.parametrize(
    "rows",
    [
        [spoilt(customer={"currencyCode": "USD"})],
        [spoilt(campaign={"id": 111})],
        [spoilt(campaign={"id": "canary of a record"})],
        [spoilt(segments={"date": "2026-13-01"})],
        [spoilt(segments={"date": "2026-12-01"})],
        [spoilt(segments=[])],
        [spoilt(metrics={"costMicros": "1.5"})],
        [spoilt(metrics={"costMicros": 15})],
        [spoilt(), spoilt()],
        ["row"],
    ],
)
def test_a_row_that_is_not_as_documented_is_refused_unseen(rows: list[Any]) -> None:
    google = shop(days=lambda *_: chunks(rows))
    with pytest.raises(ContractBroken) as caught:
        read(google.client(), "campaign_days")
    assert "canary" not in str(caught.value)
    assert google.asked.count((SHOP, "campaign days")) == 1


def test_fields_that_a_minor_version_adds_are_kept() -> None:
    row = spoilt(metrics={"costMicros": "5", "brandNew": {"x": 1}}, another="x")
    (record,) = read(shop(days=lambda *_: chunks([row])).client(), "campaign_days")
    assert json.loads(record.payload) == row


def test_a_metric_that_is_left_out_is_no_error() -> None:
    row = spoilt(metrics={"clicks": "1"})
    (record,) = read(shop(days=lambda *_: chunks([row])).client(), "campaign_days")
    assert json.loads(record.payload)["metrics"] == {"clicks": "1"}


def test_characters_that_jsonb_refuses_are_replaced_and_kept() -> None:
    body = chunks([day_row(SHOP, "1", "2026-11-01")]).content
    google = shop(days=lambda *_: httpx.Response(200, content=body.replace(b"Brand", b"B\\u0000r")))
    (record,) = read(google.client(), "campaign_days")
    assert json.loads(record.payload)["campaign"]["name"] == "B�r"
    assert record.original is not None
    assert b"B\\u0000r" in record.original


def test_keys_are_not_to_be_had() -> None:
    with pytest.raises(ValueError, match="campaign_days"):
        shop().client().keys(SOURCE.stream("campaign_days"))
