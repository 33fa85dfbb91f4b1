"""An application's tokens in use: renewed once, by one, durably, and never shown."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.bitrix24.auth_server import ENDPOINT
from connectors.errors import Misconfigured, Moved, Unauthorized
from connectors.stream import Traffic
from infra.sandbox.server import STORE_NAME
from tests.connectors.bitrix24.installed import Installed
from tests.connectors.canary import leaked, told
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import build

AUTHORISE = "python -m connectors.bitrix24 authorise --account main"
SCOPE = "portal.call('scope', {}); print(traffic.requests)\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("world")
    build(folder / STORE_NAME)
    with served(folder) as one:
        yield one


@pytest.fixture
def app(world: Served, tmp_path: Path) -> Installed:
    world.client.post(f"{world.http_url}/_sandbox/oauth", json={"reset": True})
    return Installed.on(world, tmp_path / "shared" / "bitrix24")


def test_a_call_carries_the_token_in_its_body_to_the_address_of_the_tokens(app: Installed) -> None:
    app.authorise()
    assert app.portal().call("server.time", {}).time.started_at is not None
    assert app.control()["refreshed"] == 0


def test_an_ended_token_is_renewed_once_and_the_call_repeated(app: Installed) -> None:
    first = app.authorise()
    portal = app.portal()
    portal.call("scope", {})
    app.control(expire_now=True)
    portal.call("scope", {})
    counts = app.control()
    assert (counts["refreshed"], counts["expired"]) == (1, 1)
    assert app.stored().refresh_token != first.refresh_token


def test_threads_that_meet_an_ended_token_renew_it_once(app: Installed) -> None:
    app.authorise()
    portal = app.portal()
    app.control(expire_now=True, answer_seconds=0.2)
    threads = [threading.Thread(target=portal.call, args=("scope", {})) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert app.control()["refreshed"] == 1


def test_a_token_about_to_end_is_renewed_before_it_is_refused(app: Installed) -> None:
    app.authorise(aged=3600 - 100)
    portal = app.portal()
    portal.call("scope", {})
    portal.call("scope", {})
    counts = app.control()
    assert (counts["refreshed"], counts["expired"]) == (1, 0)


def test_processes_that_renew_at_once_make_one_renewal(app: Installed) -> None:
    app.authorise()
    app.control(expire_now=True, answer_seconds=0.5)
    children = [app.process(SCOPE) for _ in range(2)]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    ended = [child.communicate() for child in children]
    assert [child.returncode for child in children] == [0, 0], ended
    counts = app.control()
    assert (counts["refreshed"], counts["refused"]) == (1, 0)
    assert counts["expired"] == 2  # both had met the end before either renewed


def crash(app: Installed) -> None:
    """Let a process die when the server has given the next pair and nothing is kept of it."""
    child = app.process(
        "import signal\n"
        "from connectors.bitrix24.auth_server import AuthServer\n"
        "refresh = AuthServer.refresh\n"
        "def dies(self, tokens):\n"
        "    refresh(self, tokens)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "AuthServer.refresh = dies\n" + SCOPE
    )
    child.communicate("\n")
    assert child.returncode == -signal.SIGKILL


def test_a_crash_before_the_pair_was_kept_recovers_where_the_server_allows(app: Installed) -> None:
    first = app.authorise()
    app.control(expire_now=True, honours_spent_once=True)
    crash(app)
    assert app.stored() == first
    app.portal().call("scope", {})
    assert app.control()["refreshed"] == 2
    assert app.stored().refresh_token != first.refresh_token


def test_a_crash_before_the_pair_was_kept_says_what_to_run_otherwise(app: Installed) -> None:
    first = app.authorise()
    app.control(expire_now=True)
    crash(app)
    with pytest.raises(Unauthorized, match=f"authorise again: {AUTHORISE}") as caught:
        app.portal().call("scope", {})
    assert caught.value.code == "invalid_grant"
    assert leaked(app.secrets(first), told(caught.value)) == set()
    app.authorise()
    app.portal().call("scope", {})


def test_no_refresh_token_is_spent_where_the_next_could_not_be_kept(
    app: Installed, tmp_path: Path
) -> None:
    app.authorise()
    app.control(expire_now=True)
    (tmp_path / "shared" / "bitrix24" / "tokens-main.json.new").mkdir()
    with pytest.raises(Misconfigured, match="cannot be kept"):
        app.portal().call("scope", {})
    assert app.control()["refreshed"] == 0


def test_a_pair_is_kept_before_it_is_used(app: Installed) -> None:
    """The call that was refused is not repeated with a pair that is in memory alone."""
    first = app.authorise()
    app.control(expire_now=True)
    used: list[bool] = []
    portal = app.portal()
    send = portal._access._http.fetch  # pyright: ignore

    def watched(request, read):  # pyright: ignore
        token = request().json["auth"]
        used.append(token == app.stored().access_token.get_secret_value())
        return send(request, read)

    portal._access._http.fetch = watched  # pyright: ignore
    portal.call("scope", {})
    assert used == [True, True]
    assert app.stored() != first


def test_nothing_is_shown_of_tokens_that_come_and_go(
    app: Installed, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    pairs = [app.authorise()]
    portal = app.portal()
    for _ in range(2):
        app.control(expire_now=True)
        portal.call("scope", {})
        pairs.append(app.stored())
    for pair in pairs:
        logging.getLogger("somebody").warning("said %s", pair.refresh_token.get_secret_value())
    shown = caplog.text + "".join(capfd.readouterr()) + repr(portal) + repr(app.account)
    assert "said [secret]" in shown
    assert leaked(app.secrets(*pairs), shown) == set()


def test_a_server_that_fails_is_asked_again(app: Installed) -> None:
    app.authorise()
    fault = {"kind": "html", "match": "/oauth/token", "status": 502}
    app.world.client.post(f"{app.world.http_url}/_sandbox/faults", json=[fault])
    app.control(expire_now=True)
    traffic = Traffic()
    app.portal(traffic).call("scope", {})
    assert traffic.retries == 1
    assert app.control()["refreshed"] == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"client_id": "local.other"}, "another application than CLIENT_ID"),
        ({"portal": "https://other.example"}, "another portal than PORTAL"),
    ],
)
def test_tokens_of_another_application_or_portal_are_not_used(
    app: Installed, changed: dict[str, str], said: str
) -> None:
    app.authorise()
    settings = app.account.settings.model_copy(update=changed)
    other = replace(app, account=replace(app.account, settings=settings))
    with pytest.raises(Unauthorized, match=f"{said}; authorise: {AUTHORISE}"):
        other.portal().call("scope", {})


def test_a_portal_that_has_moved_is_followed_by_new_tokens(
    app: Installed, caplog: pytest.LogCaptureFixture
) -> None:
    app.authorise(aged=600)
    there = app.origin.replace("127.0.0.1", "localhost").partition("://")[2]
    app.control(address=there)
    app.portal().call("scope", {})
    assert app.stored().details[ENDPOINT] == f"http://{there}/rest"
    app.portal().call("scope", {})
    assert app.control()["refreshed"] == 1
    assert f"to {there}: write the new host into PORTAL" in caplog.text


def test_a_move_that_new_tokens_do_not_know_names_the_host_and_renews_nothing(
    app: Installed,
) -> None:
    pair = app.authorise()
    app.control(address="moved.example")
    with pytest.raises(Moved, match=r"moved\.example: .* into PORTAL") as caught:
        app.portal().call("scope", {})
    assert app.control()["refreshed"] == 0
    assert leaked(app.secrets(pair), told(caught.value)) == set()


def test_without_tokens_the_first_call_says_what_to_run(app: Installed) -> None:
    with pytest.raises(Unauthorized, match=f"no tokens yet; authorise: {AUTHORISE}"):
        app.portal().call("scope", {})


def test_without_a_key_nothing_is_opened(app: Installed) -> None:
    settings = app.account.settings.model_copy(update={"token_key": None})
    keyless = replace(app, account=replace(app.account, settings=settings))
    with pytest.raises(Misconfigured, match=f"TOKEN_KEY is missing: {AUTHORISE} makes one"):
        keyless.portal()


def test_a_wrong_key_names_the_setting(app: Installed) -> None:
    app.authorise()
    key = SecretStr("x" * 43 + "=")
    settings = app.account.settings.model_copy(update={"token_key": key})
    with pytest.raises(Misconfigured, match="TOKEN_KEY is not the key"):
        replace(app, account=replace(app.account, settings=settings)).portal().call("scope", {})
