"""What a portal does wrong, and what becomes of it: a wait, a retry, or an error for a person."""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.bitrix24 import SOURCE
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
from tests.connectors.bitrix24.portal_double import (
    SECRET,
    PortalDouble,
    failing,
    keys_of,
    page_for_people,
    read,
    row,
)
from tests.connectors.canary import leaked, told


@pytest.fixture
def portal() -> PortalDouble:
    return PortalDouble([row(number) for number in range(1, 121)])


def test_too_many_requests_is_waited_out(portal: PortalDouble, tmp_path: Path) -> None:
    """E1."""
    portal.next_replies = [failing(503, "QUERY_LIMIT_EXCEEDED")] * 5
    client = portal.client(tmp_path)
    assert len(keys_of(read(client))) == 120
    assert client.traffic.retries == 5
    assert client.traffic.requests == 6
    assert sum(portal.clock.slept) >= 1 + 2 + 4 + 8 + 16
    assert len(portal.commands[0]) == 21  # being asked too often is no reason to ask for less


def test_execution_time_is_waited_out_to_the_moment_that_was_named(
    portal: PortalDouble, tmp_path: Path
) -> None:
    """E2."""
    now = portal.clock.now
    block = {"finish": now, "operating_reset_at": now + 90}
    portal.next_replies = [failing(429, "OPERATION_TIME_LIMIT", time=block)]
    client = portal.client(tmp_path)
    assert len(keys_of(read(client))) == 120
    assert client.traffic.requests == 2
    assert 90 <= sum(portal.clock.slept) < 95


def test_execution_time_without_a_moment_is_waited_for_longer_each_time(
    portal: PortalDouble, tmp_path: Path
) -> None:
    portal.next_replies = [failing(429, "OPERATION_TIME_LIMIT")] * 3
    assert len(keys_of(read(portal.client(tmp_path)))) == 120
    assert sum(portal.clock.slept) >= 60
    assert len(portal.clock.slept) <= 4


def test_execution_time_that_never_comes_back_defers_the_source(
    portal: PortalDouble, tmp_path: Path
) -> None:
    block = {"finish": portal.clock.now, "operating_reset_at": portal.clock.now + 590}
    portal.next_replies = [failing(429, "OPERATION_TIME_LIMIT", time=block)] * 9
    with pytest.raises((Deferred, RateLimited)):
        read(portal.client(tmp_path))
    assert sum(portal.clock.slept) <= 1_800


@pytest.mark.parametrize("reset", ["as a number", "as text", "as an instant"])
def test_a_budget_that_runs_low_is_spared(reset: str, portal: PortalDouble, tmp_path: Path) -> None:
    portal.clock.now = 1_800_000_000.0
    portal.time = {
        "operating": 470.0,
        "operating_reset_at": {
            "as a number": 1_800_000_200,
            "as text": "1800000200",
            "as an instant": "2027-01-15T08:03:20+00:00",
        }[reset],
    }
    client = portal.client(tmp_path)
    read(client)
    read(client)
    assert 199 <= sum(portal.clock.slept) <= 210
    assert client.traffic.operating_seconds["crm.item.list"] == 470.0


def test_a_portal_without_limits_says_nothing_of_them(portal: PortalDouble, tmp_path: Path) -> None:
    client = portal.client(tmp_path)
    read(client)
    assert client.traffic.operating_seconds == {}
    assert portal.clock.slept == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("ERROR_METHOD_NOT_FOUND", Rejected),
        ("INVALID_ARG_VALUE", Rejected),
        ("insufficient_scope", Unauthorized),
        ("ACCESS_DENIED", Unauthorized),
        ("SOMETHING_NEW", Rejected),
        (0, Rejected),
        ("", Rejected),
        ({"code": "BITRIX_REST_V3_EXCEPTION_X", "message": "m", "validation": []}, Rejected),
    ],
)
@pytest.mark.parametrize("place", ["answer", "part"])
def test_an_error_under_status_200(
    error: Any, kind: type[ConnectorError], place: str, portal: PortalDouble, tmp_path: Path
) -> None:
    """E3, in the whole answer and in the first part of a batch."""
    if place == "answer":
        portal.next_replies = [failing(200, error)] * 2
    else:
        portal.part_errors["p0"] = error
    client = portal.client(tmp_path)
    with pytest.raises(kind):
        read(client)
    assert client.traffic.requests == 1


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (401, "expired_token", Unauthorized),
        (401, "NO_AUTH_FOUND", Unauthorized),
        (401, "INVALID_CREDENTIALS", Unauthorized),
        (403, "insufficient_scope", Unauthorized),
        (400, "INVALID_REQUEST", Misconfigured),
        (503, "OVERLOAD_LIMIT", Rejected),
        (500, "PORTAL_DELETED", Unauthorized),
        (418, "TEAPOT", Rejected),
    ],
)
def test_what_does_not_pass_is_not_repeated(
    status: int, error: str, kind: type[ConnectorError], portal: PortalDouble, tmp_path: Path
) -> None:
    portal.next_replies = [failing(status, error, error_description=f"secret {SECRET}")]
    client = portal.client(tmp_path)
    with pytest.raises(kind) as caught:
        read(client)
    assert client.traffic.requests == 1
    assert error in str(caught.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, "INTERNAL_SERVER_ERROR"), (500, "ERROR_UNEXPECTED_ANSWER"), (599, "SOMETHING_NEW")],
)
def test_what_may_pass_is_repeated(
    status: int, error: str, portal: PortalDouble, tmp_path: Path
) -> None:
    portal.next_replies = [failing(status, error)] * 3
    client = portal.client(tmp_path)
    assert len(keys_of(read(client))) == 120
    assert client.traffic.retries == 3


