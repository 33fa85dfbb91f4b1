"""Letting an application in by the command, and what the authorization server may answer."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from connectors import settings
from connectors.bitrix24 import SOURCE
from connectors.bitrix24.access import auth_server, token_store
from connectors.bitrix24.auth_server import ENDPOINT, MEMBER, PORTAL
from connectors.bitrix24.authorise import code_of
from connectors.bitrix24.settings import Plan, Settings
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Misconfigured,
    Moved,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.stream import Account, Traffic
from connectors.token_store import Tokens, new_key
from infra.sandbox.server import STORE_NAME
from tests.connectors.bitrix24.installed import Installed
from tests.connectors.canary import leaked, told
from tests.connectors.clock import Clock
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import build

AUTHORISE = "python -m connectors.bitrix24 authorise --account main"
SECRET, REFRESH, ACCESS = "canary0client0secret", "canary0refresh", "canary0access"
NOW = datetime.now(UTC)
APPLICATION: dict[str, Any] = {
    "portal": "company.bitrix24.ru",
    "client_id": "local.1",
    "client_secret": SECRET,
}
ISSUED: dict[str, Any] = {
    "access_token": ACCESS,
    "refresh_token": REFRESH,
    "expires_in": 3600,
    "member_id": "m1",
    "client_endpoint": "https://company.bitrix24.ru/rest/",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("world")
    build(folder / STORE_NAME)
    with served(folder) as one:
        yield one


@pytest.fixture
def app(world: Served, tmp_path: Path) -> Installed:
    world.client.post(f"{world.http_url}/_sandbox/oauth", json={"reset": True})
    return Installed.on(world, tmp_path / "home" / "shared" / "bitrix24")


def authorise(app: Installed, home: Path, pasted: str, *, key: bool = True) -> Any:
    return subprocess.run(
        [sys.executable, "-m", "connectors.bitrix24", "authorise"],
        env={**app.environment(key=key), "WAREHOUSE_HOME": str(home / "home")},
        cwd=home,
        input=pasted,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_the_command_lets_the_application_in_and_makes_the_key(
    app: Installed, tmp_path: Path
) -> None:
    done = authorise(app, tmp_path, f"{app.code()}\n", key=False)
    assert done.returncode == 0, done.stderr
    client_id = app.world.store.meta("bitrix24_client_id")
    assert f"{app.origin}/oauth/authorize/?client_id={client_id}&state=" in done.stdout
    (line,) = (one for one in done.stdout.splitlines() if "__MAIN__TOKEN_KEY=" in one)
    key = SecretStr(line.partition("=")[2])
    tokens = token_store(app.account, key).read()
    assert tokens.details[ENDPOINT] == f"{app.origin}/rest"
    shown = done.stdout.replace(key.get_secret_value(), "") + done.stderr
    assert leaked([*app.secrets(tokens), key.get_secret_value()], shown) == set()


def test_with_a_key_the_command_shows_no_secret_and_a_whole_address_may_be_pasted(
    app: Installed, tmp_path: Path
) -> None:
    pasted = f"https://app.example/?code={app.code()}&domain=x&member_id=y&scope=crm\n"
    done = authorise(app, tmp_path, pasted)
    assert done.returncode == 0, done.stderr
    assert leaked(app.secrets(app.stored()), done.stdout + done.stderr) == set()
    app.portal().call("scope", {})


def test_a_code_that_is_none_stores_nothing(app: Installed, tmp_path: Path) -> None:
    done = authorise(app, tmp_path, "0123456789abcdef\n")
    assert done.returncode == 1
    assert "begin again" in done.stderr
    with pytest.raises(Unauthorized, match="no tokens yet"):
        app.stored()


def test_a_code_of_another_portal_is_refused(app: Installed, tmp_path: Path) -> None:
    other = app.origin.replace("http://127.0.0.1", "localhost")
    app.control(address=other)
    done = authorise(app, tmp_path, f"{app.code()}\n")
    assert done.returncode == 1
    assert f"the code is for the portal {other} and PORTAL says 127.0.0.1" in done.stderr
    with pytest.raises(Unauthorized, match="no tokens yet"):
        app.stored()


def test_a_webhook_has_nothing_to_authorise(world: Served, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "connectors.bitrix24", "authorise"],
        env={"BITRIX24_WEBHOOK_URL": world.settings["BITRIX24_WEBHOOK_URL"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "nothing to authorise" in done.stderr


def test_an_address_of_an_earlier_attempt_is_refused() -> None:
    assert code_of("https://a.example/?code=c0de&state=mine", "mine").get_secret_value() == "c0de"
    assert code_of("code=c0de&state=mine\n", "mine").get_secret_value() == "c0de"
    with pytest.raises(Rejected, match="earlier attempt"):
        code_of("https://a.example/?code=c0de&state=older", "mine")


@pytest.mark.parametrize(
    "pasted", ["", "\n", "no code at all\n", "https://a.example/?code=&state=s"]
)
def test_what_is_no_code_is_said_to_be_none(pasted: str) -> None:
    with pytest.raises(Rejected, match="no code: begin again"):
        code_of(pasted, "s")


ANSWERS: list[tuple[httpx.Response, type[ConnectorError], str, int]] = [
    (
        httpx.Response(400, json={"error": "invalid_grant", "error_description": REFRESH}),
        Unauthorized,
        f"no longer valid.*authorise again: {AUTHORISE}",
        1,
    ),
    (httpx.Response(401, json={"error": "invalid_client"}), Unauthorized, "CLIENT_SECRET", 1),
    (httpx.Response(402, json={"error": "PAYMENT_REQUIRED"}), Unauthorized, "paid period", 1),
    (httpx.Response(400, json={"error": "invalid_scope"}), Unauthorized, "its card", 1),
    (httpx.Response(400, json={"error": "insufficient_scope"}), Unauthorized, "its card", 1),
    (httpx.Response(400, json={"error": "invalid_request"}), Rejected, "HTTP 400", 1),
    (httpx.Response(200, json={"error": "invalid_grant"}), Unauthorized, "authorise again", 1),
    (httpx.Response(404, html="<html>"), Rejected, "HTTP 404", 1),
    (httpx.Response(500, json={"error": REFRESH}), Unavailable, "HTTP 500", 4),
    (httpx.Response(502, html=f"<html>{REFRESH}"), Unavailable, "HTTP 502", 4),
    (httpx.Response(429), RateLimited, "too often", 4),
    (httpx.Response(302, headers={"location": f"https://x.example/{REFRESH}"}), Moved, "URL", 1),
    (httpx.Response(200, html="<html>"), ContractBroken, "something else", 1),
    (httpx.Response(200, json=[]), ContractBroken, "something else", 1),
    (httpx.Response(200, json={**ISSUED, "refresh_token": ""}), ContractBroken, "lacks", 1),
    (httpx.Response(200, json={**ISSUED, "expires_in": None}), ContractBroken, "lacks", 1),
    (httpx.Response(200, json={**ISSUED, "member_id": "m2"}), ContractBroken, "another portal", 1),
    (
        httpx.Response(200, json={**ISSUED, "client_endpoint": "http://evil.example/rest/"}),
        ContractBroken,
        "no https://",
        1,
    ),
]


def account(**changed: Any) -> Account:
    fields = {**APPLICATION, "token_key": new_key(), **changed}
    return Account(name="main", settings=Settings(**fields), shared="unused")


def pair() -> Tokens:
    return Tokens(
        access_token=SecretStr(ACCESS),
        refresh_token=SecretStr(REFRESH),
        issued_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        details={ENDPOINT: "https://company.bitrix24.ru/rest", MEMBER: "m1", PORTAL: "old.example"},
    )


@pytest.mark.parametrize(("answer", "kind", "said", "asked"), ANSWERS)
def test_each_answer_of_the_authorization_server_has_its_verdict(
    answer: httpx.Response, kind: type[ConnectorError], said: str, asked: int
) -> None:
    requests: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    server = auth_server(
        account(), Traffic(), transport=httpx.MockTransport(reply), patience=Clock().patience()
    )
    with pytest.raises(kind, match=said) as caught:
        server.refresh(pair())
    assert len(requests) == asked
    assert leaked([SECRET, REFRESH, ACCESS], told(caught.value)) == set()


def test_secrets_go_to_the_authorization_server_alone_and_in_no_address() -> None:
    requests: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={**ISSUED, "expires_in": "3600", "unknown": [1]})

    server = auth_server(
        account(), Traffic(), transport=httpx.MockTransport(reply), patience=Clock().patience()
    )
    fresh = server.refresh(pair())
    assert fresh.details[PORTAL] == "old.example"
    assert fresh.expires_at - fresh.issued_at == timedelta(hours=1)
    (request,) = requests
    assert str(request.url) == "https://oauth.bitrix.info/oauth/token/"
    assert f"client_secret={SECRET}" in request.content.decode()


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("company.bitrix24.ru", "company.bitrix24.ru"),
        ("https://CRM.example.com:8443/", "crm.example.com:8443"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
    ],
)
def test_a_portal_is_a_host_or_an_address(given: str, host: str) -> None:
    assert Settings(**{**APPLICATION, "portal": given}).host == host


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"PORTAL": "http://company.example"}, "PORTAL: .*https://"),
        ({"PORTAL": "company.example/rest"}, "PORTAL: .*is no portal"),
        ({"CLIENT_SECRET": ""}, "needs CLIENT_SECRET too"),
        ({"CLIENT_ID": "", "PORTAL": ""}, "needs CLIENT_ID, PORTAL too"),
        ({"WEBHOOK_URL": "https://a.example/rest/1/canary0hook/"}, "either WEBHOOK_URL or"),
        ({"OAUTH_URL": "http://a.example/oauth/token/"}, "OAUTH_URL: .*https://"),
        ({"PLAN": "gold"}, "PLAN"),
    ],
)
def test_settings_that_cannot_work_are_named_without_their_values(
    changed: dict[str, str], said: str, tmp_path: Path
) -> None:
    fields = {name.upper(): value for name, value in APPLICATION.items()} | changed
    environ = {f"BITRIX24__MAIN__{name}": value for name, value in fields.items()}
    with pytest.raises(Misconfigured, match=f"BITRIX24__MAIN.*{said}") as caught:
        settings.accounts(SOURCE, environ, tmp_path)
    assert leaked([SECRET, "canary0hook"], told(caught.value)) == set()


def test_a_plan_alone_makes_no_account(tmp_path: Path) -> None:
    environ = {"BITRIX24__MAIN__PLAN": "enterprise", "BITRIX24__MAIN__TOKEN_KEY": "x"}
    assert settings.accounts(SOURCE, environ, tmp_path) == ()


def test_plans_ask_as_fast_as_each_portal_allows() -> None:
    paces = {plan.value: (plan.pace.burst, plan.pace.per_second) for plan in Plan}
    cloud = {"standard": (50, 2.0), "enterprise": (250, 5.0)}
    assert {name: paces[name] for name in cloud} == cloud
    assert paces["self_hosted"][1] >= 4 * paces["enterprise"][1]
