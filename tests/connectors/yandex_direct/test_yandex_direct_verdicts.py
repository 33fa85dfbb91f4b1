"""Direct's errors: what each means for the caller, and that nothing secret goes with it."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import httpx
import pytest

from connectors import settings
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Deferred,
    Misconfigured,
    Moved,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.yandex_direct import SOURCE
from tests.connectors.canary import leaked, told
from tests.connectors.yandex_direct.imagined import TOKEN, Direct, failed, read, report

PAGE = "<!DOCTYPE html><title>Bad gateway</title>"
CANARIES = {TOKEN, "canary of a record"}

CASES: list[tuple[httpx.Response, type[ConnectorError], str, int]] = [
    (failed(52), Unavailable, "52", 4),
    (failed(1000, 503), Unavailable, "1000", 4),
    (failed("1002", 500), Unavailable, "1002", 4),
    (httpx.Response(500, text=PAGE), Unavailable, "500", 4),
    (httpx.Response(503, text=PAGE), Unavailable, "503", 4),
    (failed(56), RateLimited, "56", 4),
    (failed(506), RateLimited, "506", 4),
    (httpx.Response(429), RateLimited, "too many", 4),
    (failed(152), Deferred, "points", 1),
    (failed(53), Unauthorized, "TOKEN", 1),
    (failed(54), Unauthorized, "right", 1),
    (failed(58), Unauthorized, "apply", 1),
    (failed(513), Unauthorized, "connected", 1),
    (failed(8800), Unauthorized, "CLIENT_LOGIN", 1),
    (failed(8000), Rejected, "8000", 1),
    (failed(4000), Rejected, "4000", 1),
    (failed("canary of a record"), Rejected, "400", 1),
    (httpx.Response(400, json={"error": "canary of a record"}), Rejected, "400", 1),
    (httpx.Response(404, text=PAGE), Rejected, "404", 1),
    (httpx.Response(302, headers={"location": "https://x.example"}), Moved, "redirect", 1),
]


@pytest.mark.parametrize("service", ["reports", "clients"])
@pytest.mark.parametrize(
    ("answer", "kind", "said", "calls"), CASES, ids=[f"{c[0].status_code}-{c[2]}" for c in CASES]
)
def test_an_error_says_what_to_do(
    service: str,
    answer: httpx.Response,
    kind: type[ConnectorError],
    said: str,
    calls: int,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    direct = Direct(lambda _: answer)
    if service == "clients":
        direct.clients = lambda: answer
    with pytest.raises(ConnectorError) as caught:
        read(direct.client(tmp_path))
    assert type(caught.value) is kind
    assert said in str(caught.value)
    asked = [request for request in direct.requests if request.url.path.endswith(service)]
    assert len(asked) == calls
    assert leaked(CANARIES, told(caught.value) + caplog.text + files(tmp_path)) == set()


def files(folder: Path) -> str:
    """Return the names and texts of what was kept for other processes."""
    return "\n".join(
        f"{path} {path.read_text(encoding='utf-8')}" for path in folder.rglob("*") if path.is_file()
    )


def test_a_page_for_people_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken):
        read(Direct(lambda _: httpx.Response(200, html=PAGE)).client(tmp_path))


def test_errors_of_clients_come_with_status_200(tmp_path: Path) -> None:
    direct = Direct(lambda _: report(), clients=lambda: failed(53, 200))
    with pytest.raises(Unauthorized):
        read(direct.client(tmp_path))


def test_directs_id_of_the_request_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="8695244274068608439") as caught:
        read(Direct(lambda _: failed(8000)).client(tmp_path))
    assert caught.value.code == "8000"
    bare = httpx.Response(400, headers={"RequestId": "12345"})
    with pytest.raises(Rejected, match="12345"):
        read(Direct(lambda _: bare).client(tmp_path))


def test_a_limit_is_waited_for(tmp_path: Path) -> None:
    answers = [failed(56), report()]
    direct = Direct(lambda _: answers.pop(0))
    read(direct.client(tmp_path))
    assert direct.clock.slept == [10.0]


def test_spent_points_come_back_at_the_next_full_hour(tmp_path: Path) -> None:
    with pytest.raises(Deferred) as caught:
        read(Direct(lambda _: failed(152)).client(tmp_path))
    comes_back = time.time() + (caught.value.retry_after or 0)
    assert abs(comes_back - round(comes_back / 3600) * 3600) < 5
    assert 0 < (caught.value.retry_after or 0) <= 3600


@pytest.mark.parametrize("fault", [httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError])
def test_a_broken_connection_tells_no_secret(
    fault: type[httpx.TransportError], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def broken(_: object) -> httpx.Response:
        said = f"{direct.requests[-1].headers}"
        raise fault(said, request=direct.requests[-1])

    direct = Direct(broken)
    with pytest.raises((Unavailable, TimedOut)) as caught:
        read(direct.client(tmp_path))
    assert leaked(CANARIES, told(caught.value) + caplog.text + files(tmp_path)) == set()


@pytest.mark.parametrize(
    ("field", "value"), [("BASE_URL", "http://direct.example"), ("TOKEN", ""), ("TOKE", "x")]
)
def test_a_mistake_names_the_setting_and_not_the_value(
    field: str, value: str, tmp_path: Path
) -> None:
    name = f"YANDEX_DIRECT__MAIN__{field}"
    environ = {
        "YANDEX_DIRECT__MAIN__TOKEN": TOKEN,
        "YANDEX_DIRECT__MAIN__FIRST_DAY": "2026-01-01",
        name: value,
    }
    if not value:
        assert settings.accounts(SOURCE, environ, tmp_path) == ()
        return
    with pytest.raises(Misconfigured, match=name) as caught:
        settings.accounts(SOURCE, environ, tmp_path)
    assert leaked({TOKEN}, told(caught.value)) == set()
