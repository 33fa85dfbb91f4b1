"""What is asked of Yandex Direct, how its queue is waited for, and what becomes of its answers."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.errors import ContractBroken, Deferred, Unavailable
from connectors.stream import Changes, Days
from connectors.yandex_direct import SOURCE
from connectors.yandex_direct.pending import PendingReports
from tests.connectors.yandex_direct.imagined import (
    HEADER,
    LOGIN,
    NOVEMBER,
    TOKEN,
    Direct,
    advertiser,
    failed,
    line,
    queued,
    read,
    report,
    text,
)

Params = Mapping[str, Any]


def period(params: Params) -> tuple[str, str]:
    criteria = params["SelectionCriteria"]
    return criteria["DateFrom"], criteria["DateTo"]


def test_a_row_lands_by_column_name_as_written(tmp_path: Path) -> None:
    row = line(name='Поиск "бренд"', conv="--")
    bare = report(line(name='Поиск "бренд"', cost="1025.00"))
    (record,) = read(Direct(lambda _: report(row), bare=lambda _: bare).client(tmp_path))
    assert record.key == f"{LOGIN}|7|2026-11-01"
    assert record.cursor == datetime(2026, 11, 1, tzinfo=UTC)
    assert json.loads(record.payload) == {
        "Date": "2026-11-01",
        "CampaignId": "7",
        "CampaignName": 'Поиск "бренд"',
        "CampaignType": "TEXT_CAMPAIGN",
        "Impressions": "40",
        "Clicks": "3",
        "Cost": "1250.50",
        "Conversions": None,
        "Revenue": None,
        "CostWithoutVat": "1025.00",
    }


def test_a_request_is_as_direct_documents_it(tmp_path: Path) -> None:
    direct = Direct(lambda _: report())
    read(direct.client(tmp_path))
    headers = direct.requests[-1].headers
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["client-login"] == LOGIN
    assert headers["returnmoneyinmicros"] == "false"
    assert headers["skipreportheader"] == "true"
    assert headers["skipreportsummary"] == "false"
    assert headers["processingmode"] == "auto"
    params = json.loads(direct.bodies[-1])["params"]
    name = params.pop("ReportName")
    assert name.startswith("warehouse ")
    assert params == {
        "SelectionCriteria": {"DateFrom": "2026-11-01", "DateTo": "2026-11-30"},
        "FieldNames": HEADER.split("\t"),
        "ReportType": "CUSTOM_REPORT",
        "DateRangeType": "CUSTOM_DATE",
        "Format": "TSV",
        "IncludeVAT": "YES",
    }


def test_the_advertiser_lands_with_its_currency(tmp_path: Path) -> None:
    client = Direct(lambda _: report()).client(tmp_path)
    (page,) = client.pages(SOURCE.stream("clients"), Changes())
    (record,) = page.records
    assert record.key == LOGIN
    assert json.loads(record.payload)["Currency"] == "RUB"


def test_an_own_token_needs_no_login(tmp_path: Path) -> None:
    direct = Direct(lambda _: report(line()))
    (record,) = read(direct.client(tmp_path, client_login=None))
    assert record.key.startswith(f"{LOGIN}|")
    assert "client-login" not in direct.requests[-1].headers


def test_a_window_is_asked_for_month_by_month(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    def answer(params: Params) -> httpx.Response:
        asked.append(period(params))
        return report(line(day=asked[-1][1]))

    window = Days(first=date(2025, 12, 30), last=date(2026, 2, 3))
    found = read(Direct(answer).client(tmp_path), window)
    assert asked == [
        ("2025-12-30", "2025-12-31"),
        ("2026-01-01", "2026-01-31"),
        ("2026-02-01", "2026-02-03"),
    ]
    assert [record.key[-10:] for record in found] == ["2025-12-31", "2026-01-31", "2026-02-03"]


def test_a_month_without_rows_is_one_empty_page(tmp_path: Path) -> None:
    client = Direct(lambda _: report()).client(tmp_path)
    (page,) = client.pages(SOURCE.stream("campaign_days"), NOVEMBER)
    assert page.records == ()


def test_totals_are_a_report_of_the_whole_account(tmp_path: Path) -> None:
    def answer(params: Params) -> httpx.Response:
        assert params["ReportType"] == "ACCOUNT_PERFORMANCE_REPORT"
        assert params["FieldNames"] == ["Date", "Cost"]
        rows = ["2026-11-01\t1250.50", "2026-11-02\t0.10"]
        return report(body=text(rows, header="Date\tCost"))

    days = Days(first=date(2026, 11, 1), last=date(2026, 11, 3))
    totals = Direct(answer).client(tmp_path).totals(SOURCE.stream("campaign_days"), days)
    assert [(t.day, t.value) for t in totals] == [
        (date(2026, 11, 1), "1250.50"),
        (date(2026, 11, 2), "0.10"),
        (date(2026, 11, 3), "0"),
    ]
    assert {(t.ad_account_id, t.currency_code, t.measure) for t in totals} == {
        (LOGIN, "RUB", "spend")
    }


def test_a_queued_report_is_asked_for_by_the_same_bytes(tmp_path: Path) -> None:
    answers = [
        queued(201, retryIn="20"),
        queued(202, retryIn="5"),
        queued(202, retryIn="100000"),
        queued(202, retryIn="0"),
        queued(202),
        queued(202, retryIn="soon"),
        report(line()),
    ]
    direct = Direct(lambda _: answers.pop(0))
    client = direct.client(tmp_path)
    assert len(read(client)) == 1
    assert direct.clock.slept == [20.0, 5.0, 300.0, 1.0, 10.0, 10.0]
    assert len(set(direct.bodies)) == 1
    assert client.traffic.seconds_slept == 346.0


def test_a_full_queue_is_waited_for(tmp_path: Path) -> None:
    answers = [failed(9000), failed(9000), queued(201, retryIn="2"), report(line())]
    direct = Direct(lambda _: answers.pop(0))
    assert len(read(direct.client(tmp_path))) == 1
    assert direct.clock.slept == [10.0, 10.0, 2.0]


def test_a_report_that_never_comes_ends_the_source_and_the_next_run_comes_back(
    tmp_path: Path,
) -> None:
    stuck = Direct(lambda _: queued(202, retryIn="60"))
    with pytest.raises(Deferred, match="queue"):
        read(stuck.client(tmp_path))
    assert 3500 < sum(stuck.clock.slept) <= 3600
    later = Direct(lambda _: report(line()))
    assert len(read(later.client(tmp_path))) == 1
    assert set(later.names) == set(stuck.names)


def test_a_report_that_was_read_is_made_anew(tmp_path: Path) -> None:
    direct = Direct(lambda _: report(line()))
    client = direct.client(tmp_path)
    read(client)
    read(client)
    assert len(set(direct.names)) == 2


def test_a_report_that_was_refused_is_made_anew(tmp_path: Path) -> None:
    answers = [failed(4000), report(line())]
    direct = Direct(lambda _: answers.pop(0))
    client = direct.client(tmp_path)
    with pytest.raises(Exception, match="4000"):
        read(client)
    read(client)
    assert len(set(direct.names)) == 2


def test_a_crash_keeps_the_name(tmp_path: Path) -> None:
    def crash(_: Params) -> httpx.Response:
        raise KeyboardInterrupt

    killed = Direct(crash)
    with pytest.raises(KeyboardInterrupt):
        read(killed.client(tmp_path))
    direct = Direct(lambda _: report(line()))
    read(direct.client(tmp_path))
    assert direct.names == killed.names


def test_names_follow_the_parameters_and_do_not_outlive_their_report(tmp_path: Path) -> None:
    now = 1_795_000_000.0
    path = tmp_path / "shared" / "reports"

    def orders() -> PendingReports:
        return PendingReports(path, clock=lambda: now)

    first = orders().name({"a": 1})
    assert orders().name({"a": 1}) == first
    assert orders().name({"a": 2}) != first
    now += 5 * 3600
    assert orders().name({"a": 1}) != first
    path.write_text("torn", encoding="utf-8")
    assert orders().name({"a": 1}) != first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_takes_too_long_is_asked_for_in_halves(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    def answer(params: Params) -> httpx.Response:
        first, last = (date.fromisoformat(day) for day in period(params))
        asked.append(period(params))
        if (last - first).days >= 8:
            return httpx.Response(502, text="<html>")
        days = [
            date.fromordinal(n).isoformat() for n in range(first.toordinal(), last.toordinal() + 1)
        ]
        return report(*(line(day=day) for day in days))

    found = read(Direct(answer).client(tmp_path))
    assert [record.key[-10:] for record in found] == [f"2026-11-{n:02}" for n in range(1, 31)]
    assert asked[0] == ("2026-11-01", "2026-11-30")
    assert len(asked) == 7


def test_a_day_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    direct = Direct(lambda _: httpx.Response(502))
    with pytest.raises(Unavailable, match="single day"):
        read(direct.client(tmp_path))
    assert len(direct.bodies) == 6


def test_a_cut_report_is_asked_for_again_and_never_landed(tmp_path: Path) -> None:
    whole = text([line(campaign=str(n)) for n in range(50)]).encode()
    answers = [report(body=whole[:2000]), report(body=whole)]
    assert len(read(Direct(lambda _: answers.pop(0)).client(tmp_path))) == 50
    with pytest.raises(Unavailable):
        read(Direct(lambda _: report(body=whole[:2000])).client(tmp_path))


@pytest.mark.parametrize(
    "row",
    [
        line(day="2026-12-01"),
        line(day="01.11.2026"),
        line(day="--"),
        line(campaign="--"),
        line(campaign="canary of a record"),
        line(cost="--"),
        line(cost="1250500000"),
        line(cost="1 250,50"),
        line(cost="-1.00"),
        line(shown="canary of a record"),
        line(clicks="1.5"),
        line(conv="canary of a record"),
    ],
)
def test_a_row_that_is_not_as_documented_is_refused_unseen(row: str, tmp_path: Path) -> None:
    direct = Direct(lambda _: report(row))
    with pytest.raises(ContractBroken) as caught:
        read(direct.client(tmp_path))
    assert "canary" not in str(caught.value)
    assert len(direct.bodies) == 1


def test_a_campaigns_day_comes_once(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="twice"):
        read(Direct(lambda _: report(line(), line())).client(tmp_path))


@pytest.mark.parametrize(
    "clients",
    [
        httpx.Response(200, json={"result": {}}),
        httpx.Response(200, json={"result": {"Clients": [{"Login": "a"}, {"Login": "b"}]}}),
        advertiser(Currency=None),
        advertiser(Login=""),
        httpx.Response(200, text="<html>"),
    ],
)
def test_an_advertiser_that_is_not_as_documented_is_refused(
    clients: httpx.Response, tmp_path: Path
) -> None:
    direct = Direct(lambda _: report(), clients=lambda: clients)
    with pytest.raises(ContractBroken):
        read(direct.client(tmp_path))
    assert direct.bodies == []


def test_the_pace_is_twenty_requests_in_ten_seconds(tmp_path: Path) -> None:
    moments: list[float] = []
    direct = Direct(lambda _: report())

    def answer(params: Params) -> httpx.Response:
        moments.append(direct.clock.now)
        return report()

    direct.reports = answer
    read(direct.client(tmp_path), Days(first=date(2023, 11, 1), last=date(2026, 10, 31)))
    assert len(moments) == 36
    for start in moments:
        assert sum(start <= moment < start + 10 for moment in moments) <= 20


def test_what_is_left_of_the_points_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    read(Direct(lambda _: report()).client(tmp_path))
    assert "20828 of 64000" in caplog.text


def test_keys_are_not_to_be_had(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="campaign_days"):
        Direct(lambda _: report()).client(tmp_path).keys(SOURCE.stream("campaign_days"))
