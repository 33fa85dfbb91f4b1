"""What a check says of an account, what settings are taken, and how the queue's places are kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors import settings
from connectors.errors import Deferred, Misconfigured, Unavailable
from connectors.findings import Checkup, Finding
from connectors.stream import Days
from connectors.yandex_direct import SOURCE, reports
from connectors.yandex_direct.points import Points
from connectors.yandex_direct.queue_places import PLACES, QueuePlaces
from tests.connectors.yandex_direct.imagined import (
    LOGIN,
    TOKEN,
    Direct,
    advertiser,
    failed,
    line,
    read,
    report,
)

UNITS = {"Units": "10/20828/64000"}


def campaigns(headers: Mapping[str, str] = UNITS) -> httpx.Response:
    return httpx.Response(200, json={"result": {"Campaigns": [{"Id": 7}]}}, headers=headers)


class Checked(Direct):
    """A Direct that lists campaigns too."""

    listed: Callable[[], httpx.Response] = staticmethod(campaigns)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/json/v501/campaigns":
            return self.listed()
        return super().__call__(request)


def findings(direct: Direct, shared: Path, **settings: Any) -> dict[str, Finding]:
    client = direct.client(shared, **settings)
    assert isinstance(client, Checkup)
    return {found.subject: found for found in client.check()}


def test_a_sound_account_is_told_what_is_read(tmp_path: Path) -> None:
    found = findings(Checked(lambda _: report()), tmp_path, goals="20002")
    assert not any(finding.is_fault for finding in found.values())
    assert "RUB; 1 campaigns" in found[f"advertiser {LOGIN}"].says
    assert found["points"].says == "20,828 of the day's 64,000 are left"
    assert found["goals"].says == "20002 are told apart, credited by AUTO"


@pytest.mark.parametrize(
    ("code", "says", "remedy"),
    [
        (53, "TOKEN is not valid", "new token"),
        (58, "has no access to the API yet", "apply"),
        (513, "not connected", "Log in to direct.yandex.ru"),
        (8800, "CLIENT_LOGIN", "without @yandex.ru"),
        (54, "no right", "access"),
        (152, "points", "later"),
        (8000, "refused", ".env"),
    ],
)
def test_a_fault_of_the_way_in_comes_with_its_remedy(
    code: int, says: str, remedy: str, tmp_path: Path
) -> None:
    direct = Checked(lambda _: report(), clients=lambda: failed(code, 200))
    (finding,) = findings(direct, tmp_path).values()
    assert finding.is_fault
    assert says in finding.says
    assert remedy in finding.remedy
    assert "canary" not in finding.says + finding.remedy


def test_an_advertiser_whose_reports_are_refused_is_a_fault_of_its_own(tmp_path: Path) -> None:
    found = findings(Checked(lambda _: failed(54)), tmp_path)
    assert not found["access"].is_fault
    assert found[f"advertiser {LOGIN}"].is_fault


def test_scarce_points_are_a_fault_and_are_warned_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    direct = Checked(lambda _: report(), clients=lambda: advertiser())
    direct.listed = lambda: campaigns({"Units": "10/600/64000"})
    assert findings(direct, tmp_path)["points"].is_fault
    caplog.clear()
    points = Points()
    with caplog.at_level(logging.WARNING):
        for stated in ("10/6400/64000", "10/6399/64000", "10/6389/64000", "none", ""):
            points.note({"Units": stated, "Units-Used-Login": "agency"})
    assert (points.spent, points.left, points.login) == (30, 6389, "agency")
    assert [r.message for r in caplog.records if r.name == "connectors.yandex_direct.points"] == [
        "yandex_direct: 10 points spent, 6399 of 64000 left"
    ]


def test_an_agencys_token_has_to_say_whom_it_means(tmp_path: Path) -> None:
    direct = Direct(lambda _: report(), clients=lambda: advertiser(Type="AGENCY"))
    with pytest.raises(Misconfigured, match="AGENCY to true, or CLIENT_LOGIN"):
        read(direct.client(tmp_path, client_login=None))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GOALS", "20002,x"),
        ("GOALS", ",".join(str(number) for number in range(11))),
        ("ATTRIBUTION_MODEL", "GUESS"),
        ("AGENCY", "true"),
        ("REQUESTS_IN_TEN_SECONDS", "0"),
    ],
)
def test_a_wrong_setting_is_refused(name: str, value: str, tmp_path: Path) -> None:
    environ = {
        "YANDEX_DIRECT__MAIN__TOKEN": TOKEN,
        "YANDEX_DIRECT__MAIN__CLIENT_LOGIN": LOGIN,
        f"YANDEX_DIRECT__MAIN__{name}": value,
    }
    with pytest.raises(Misconfigured, match="YANDEX_DIRECT__MAIN") as caught:
        settings.accounts(SOURCE, environ, tmp_path)
    assert TOKEN not in str(caught.value)


def test_rows_that_differ_between_the_two_reports_never_land(tmp_path: Path) -> None:
    bare = [report(), report(line(cost="1025.00"))]
    direct = Direct(lambda _: report(line()), bare=lambda _: bare.pop(0))
    (record,) = read(direct.client(tmp_path))
    assert b'"CostWithoutVat":"1025.00"' in record.payload
    restated = Direct(lambda _: report(line()), bare=lambda _: report(line(campaign="8")))
    with pytest.raises(Unavailable, match="restated"):
        read(restated.client(tmp_path))
    assert len(set(restated.names)) == 2


def test_a_report_that_is_as_long_as_one_can_be_is_asked_for_in_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_ROWS", 3)

    def answer(params: Mapping[str, Any]) -> httpx.Response:
        first, last = (
            int(params["SelectionCriteria"][name][-2:]) for name in ("DateFrom", "DateTo")
        )
        return report(*[line(day=f"2026-11-{day:02}") for day in range(first, last + 1)][:3])

    direct = Direct(answer)
    found = read(direct.client(tmp_path), Days(first=date(2026, 11, 1), last=date(2026, 11, 7)))
    assert [record.key[-2:] for record in found] == [f"{day:02}" for day in range(1, 8)]


def test_a_sixth_report_waits_for_a_place(tmp_path: Path) -> None:
    slept: list[float] = []

    def places() -> QueuePlaces:
        return QueuePlaces(tmp_path / "shared" / "romashka.queue", sleep=slept.append)

    taken = [places().taken(patience=0.0) for _ in range(PLACES)]
    for each in taken:
        assert each.__enter__() == 0.0
    with pytest.raises(Deferred, match="five places"), places().taken(patience=10.0):
        pass
    assert slept == [5.0, 5.0]
    taken[3].__exit__(None, None, None)
    with places().taken(patience=0.0):
        pass
    for each in (*taken[:3], taken[4]):
        each.__exit__(None, None, None)
