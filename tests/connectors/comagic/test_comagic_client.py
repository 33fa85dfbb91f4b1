"""The Data API's paging, points, sessions, closed reports and refusals."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors import settings
from connectors.comagic import SOURCE
from connectors.comagic.client import LAST_OFFSET, PAGE_LIMIT, Comagic
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Deferred,
    Misconfigured,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.stream import Account, Changes, Days, Record
from infra.sandbox.comagic.fields import FIELDS
from tests.connectors.canary import leaked, told
from tests.connectors.clock import Clock
from tests.connectors.tracked import opened, tracked

TOKEN = "canary+of/a=key.0123"
MONTH = Days(first=date(2026, 11, 1), last=date(2026, 11, 30))

Answering = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Takes a method and its parameters."""


def result(*rows: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    stated = len(rows) if total is None else total
    return {"result": {"data": list(rows), "metadata": {"total_items": stated}}}


def refused(mnemonic: str, **limits: int) -> dict[str, Any]:
    metadata = {"limits": limits} if limits else {}
    data = {"mnemonic": mnemonic, "value": TOKEN, "metadata": metadata}
    return {"error": {"code": -32001, "message": f"canary {TOKEN}", "data": data}}


def row(number: int, day: str = "2026-11-05") -> dict[str, Any]:
    return {"id": number, "start_time": f"{day} 10:00:00"}


class DataApi:
    """Answers a client, and keeps what it was asked."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.clock = Clock()
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        assert body["jsonrpc"] == "2.0"
        assert body["id"] is not None
        self.calls.append((body["method"], body["params"]))
        return httpx.Response(200, json=self.answering(body["method"], body["params"]))

    def client(self, shared: Path, **given: Any) -> Comagic:
        given = given or {"access_token": TOKEN}
        found = SOURCE.settings(base_url="https://dataapi.example/v2.0", **given)
        return Comagic(
            Account(name="main", settings=found, shared=str(shared)),
            transport=httpx.MockTransport(self),
            patience=self.clock.patience(),
            clock=self.clock,
        )


def read(client: Comagic, days: Days = MONTH) -> list[Record]:
    return [one for page in client.pages(SOURCE.stream("calls"), days) for one in page.records]


def test_every_field_that_is_asked_for_is_documented() -> None:
    for stream in SOURCE.streams[1:]:
        fields = stream.request["report"].fields  # pyright: ignore[reportAttributeAccessIssue]
        assert not set(fields) - FIELDS[stream.name]
        assert len(set(fields)) == len(fields)
        assert not {"text", "contact_full_name", "visitor_name", "visitor_email"} & set(fields)


def test_rows_are_read_page_by_page_in_the_order_of_their_ids(tmp_path: Path) -> None:
    count = PAGE_LIMIT * 2 + 5

    def answering(_: str, params: dict[str, Any]) -> dict[str, Any]:
        offset = params["offset"]
        numbers = range(offset, min(offset + params["limit"], count))
        return result(*(row(number) for number in numbers), total=count)

    api = DataApi(answering)
    assert len(read(api.client(tmp_path))) == count
    assert [params["offset"] for _, params in api.calls] == [0, PAGE_LIMIT, 2 * PAGE_LIMIT]
    params = api.calls[0][1]
    assert (params["date_from"], params["date_till"]) == (
        "2026-11-01 00:00:00",
        "2026-11-30 23:59:59",
    )
    assert params["sort"] == [{"field": "id", "order": "asc"}]


def test_what_lies_beyond_the_last_offset_is_asked_for_in_halves(tmp_path: Path) -> None:
    def answering(_: str, params: dict[str, Any]) -> dict[str, Any]:
        assert params["offset"] <= LAST_OFFSET
        first, last = params["date_from"][:10], params["date_till"][:10]
        if first != last:
            return result(total=LAST_OFFSET + PAGE_LIMIT + 1)
        return result(row(int(first[-2:]), first))

    found = read(DataApi(answering).client(tmp_path))
    assert [one.key for one in found] == [str(day) for day in range(1, 31)]


def test_a_day_that_cannot_be_paged_through_is_said(tmp_path: Path) -> None:
    api = DataApi(lambda *_: result(total=LAST_OFFSET + PAGE_LIMIT + 1))
    with pytest.raises(Rejected, match="a single day"):
        read(api.client(tmp_path))


def test_a_report_that_moves_under_the_reader_is_not_taken_for_whole(tmp_path: Path) -> None:
    api = DataApi(lambda *_: result(row(1), total=2))
    with pytest.raises(Unavailable, match="changed meanwhile"):
        read(api.client(tmp_path))


def test_points_of_the_minute_are_waited_for(tmp_path: Path) -> None:
    answers = [refused("limit_exceeded", day_remaining=5, minute_remaining=0, minute_reset=17)]
    api = DataApi(lambda *_: answers.pop() if answers else result(row(1)))
    assert len(read(api.client(tmp_path))) == 1
    assert 17.0 in api.clock.slept


def test_points_of_the_day_put_the_source_off(tmp_path: Path) -> None:
    answer = refused("limit_exceeded", day_remaining=0, day_reset=36_000, minute_reset=17)
    api = DataApi(lambda *_: answer)
    with pytest.raises(Deferred) as caught:
        read(api.client(tmp_path))
    assert caught.value.retry_after == 36_000
    assert len(api.calls) == 1


@pytest.mark.parametrize(
    ("mnemonic", "kind", "says"),
    [
        ("access_token_expired", Unauthorized, "ACCESS_TOKEN has expired"),
        ("access_token_blocked", Unauthorized, "blocked"),
        ("access_token_invalid", Unauthorized, "another"),
        ("ip_not_whitelisted", Unauthorized, "white list"),
        ("forbidden", Unauthorized, "no right"),
        ("account_inactive", Unauthorized, "blocked by its vendor"),
        ("internal_error", Unavailable, "failed"),
        ("limit_exceeded", RateLimited, "points"),
        ("date_interval_limit_reached", Rejected, "refused"),
    ],
)
def test_a_refusal_says_what_to_do_and_never_the_key(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    mnemonic: str,
    kind: type[ConnectorError],
    says: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(kind, match=says) as caught:
        read(DataApi(lambda *_: refused(mnemonic)).client(tmp_path))
    assert caught.value.code == mnemonic
    assert not leaked([TOKEN], told(caught.value) + caplog.text)
    assert "canary" not in told(caught.value).replace("canary of", "")


def test_a_page_for_people_is_no_answer(tmp_path: Path) -> None:
    api = DataApi(lambda *_: {})
    with pytest.raises(ContractBroken, match="neither"):
        read(api.client(tmp_path))


def test_a_session_that_is_over_is_opened_anew_once(tmp_path: Path) -> None:
    sessions: list[str] = []

    def answering(method: str, params: dict[str, Any]) -> dict[str, Any]:
        if method == "login.user":
            assert params == {"login": "reader", "password": "secret-of-reader"}
            sessions.append(f"session-{len(sessions)}")
            return {"result": {"data": {"access_token": sessions[-1], "expire": 3600, "app_id": 1}}}
        if params["access_token"] == "session-0" and params["date_from"] > "2026-11":
            return refused("access_token_invalid")
        return result(row(1, params["date_from"][:10]))

    api = DataApi(answering)
    client = api.client(tmp_path, login="reader", password="secret-of-reader")
    days = Days(first=date(2026, 10, 1), last=date(2026, 11, 30))
    assert len(read(client, days)) == 2
    assert len(sessions) == 2


def test_a_report_that_was_not_bought_is_off_and_the_others_load(tmp_path: Path) -> None:
    with tracked(tmp_path) as world:
        world.store.set_meta({"comagic_closed_reports": "chats"})
        with opened(SOURCE, world, tmp_path) as client:
            assert set(client.unavailable()) == {"chats"}
            assert isinstance(client, Comagic)
            found = {one.subject: one for one in client.check()}
    assert [name for name, one in found.items() if one.is_fault] == ["chats"]
    assert "Asia/Vladivostok" in found["account"].says


def test_an_address_that_is_not_entered_is_told_by_the_check(tmp_path: Path) -> None:
    with tracked(tmp_path) as world:
        world.store.set_meta({"comagic_is_whitelisted": "0"})
        with opened(SOURCE, world, tmp_path) as client:
            assert isinstance(client, Comagic)
            (finding,) = client.check()
    assert finding.is_fault
    assert "white list" in finding.says
    assert finding.remedy


def test_a_login_works_as_a_key_does(tmp_path: Path) -> None:
    with tracked(tmp_path) as world:
        environ = {
            "COMAGIC__MAIN__LOGIN": "reader",
            "COMAGIC__MAIN__PASSWORD": world.store.meta("comagic_password"),
            "COMAGIC__MAIN__BASE_URL": world.settings["COMAGIC__MAIN__BASE_URL"],
        }
        (account,) = settings.accounts(SOURCE, environ, tmp_path)
        with closing(SOURCE.open(account)) as client:
            (page,) = client.pages(SOURCE.stream("accounts"), Changes())
    assert [record.key for record in page.records] == ["4001"]


@pytest.mark.parametrize(
    "given",
    [
        {"LOGIN": "reader"},
        {"PASSWORD": "secret-of-reader"},
        {"ACCESS_TOKEN": TOKEN, "LOGIN": "reader"},
    ],
)
def test_half_an_account_is_said(given: dict[str, str], tmp_path: Path) -> None:
    environ = {f"COMAGIC__MAIN__{name}": value for name, value in given.items()}
    with pytest.raises(Misconfigured, match=r"both LOGIN and PASSWORD|keep one") as caught:
        settings.accounts(SOURCE, environ, tmp_path)
    assert not leaked(given.values(), str(caught.value)) - {"reader"}
