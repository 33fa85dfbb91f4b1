"""Faults and changes on demand, over HTTP and on the command line."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from infra.sandbox.__main__ import main
from infra.sandbox.store import DEAL
from tests.infra.sandbox.asking import google_search
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.tiny_world import CUSTOMER


def plan(world: Served, *faults: dict[str, Any]) -> None:
    """Plan faults that must be accepted."""
    response = world.client.post(f"{world.http_url}/_sandbox/faults", json=list(faults))
    assert response.status_code == 200, response.text


def change(world: Served, **words: Any) -> httpx.Response:
    """Ask for a change."""
    return world.client.post(f"{world.http_url}/_sandbox/change", json=words)


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("unavailable", 503, "QUERY_LIMIT_EXCEEDED"),
        ("unauthorized", 401, "INVALID_CREDENTIALS"),
        ("denied", 403, "ACCESS_DENIED"),
        ("exhausted", 429, "OPERATION_TIME_LIMIT"),
        ("broken", 500, "INTERNAL_SERVER_ERROR"),
    ],
)
def test_faults_speak_bitrix24(own: Served, kind: str, status: int, error: str) -> None:
    plan(own, {"kind": kind})
    failed = own.rest_response("server.time")
    assert (failed.status_code, failed.json()["error"]) == (status, error)
    assert own.rest("server.time")["result"]


def test_faults_speak_google(own: Served) -> None:
    plan(own, {"kind": "exhausted", "match": "googleAds"})
    document = google_search(own, "SELECT customer.id FROM customer")
    detail = document[0]["error"]["details"][0]["errors"][0]
    assert detail["errorCode"] == {"quotaError": "RESOURCE_EXHAUSTED"}
    assert detail["details"]["quotaErrorDetails"]["retryDelay"] == "2s"
    assert "results" in google_search(own, "SELECT customer.id FROM customer")[0]


def test_faults_speak_direct(own: Served) -> None:
    plan(own, {"kind": "exhausted", "match": "/json/v5/"})
    failed = own.client.post(f"{own.http_url}/json/v5/clients", json={})
    assert failed.json()["error"]["error_code"] == 152


def test_a_storm_is_met_so_often_and_after_so_many(own: Served) -> None:
    plan(own, {"kind": "unavailable", "match": "server.time", "times": 2, "skip": 1})
    statuses = [own.rest_response("server.time").status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert own.rest_response("scope").status_code == 200


def test_faults_without_an_end_are_cleared(own: Served) -> None:
    plan(own, {"kind": "html", "status": 502, "times": None})
    pages = [own.rest_response("server.time") for _ in range(3)]
    assert {page.status_code for page in pages} == {502}
    assert pages[0].headers["content-type"] == "text/html"
    cleared = own.client.delete(f"{own.http_url}/_sandbox/faults").json()
    assert cleared == {"faults": [], "met": 3}
    assert own.rest("server.time")


def test_a_body_is_cut(own: Served) -> None:
    plan(own, {"kind": "cut"})
    with pytest.raises(httpx.RemoteProtocolError):
        own.rest_response("crm.deal.list")
    assert own.rest("crm.deal.list")["total"] == 231


def test_an_answer_is_slow(own: Served) -> None:
    plan(own, {"kind": "slow", "seconds": 0.3})
    started = time.perf_counter()
    assert own.rest("server.time")
    assert time.perf_counter() - started >= 0.3


def test_who_does_not_wait_for_a_slow_answer_was_not_served(own: Served) -> None:
    plan(own, {"kind": "slow", "seconds": 0.3})
    before = own.client.get(f"{own.http_url}/_sandbox/requests").json()
    with pytest.raises(httpx.ReadTimeout):
        own.client.post(f"{own.settings['BITRIX24_WEBHOOK_URL']}server.time", timeout=0.05)
    time.sleep(0.4)
    assert own.client.get(f"{own.http_url}/_sandbox/requests").json() == before


def test_any_body(own: Served) -> None:
    plan(own, {"kind": "body", "status": 200, "body": {"error": 0, "error_description": ""}})
    assert own.rest_response("server.time").json() == {"error": 0, "error_description": ""}


@pytest.mark.parametrize("given", [[{"kind": "plague"}], [{"kind": "cut", "who": 1}], [1], None])
def test_nonsense_is_no_fault(own: Served, given: Any) -> None:
    response = own.client.post(f"{own.http_url}/_sandbox/faults", json=given)
    assert response.status_code == 400


def test_a_changed_deal_is_seen_by_its_time(own: Served) -> None:
    before = own.rest("server.time")["result"]
    response = change(own, entity="deal", id=3, fields={"opportunity": "77.70"})
    assert response.json() == {"now": own.rest("server.time")["result"]}
    page = own.rest("crm.item.list", entityTypeId=DEAL, filter={">updatedTime": before})
    (item,) = page["result"]["items"]
    assert (item["id"], item["opportunity"]) == (3, 77.7)
    assert item["updatedTime"] > before


def test_a_changed_stage_writes_history(own: Served) -> None:
    assert change(own, entity="deal", id=2, fields={"stageId": "WON"}).status_code == 200
    rows = own.rest(
        "crm.stagehistory.list", entityTypeId=DEAL, filter={"OWNER_ID": 2}, order={"ID": "DESC"}
    )["result"]["items"]
    assert [row["STAGE_ID"] for row in rows] == ["WON", "NEW"]


def test_a_deleted_deal_is_gone(own: Served) -> None:
    assert change(own, entity="deal", id=3, delete=True).status_code == 200
    missing = own.rest_response("crm.item.get", entityTypeId=DEAL, id=3)
    assert missing.json()["error"] == "NOT_FOUND"
    assert own.rest("crm.deal.list", filter={"ID": 3})["result"] == []


@pytest.mark.parametrize(
    "words",
    [
        {"entity": "deal", "id": 999_999, "fields": {"title": "x"}},
        {"entity": "deal", "id": 3, "fields": {"noField": "x"}},
        {"entity": "deal", "id": 3, "fields": {"opportunity": "much"}},
        {"entity": "invoice", "id": 3, "fields": {}},
        {"platform": "google_ads", "account": CUSTOMER, "campaign_id": "1", "day": "x"},
    ],
)
def test_impossible_changes_are_refused(own: Served, words: dict[str, Any]) -> None:
    response = change(own, **words)
    assert response.status_code == 400
    assert response.json()["error"]


def test_the_command_line_changes_a_served_world(
    own: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = ["--dir", str(own.directory)]
    assert main(["change", *directory, "deal", "4", "title=Новое имя", "opportunity=5"]) == 0
    item = own.rest("crm.item.get", entityTypeId=DEAL, id=4)["result"]["item"]
    assert (item["title"], item["opportunity"]) == ("Новое имя", 5)
    assert main(["change", *directory, "delete", "deal", "5"]) == 0
    assert own.rest_response("crm.item.get", entityTypeId=DEAL, id=5).status_code == 400
    spend = ["spend", "google_ads", CUSTOMER, "111", "2026-11-01", "99.90"]
    assert main(["change", *directory, *spend]) == 0
    rows = own.store.query(
        "SELECT cost_micros FROM google_campaign_day"
        " WHERE campaign_id = '111' AND day = '2026-11-01'"
    )
    assert rows == [(99_900_000,)]
    assert main(["change", *directory, "deal", "4", "no pair"]) == 1
    assert "FIELD=VALUE" in capsys.readouterr().err


def test_health_tells_no_secret(tiny: Served) -> None:
    text = tiny.client.get(f"{tiny.http_url}/_sandbox/health").text
    assert json.loads(text)["world"] == "tiny"
    assert "tinysecret" not in text
