"""The Yandex Direct protocol: the report queue, the text of a report, clients and campaigns."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from infra.sandbox.yandex_direct.answer import DirectError
from infra.sandbox.yandex_direct.queue import KEPT_SECONDS, ReportQueue
from tests.infra.sandbox.asking import direct_params, direct_report
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.tiny_world import LOGIN


def ask(world: Served, params: dict[str, Any], **headers: str) -> httpx.Response:
    """Ask for a report with these headers."""
    return world.client.post(
        f"{world.http_url}/json/v5/reports",
        json={"params": params},
        headers={"Authorization": "Bearer tiny-token", "Client-Login": LOGIN, **headers},
    )


def service(world: Served, name: str, params: dict[str, Any], **headers: str) -> httpx.Response:
    """Call an object service."""
    return world.client.post(
        f"{world.http_url}/json/v5/{name}",
        json={"method": "get", "params": params},
        headers={"Authorization": "Bearer tiny-token", **headers},
    )


def test_a_report_waits_in_the_queue(own: Served) -> None:
    params = direct_params(ReportName="queued")
    answers = [ask(own, params, processingMode="offline") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 202, 200]
    assert answers[0].headers["retryIn"] == "1"
    assert answers[1].headers["reportsInQueue"] == "1"
    assert answers[2].text.startswith('"queued (2026-11-01 - 2026-11-20)"\n')


def test_a_finished_report_stays_as_it_was_built(own: Served) -> None:
    """Asking again under the same name does not see what was restated since."""
    params = direct_params(ReportName="kept")
    *_, first = [ask(own, params, processingMode="offline") for _ in range(3)]
    own.client.post(
        f"{own.http_url}/_sandbox/change",
        json={
            "platform": "yandex_direct",
            "account": LOGIN,
            "campaign_id": "555",
            "day": "2026-11-01",
            "spend": "1.00",
        },
    )
    assert ask(own, params, processingMode="offline").text == first.text
    fresh = ask(own, {**params, "ReportName": "fresh"}, processingMode="online")
    assert "\t1000000\t" in fresh.text
    assert fresh.text != first.text


def test_one_name_one_report(own: Served) -> None:
    ask(own, direct_params(ReportName="name"), processingMode="offline")
    other = direct_params(ReportName="name", IncludeVAT="NO")
    response = ask(own, other, processingMode="offline")
    assert response.status_code == 400
    assert response.json()["error"]["error_code"] == 4000


def test_five_reports_may_wait() -> None:
    now = [0.0]
    queue = ReportQueue(clock=lambda: now[0])
    for number in range(5):
        assert queue.ask(f"r{number}", "same", str) == (201, None)
    with pytest.raises(DirectError) as refused:
        queue.ask("r5", "same", str)
    assert refused.value.code == 9000
    assert queue.ask("r0", "same", lambda: "text") == (202, None)
    assert queue.ask("r0", "same", lambda: "text") == (200, "text")
    assert queue.ask("r5", "same", str) == (201, None)
    now[0] = KEPT_SECONDS + 1.0
    assert queue.waiting() == 5
    with pytest.raises(DirectError):
        queue.ask("r0", "same", str)


@pytest.mark.parametrize(("last", "status"), [("2026-10-31", 200), ("2026-11-01", 201)])
def test_up_to_31_days_need_no_queue(own: Served, last: str, status: int) -> None:
    params = direct_params(SelectionCriteria={"DateFrom": "2026-10-01", "DateTo": last})
    assert ask(own, params, processingMode="auto").status_code == status


def test_the_text_of_a_report(tiny: Served) -> None:
    lines = direct_report(tiny)
    assert lines[0] == "Date\tCampaignId\tCampaignName\tCost\tConversions"
    assert lines[1] == '2026-11-01\t555\tПоиск "бренд"\t1220.00\t--'
    assert lines[2].endswith("\t1")
    assert lines[-1] == "Total rows: 20"


def test_headers_shape_the_text(tiny: Served) -> None:
    bare = ask(
        tiny,
        direct_params(FieldNames=["CampaignId", "Impressions", "Clicks", "Cost"]),
        skipReportHeader="true",
        skipColumnHeader="true",
        skipReportSummary="true",
    )
    assert bare.text == "555\t20000\t1000\t24400000000\n"


def test_an_empty_period_is_a_report(tiny: Served) -> None:
    criteria = {"DateFrom": "2020-01-01", "DateTo": "2020-01-02"}
    lines = direct_report(tiny, SelectionCriteria=criteria)
    assert len(lines) == 2
    assert lines[1] == "Total rows: 0"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"FieldNames": ["Date", "Weather"]}, 8000),
        ({"IncludeVAT": "MAYBE"}, 8000),
        ({"ReportType": "FORTUNE_REPORT"}, 8000),
        ({"DateRangeType": "LAST_7_DAYS"}, 4000),
        ({"SelectionCriteria": {"DateFrom": "2026-11-02", "DateTo": "2026-11-01"}}, 4000),
        ({"SelectionCriteria": {}}, 8000),
    ],
)
def test_definitions_are_refused(tiny: Served, changed: dict[str, Any], code: int) -> None:
    response = ask(tiny, direct_params(**changed))
    assert response.status_code == 400
    assert response.json()["error"]["error_code"] == code


def test_a_definition_must_be_complete(tiny: Served) -> None:
    params = direct_params()
    del params["IncludeVAT"]
    assert "IncludeVAT" in ask(tiny, params).json()["error"]["error_detail"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"Authorization": "Bearer wrong"}, 53), ({"Client-Login": "nobody"}, 8800)],
)
def test_strangers_are_refused(tiny: Served, headers: dict[str, str], code: int) -> None:
    response = ask(tiny, direct_params(), **headers)
    assert response.status_code == 400
    assert response.json()["error"]["error_code"] == code
    same = service(tiny, "clients", {"FieldNames": ["Login"]}, **headers)
    assert same.status_code == 200
    assert same.json()["error"]["error_code"] == code


def test_clients_and_campaigns(tiny: Served) -> None:
    clients = service(tiny, "clients", {"FieldNames": ["Login", "Currency"]})
    assert clients.json() == {"result": {"Clients": [{"Login": LOGIN, "Currency": "RUB"}]}}
    assert re.fullmatch(r"10/[0-9]+/64000", clients.headers["Units"])
    fields = {"SelectionCriteria": {}, "FieldNames": ["Id", "Name", "Type"]}
    campaigns = service(tiny, "campaigns", fields)
    assert campaigns.json()["result"]["Campaigns"] == [
        {"Id": 555, "Name": 'Поиск "бренд"', "Type": "TEXT_CAMPAIGN"}
    ]
