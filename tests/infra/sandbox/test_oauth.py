"""The sandbox's authorization server, held against what the vendor documents of it.

Source of the answers: github.com/bitrix24/b24restdocs (MIT), settings/oauth: index.md,
auto-renewal.md, error-codes.md; settings/how-to-call-rest-api/change-domen.md.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.infra.sandbox.serving import Served

DOCUMENTED = {
    "access_token",
    "client_endpoint",
    "domain",
    "expires_in",
    "member_id",
    "refresh_token",
    "scope",
    "server_endpoint",
    "status",
}


class App:
    """An application as a client would write it: nothing of the product's code."""

    def __init__(self, world: Served) -> None:
        self.world = world
        meta = world.store.all_meta()
        self.pair = {
            "client_id": meta["bitrix24_client_id"],
            "client_secret": meta["bitrix24_client_secret"],
        }

    def code(self) -> str:
        page = self.world.client.get(
            f"{self.world.http_url}/oauth/authorize/",
            params={"client_id": self.pair["client_id"], "state": "s"},
        )
        found = re.search(r"<code>(\w+)</code>", page.text)
        assert found, page.text
        return found[1]

    def ask(self, verb: str = "GET", **grant: str) -> httpx.Response:
        address = f"{self.world.http_url}/oauth/token/"
        fields = {**self.pair, **grant}
        if verb == "GET":
            return self.world.client.get(address, params=fields)
        return self.world.client.post(address, data=fields)

    def first(self) -> dict[str, Any]:
        answer = self.ask(grant_type="authorization_code", code=self.code())
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refresh(self, token: str, verb: str = "GET") -> httpx.Response:
        return self.ask(verb, grant_type="refresh_token", refresh_token=token)

    def call(self, token: str, method: str = "scope", **params: Any) -> httpx.Response:
        address = f"{self.world.http_url}/rest/{method}"
        return self.world.client.post(address, json={**params, "auth": token})

    def control(self, **changed: Any) -> dict[str, Any]:
        answer = self.world.client.post(f"{self.world.http_url}/_sandbox/oauth", json=changed)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def app(tiny: Served) -> Iterator[App]:
    one = App(tiny)
    yield one
    one.control(reset=True)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_a_code_gives_a_pair_of_the_documented_shape_once(app: App) -> None:
    code = app.code()
    issued = app.ask(grant_type="authorization_code", code=code).json()
    assert set(issued) == DOCUMENTED
    assert issued["expires_in"] == 3600
    assert issued["client_endpoint"] == f"{app.world.http_url}/rest/"
    again = app.ask(grant_type="authorization_code", code=code)
    assert refusal(again) == (400, "invalid_grant")


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_each_renewal_spends_the_refresh_token(app: App, verb: str) -> None:
    first = app.first()
    second = app.refresh(first["refresh_token"], verb).json()
    assert set(second) == DOCUMENTED
    assert second["refresh_token"] != first["refresh_token"]
    assert second["member_id"] == first["member_id"]
    assert refusal(app.refresh(first["refresh_token"])) == (400, "invalid_grant")
    assert app.refresh(second["refresh_token"]).status_code == 200
    counts = app.control()
    assert (counts["exchanged"], counts["refreshed"], counts["refused"]) == (1, 2, 1)
    assert app.control(reset=True)["refreshed"] == 0
    assert refusal(app.call(second["access_token"])) == (401, "invalid_token")


def test_a_spent_refresh_token_may_be_honoured_once(app: App) -> None:
    app.control(honours_spent_once=True)
    first = app.first()["refresh_token"]
    assert [app.refresh(first).status_code for _ in range(3)] == [200, 200, 400]


def test_a_method_is_called_with_a_token_in_body_or_query(app: App) -> None:
    token = app.first()["access_token"]
    by_webhook = app.world.rest("crm.item.list", entityTypeId=2, start=-1)["result"]
    in_body = app.call(token, "crm.item.list", entityTypeId=2, start=-1).json()
    assert in_body["result"] == by_webhook
    address = f"{app.world.http_url}/rest/crm.item.list.json"
    query = {"entityTypeId": "2", "start": "-1", "auth": token}
    assert app.world.client.get(address, params=query).json()["result"] == by_webhook


def test_a_batch_takes_a_token_too(app: App) -> None:
    token = app.first()["access_token"]
    answer = app.call(token, "batch", halt=0, cmd={"a": "scope", "b": "server.time"}).json()
    assert set(answer["result"]["result"]) == {"a", "b"}


def test_calls_without_a_valid_token_are_refused_in_the_portals_words(app: App) -> None:
    token = app.first()["access_token"]
    assert refusal(app.call("")) == (401, "NO_AUTH_FOUND")
    assert refusal(app.call("0" * 70)) == (401, "invalid_token")
    app.control(expire_now=True)
    assert refusal(app.call(token)) == (401, "expired_token")
    assert app.control()["expired"] == 1


def test_tokens_live_as_long_as_they_say(app: App) -> None:
    app.control(expires_in=1)
    issued = app.first()
    assert issued["expires_in"] == 1
    assert app.call(issued["access_token"]).status_code == 200
    time.sleep(1.05)
    assert refusal(app.call(issued["access_token"])) == (401, "expired_token")
    # An access token that has ended does not end the refresh token.
    assert app.refresh(issued["refresh_token"]).status_code == 200


def test_the_authorization_server_refuses_in_its_own_words(app: App) -> None:
    token = app.first()["refresh_token"]
    assert refusal(app.ask(grant_type="password")) == (400, "invalid_request")
    app.control(is_paid=False)
    assert refusal(app.refresh(token)) == (402, "PAYMENT_REQUIRED")
    app.control(is_paid=True)
    app.pair["client_secret"] = "wrong"
    assert refusal(app.refresh(token)) == (400, "invalid_client")


def test_a_portal_that_has_moved_redirects_and_new_tokens_name_its_address(app: App) -> None:
    issued = app.first()
    port = app.world.http_url.rpartition(":")[2]
    app.control(address=f"localhost:{port}")
    answer = app.call(issued["access_token"])
    assert answer.status_code == 302
    assert answer.headers["location"] == f"http://localhost:{port}/rest/scope"
    over_the_webhook = app.world.rest_response("scope")
    assert over_the_webhook.status_code == 302
    renewed = app.refresh(issued["refresh_token"]).json()
    assert renewed["client_endpoint"] == f"http://localhost:{port}/rest/"
    address = renewed["client_endpoint"] + "scope"
    assert app.world.client.post(address, json={"auth": renewed["access_token"]}).is_success


def test_manners_that_do_not_exist_are_refused(app: App) -> None:
    answer = app.world.client.post(f"{app.world.http_url}/_sandbox/oauth", json={"mood": 1})
    assert answer.status_code == 400
