"""The two call trackers as the sandbox serves them: dialects, limits and words, judged alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infra.sandbox import protocols
from infra.sandbox.server import STORE_NAME
from tests.infra.sandbox import tracker_world
from tests.infra.sandbox.serving import Served, served

DIARY = "/calls-service/RestAPI/17/calls-diary/calls"
REQUESTS = "/calls-service/RestAPI/requests/"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp("trackers")
    tracker_world.build(directory / STORE_NAME)
    with served(directory) as found:
        yield found


def ask(world: Served, path: str, **params: str) -> httpx.Response:
    token = world.settings["CALLTOUCH__MAIN__TOKEN"]
    query = {"clientApiId": token, "siteId": "17", **params}
    return world.client.get(world.http_url + path, params=query)


def call(world: Served, method: str, **params: Any) -> dict[str, Any]:
    key = world.settings["COMAGIC__MAIN__ACCESS_TOKEN"]
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"access_token": key, **params}}
    response = world.client.post(world.settings["COMAGIC__MAIN__BASE_URL"], json=body)
    assert response.status_code == 200
    return response.json()


def report(world: Served, **params: Any) -> dict[str, Any]:
    window = {"date_from": "2026-11-01 00:00:00", "date_till": "2026-11-22 23:59:59"}
    return call(world, "get.calls_report", **{**window, "fields": ["id"], **params})


def mnemonic(answer: dict[str, Any]) -> str:
    return answer["error"]["data"]["mnemonic"]


def test_protocols_are_found_by_themselves() -> None:
    assert {"/calls-service/", "/v2.0"} <= {protocol.prefix for protocol in protocols.found()}


def test_a_world_without_trackers_has_no_settings_of_theirs(tiny: Served) -> None:
    assert not [name for name in tiny.settings if name.startswith(("CALLTOUCH", "COMAGIC"))]


def test_each_list_reads_the_same_text_as_another_day(world: Served) -> None:
    """05/11 is the fifth of November to one list and the eleventh of May to the other."""
    window = {"dateFrom": "05/11/2026", "dateTo": "05/11/2026"}
    calls = ask(world, DIARY, page="1", limit="1000", **window).json()
    by_day = tracker_world.by_day("calltouch", "calls")
    assert calls["recordsTotal"] == len(calls["records"]) == by_day["2026-11-05"] > 0
    assert {one["date"][:10] for one in calls["records"]} == {"05/11/2026"}
    assert ask(world, REQUESTS, **window).json() == []


def test_without_pages_the_diary_serves_one_day_as_a_bare_array(world: Served) -> None:
    assert isinstance(ask(world, DIARY, dateFrom="05/11/2026", dateTo="05/11/2026").json(), list)
    assert ask(world, DIARY, dateFrom="05/11/2026", dateTo="06/11/2026").status_code == 400


@pytest.mark.parametrize(
    "params",
    [
        {"page": "1", "limit": "1001", "dateFrom": "05/11/2026", "dateTo": "05/11/2026"},
        {"page": "1", "limit": "10", "dateFrom": "01/01/2026", "dateTo": "05/11/2026"},
        {"page": "1", "limit": "10", "dateFrom": "11/25/2026", "dateTo": "11/25/2026"},
    ],
)
def test_the_diary_refuses_what_its_pages_forbid(world: Served, params: dict[str, str]) -> None:
    assert ask(world, DIARY, **params).status_code == 400


def test_a_wrong_token_and_another_site_are_refused(world: Served) -> None:
    window = {"dateFrom": "05/11/2026", "dateTo": "05/11/2026"}
    assert ask(world, DIARY, clientApiId="another", **window).status_code == 403
    assert ask(world, DIARY.replace("17", "18"), **window).status_code == 404


def test_tags_come_only_where_they_are_asked_for(world: Served) -> None:
    window = {"dateFrom": "05/11/2026", "dateTo": "05/11/2026"}
    (plain, *_), (tagged, *_) = (
        ask(world, DIARY, **window, **flags).json() for flags in ({}, {"withCallTags": "true"})
    )
    assert "callTags" not in plain
    assert "callTags" in tagged


def test_a_report_counts_all_and_serves_named_fields_alone(world: Served) -> None:
    answer = report(world, limit=3, offset=1, fields=["id", "yclid"])
    rows = answer["result"]["data"]
    assert [set(row) for row in rows] == [{"id", "yclid"}] * 3
    expected = sum(
        count for day, count in tracker_world.by_day("comagic", "calls").items() if day >= "2026-11"
    )
    assert answer["result"]["metadata"]["total_items"] == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"limit": 10_001}, "invalid_parameter_value"),
        ({"offset": 100_001}, "invalid_parameter_value"),
        ({"limit": "10"}, "data_type_error"),
        ({"date_from": "2026-07-01 00:00:00"}, "date_interval_limit_reached"),
        ({"date_from": "01.11.2026"}, "invalid_parameter_value"),
        ({"fields": ["id", "phone"]}, "unexpected_parameters"),
        ({"access_token": "another"}, "access_token_invalid"),
    ],
)
def test_errors_come_under_200_with_their_mnemonic(
    world: Served, params: dict[str, Any], expected: str
) -> None:
    assert mnemonic(report(world, **params)) == expected


def test_a_call_without_an_id_is_a_notification(world: Served) -> None:
    body = {"jsonrpc": "2.0", "method": "get.account", "params": {}}
    answer = world.client.post(world.settings["COMAGIC__MAIN__BASE_URL"], json=body).json()
    assert mnemonic(answer) == "notifications_not_supported"


def test_faults_speak_each_trackers_own_words(world: Served) -> None:
    def plan(kind: str) -> None:
        world.client.post(f"{world.http_url}/_sandbox/faults", json=[{"kind": kind}])

    plan("exhausted")
    assert mnemonic(call(world, "get.account")) == "limit_exceeded"
    plan("denied")
    assert mnemonic(call(world, "get.account")) == "ip_not_whitelisted"
    plan("exhausted")
    assert ask(world, REQUESTS, dateFrom="11/05/2026", dateTo="11/05/2026").status_code == 429
