"""The sandbox's VK Ads against what ads.vk.com/doc/api prints, by bare requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import httpx
import pytest

from infra.sandbox.server import STORE_NAME
from tests.infra.sandbox import vk_world
from tests.infra.sandbox.serving import Served, served

BASE = {"shows", "clicks", "goals", "spent", "cpm", "cpc", "cpa", "ctr", "cr", "vk"}
"""The set `base` of the documentation's example."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp("vk")
    vk_world.build(directory / STORE_NAME)
    with served(directory) as found:
        yield found


def ask(world: Served, word: str, **form: str) -> httpx.Response:
    meta = world.store.all_meta()
    own = {"client_id": meta["vk_client_id"], "client_secret": meta["vk_client_secret"]}
    return world.client.post(f"{world.http_url}/api/v2/oauth2/{word}.json", data=own | form)


@pytest.fixture
def issued(world: Served) -> Iterator[dict[str, Any]]:
    yield ask(world, "token", grant_type="client_credentials").json()
    assert ask(world, "token/delete").status_code == 204


def get(world: Served, issued: Mapping[str, Any], path: str, **params: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    return world.client.get(f"{world.http_url}/api/v2/{path}.json", params=params, headers=headers)


def test_a_token_is_as_documented(issued: dict[str, Any]) -> None:
    assert issued.keys() == {"access_token", "token_type", "scope", "expires_in", "refresh_token"}
    assert issued["expires_in"] == "86400"


def test_the_sixth_token_is_refused_until_all_are_deleted(
    world: Served, issued: dict[str, Any]
) -> None:
    answers = [ask(world, "token", grant_type="client_credentials") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [403]
    client = ask(
        world,
        "token",
        grant_type="agency_client_credentials",
        agency_client_id=f"{vk_world.CLIENT}",
    )
    assert client.status_code == 200  # the limit is each user's own
    assert ask(world, "token/delete").status_code == 204
    refused = get(world, issued, "user")
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")


def test_a_refreshed_token_loses_its_old_value(world: Served, issued: dict[str, Any]) -> None:
    grant = {"grant_type": "refresh_token", "refresh_token": issued["refresh_token"]}
    fresh = ask(world, "token", **grant).json()
    assert fresh["refresh_token"] == issued["refresh_token"]
    assert get(world, issued, "user").status_code == 401
    assert get(world, fresh, "user", fields="id,currency").json() == {
        "id": vk_world.OWNER,
        "currency": "RUB",
    }


def test_an_ended_token_is_another_error_than_an_unknown_one(
    world: Served, issued: dict[str, Any]
) -> None:
    world.store.add_rows("update vk_token set ends = ?", [(0,)])
    refused = get(world, issued, "user")
    assert refused.json() == {"code": "expired_token", "message": "Access token is expired"}
    assert 'error="expired_token"' in refused.headers["WWW-Authenticate"]


def test_lists_have_pages_and_deleted_objects_only_by_name(
    world: Served, issued: dict[str, Any]
) -> None:
    living = get(world, issued, "ad_plans").json()
    assert [item["id"] for item in living["items"]] == [101, 102]
    every = get(world, issued, "ad_plans", _status__in="active,blocked,deleted").json()
    assert [item["id"] for item in every["items"]] == [101, 102, vk_world.DELETED_PLAN]
    page = get(world, issued, "banners", limit="50", offset="200", fields="id").json()
    assert (page["count"], page["offset"], len(page["items"])) == (233, 200, 33)
    assert get(world, issued, "banners", limit="51").status_code == 400


def test_statistics_are_as_documented(world: Served, issued: dict[str, Any]) -> None:
    asked = {
        "id": "1001,5001",
        "date_from": "2026-11-01",
        "date_to": "2026-11-05",
        "attribution": "conversion",
    }
    answer = get(world, issued, "statistics/banners/day", **asked)
    document = answer.json()
    shown, silent = document["items"]
    assert document.keys() == {"items", "total"}
    assert shown.keys() == {"id", "rows", "total"}
    assert [row["date"] for row in silent["rows"]] == [f"2026-11-0{n}" for n in range(1, 6)]
    base = shown["rows"][0]["base"]
    assert base.keys() == BASE
    assert base["vk"].keys() == {"goals", "cpa", "cr"}
    assert {row["base"]["spent"] for row in silent["rows"]} == {"0"}
    spent = sum(Decimal(row["base"]["spent"]) for row in shown["rows"])
    assert f"{spent.normalize():f}" == shown["total"]["base"]["spent"]
    assert {"x-ratelimit-rps-remaining", "x-ratelimit-daily-limit"} <= set(answer.headers)


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        ("ad_plans", {"id": "201"}, "ERR_WRONG_ADPLANS"),
        ("ad_groups", {"id": "1"}, "ERR_WRONG_ADGROUPS"),
        ("users", {"id": f"{vk_world.CLIENT}"}, "ERR_WRONG_USERS"),
        ("ad_plans", {"id": ",".join(map(str, range(201)))}, "ERR_LIMIT_EXCEEDED"),
        ("ad_plans", {"date_from": "2025-11-22"}, "ERR_LIMIT_EXCEEDED"),
        ("ad_plans", {"date_from": "22.11.2026"}, "ERR_WRONG_DATE"),
        ("ad_plans", {"attribution": ""}, "ERR_WRONG_PARAMETER"),
        ("campaigns", {}, "ERR_WRONG_RESOURCE"),
    ],
)
def test_errors_have_their_codes(
    world: Served, issued: dict[str, Any], kind: str, changed: dict[str, str], code: str
) -> None:
    usual = {"date_from": "2026-11-20", "date_to": "2026-11-22", "attribution": "conversion"}
    asked = {"id": "101", **usual, **changed}
    answer = get(world, issued, f"statistics/{kind}/day", **asked)
    assert answer.json()["error"]["code"] == code