def test_a_later_part_that_fails_keeps_the_pages_before_it(
    portal: PortalDouble, tmp_path: Path
) -> None:
    def heal(batch: int) -> None:
        if batch > 1:
            portal.part_errors.clear()

    portal.part_errors["p1"] = "INTERNAL_SERVER_ERROR"
    portal.on_batch = heal
    assert keys_of(read(portal.client(tmp_path))) == list(range(1, 121))


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, ContractBroken), (401, Unauthorized), (404, Rejected), (503, Unavailable)],
)
def test_a_page_for_people_instead_of_json(
    status: int, kind: type[ConnectorError], portal: PortalDouble, tmp_path: Path
) -> None:
    """E4."""
    portal.next_replies = [page_for_people(status)] * 9
    client = portal.client(tmp_path)
    with pytest.raises(kind) as caught:
        read(client)
    assert "html" not in told(caught.value).lower()
    assert client.traffic.requests == (6 if kind is Unavailable else 1)


@pytest.mark.parametrize("how", ["text", "gzip", "length"])
def test_an_answer_that_breaks_off_is_asked_for_anew(
    how: str, portal: PortalDouble, tmp_path: Path
) -> None:
    """E5."""

    def cut(request: httpx.Request) -> httpx.Response:
        body = portal(request).content
        if how == "gzip":
            packed = gzip.compress(body)
            headers = {"content-encoding": "gzip"}
            return httpx.Response(200, headers=headers, stream=_Bytes(packed[: len(packed) // 2]))
        return httpx.Response(200, stream=_Bytes(body[:-200], breaks=how == "length"))

    portal.next_replies = [cut]
    client = portal.client(tmp_path)
    assert keys_of(read(client)) == list(range(1, 121))
    assert client.traffic.retries == 1


class _Bytes(httpx.SyncByteStream):
    def __init__(self, body: bytes, *, breaks: bool = False) -> None:
        self._body = body
        self._breaks = breaks

    def __iter__(self) -> Any:
        yield self._body
        if self._breaks:
            msg = "peer closed connection without sending complete message body"
            raise httpx.RemoteProtocolError(msg)


def test_a_redirect_is_refused_and_the_secret_stays(portal: PortalDouble, tmp_path: Path) -> None:
    """E8."""
    asked: list[str] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"location": f"https://elsewhere.example/{SECRET}"})

    portal.next_replies = [redirect] * 3
    with pytest.raises(Rejected):
        read(portal.client(tmp_path))
    assert asked == ["portal.example"]


@pytest.mark.parametrize("empty", [[], {}, False, None, {"items": []}, {"items": {}}])
def test_every_shape_of_an_empty_page(empty: Any, tmp_path: Path) -> None:
    portal = PortalDouble([])
    result = {"result": {"newest": [], "p0": empty}, "result_error": [], "result_time": []}
    portal.next_replies = [lambda _: httpx.Response(200, json={"result": result})]
    pages = read(portal.client(tmp_path))
    assert keys_of(pages) == []
    assert len(pages) == 1


def test_rows_under_their_numbers_are_rows(tmp_path: Path) -> None:
    """PHP prints a list with gaps as an object."""
    portal = PortalDouble([])
    result = {"result": {"p0": {"items": {"0": row(1), "2": row(2)}}}, "result_error": []}
    portal.next_replies = [lambda _: httpx.Response(200, json={"result": result})]
    assert keys_of(read(portal.client(tmp_path))) == [1, 2]


@pytest.mark.parametrize("broken", ["text", [1, 2], {"items": "no"}, {"items": [{"id": "x"}]}])
def test_a_page_of_something_else(broken: Any, tmp_path: Path) -> None:
    portal = PortalDouble([])
    result = {"result": {"p0": broken}, "result_error": []}
    portal.next_replies = [lambda _: httpx.Response(200, json={"result": result})]
    with pytest.raises(ContractBroken):
        read(portal.client(tmp_path))


def test_a_batch_that_answers_nothing(tmp_path: Path) -> None:
    portal = PortalDouble([])
    empty = {"result": [], "result_error": [], "result_total": [], "result_next": []}
    portal.next_replies = [lambda _: httpx.Response(200, json={"result": empty})]
    with pytest.raises(ContractBroken):
        read(portal.client(tmp_path))


def test_fields_of_another_type_are_kept_as_sent(tmp_path: Path) -> None:
    """E24: what a field means is decided downstream; the landing takes any JSON."""
    odd = {"UF_A": ["x"], "UF_B": "", "UF_C": False, "UF_D": {}, "UF_E": None, "UF_F": "Y"}
    portal = PortalDouble([row(1, **odd)])
    record = read(portal.client(tmp_path))[0].records[0]
    assert json.loads(record.payload).items() >= odd.items()


def test_a_character_that_postgresql_refuses_is_replaced_and_kept(tmp_path: Path) -> None:
    portal = PortalDouble([row(1, title="a\x00b"), row(2)])
    first, second = read(portal.client(tmp_path))[0].records
    assert json.loads(first.payload)["title"] == "a\ufffdb"
    assert first.original is not None
    assert b"a\\u0000b" in first.original
    assert second.original is None


def test_the_secret_is_nowhere(
    portal: PortalDouble, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(str(request.url), request=request)

    texts: list[str] = []
    for reply in (refuse, page_for_people(503), failing(401, SECRET), failing(503, "X")):
        portal.next_replies = [reply] * 9
        client = portal.client(tmp_path)
        with pytest.raises(ConnectorError) as caught:
            client.unavailable()
        texts += [told(caught.value), repr(client), repr(SOURCE), str(client.traffic)]
    names = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")]
    contents = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    shown = "\n".join([*texts, *names, *contents, caplog.text])
    assert leaked([SECRET, "portal.example"], shown) == set()
