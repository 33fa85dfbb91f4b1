"""VK's limits as its answers state them, and what its refusals are taken for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Deferred,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.stream import Account, Changes, Days
from connectors.vk_ads import SOURCE
from connectors.vk_ads.client import VkAds
from infra.sandbox.vk_ads import records
from infra.sandbox.vk_ads.records import VkObject
from tests.connectors.canary import leaked, told
from tests.connectors.clock import Clock
from tests.connectors.vk_ads.served_vk import opened, vk
from tests.infra.sandbox import vk_world
from tests.infra.sandbox.serving import Served

KEY = "bm90LWEtc2VjcmV0LW5vdC1hLXNlY3JldC1ub3QtYS0="
TOKEN = "canary-of-an-access-token"
NOVEMBER = Days(first=date(2026, 11, 1), last=date(2026, 11, 3))
Given = Callable[[str], httpx.Response]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with vk(tmp_path_factory.mktemp("vk")) as one:
        yield one


class Vk:
    """An imagined VK: it gives a token, and answers the rest with a test's own function."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.asked: list[httpx.Request] = []
        self.clock = Clock()
        self.clock.now = 1_795_521_600.25  # 15:00 in Moscow, a quarter past a second

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token.json"):
            pair = {"access_token": TOKEN, "refresh_token": "canary-refresh", "expires_in": 86400}
            return httpx.Response(200, json=pair)
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        self.asked.append(request)
        if request.url.path == "/api/v2/user.json":
            return httpx.Response(200, json={"id": 5, "username": "five"})
        return self.given(request.url.path)

    def client(self, shared: Path, **settings: Any) -> VkAds:
        given = {"client_id": "id", "client_secret": "canary-secret", "token_key": KEY, **settings}
        return VkAds(
            Account(name="main", settings=SOURCE.settings(**given), shared=str(shared)),
            transport=httpx.MockTransport(self),
            patience=self.clock.patience(),
            clock=self.clock,
        )


def listing(
    *ids: int, count: int | None = None, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    items = [{"id": each, "name": "canary of a name"} for each in ids]
    document = {"count": len(ids) if count is None else count, "offset": 0, "items": items}
    return httpx.Response(200, json=document, headers=headers)


def limits(second: str = "9/10", hour: str = "99/100", day: str = "999/1000") -> Mapping[str, str]:
    stated = {"RPS": second, "Hourly": hour, "Daily": day}
    return {
        f"X-RateLimit-{name}-{word}": figure
        for name, text in stated.items()
        for word, figure in zip(("Remaining", "Limit"), text.split("/"), strict=True)
    }


def campaigns(client: VkAds) -> list[str]:
    pages = client.pages(SOURCE.stream("campaigns"), Changes())
    return [record.key for page in pages for record in page.records]


def test_a_second_that_is_used_up_is_waited_for(tmp_path: Path) -> None:
    imagined = Vk(lambda _: listing(1, headers=limits(second="0/2")))
    client = imagined.client(tmp_path, requests_per_second=50)
    campaigns(client)
    before = imagined.clock.now
    campaigns(client)
    assert imagined.clock.now - before >= 1 - before % 1 > 0.5


def test_fewer_a_second_than_configured_slow_the_pace(tmp_path: Path) -> None:
    imagined = Vk(lambda _: listing(1, headers=limits(second="1/2")))
    client = imagined.client(tmp_path, requests_per_second=50)
    campaigns(client)
    before = imagined.clock.now
    campaigns(client)
    assert imagined.clock.now - before == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("stated", "span", "seconds"),
    [({"hour": "0/100"}, "hour", 3600), ({"day": "0/1000"}, "day", 9 * 3600)],
)
def test_an_hour_or_a_day_that_is_used_up_ends_the_source(
    tmp_path: Path, stated: dict[str, str], span: str, seconds: int
) -> None:
    imagined = Vk(lambda _: listing(1, headers=limits(**stated)))
    client = imagined.client(tmp_path)
    assert campaigns(client) == ["5|1"]
    asked = len(imagined.asked)
    with pytest.raises(Deferred, match=f"in a {span} are used up") as caught:
        campaigns(client)
    assert len(imagined.asked) == asked
    assert caught.value.retry_after == pytest.approx(seconds, abs=30)


def test_a_refusal_of_the_day_is_not_repeated(tmp_path: Path) -> None:
    headers = dict(limits(day="0/1000"))
    imagined = Vk(lambda _: httpx.Response(429, json={}, headers=headers))
    with pytest.raises(Deferred, match="in a day"):
        campaigns(imagined.client(tmp_path))
    assert len(imagined.asked) == 2


def test_a_refusal_of_the_second_is_repeated(tmp_path: Path) -> None:
    answers = iter([httpx.Response(429, json={}), listing(1)])
    imagined = Vk(lambda _: next(answers))
    client = imagined.client(tmp_path)
    assert campaigns(client) == ["5|1"]
    assert client.traffic.retries == 1


def test_the_sandbox_counts_the_day_by_user_and_method(world: Served, tmp_path: Path) -> None:
    world.store.set_meta({"vk_limit_Daily": "3"})
    try:
        with opened(world, tmp_path) as client:
            for _ in range(3):
                campaigns(client)
            with pytest.raises(Deferred, match="in a day"):
                campaigns(client)
    finally:
        world.store.set_meta({"vk_limit_Daily": "5000000"})


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (403, {"error": {"code": "ERR_ACCESS_DENIED"}}, Unauthorized, "ERR_ACCESS_DENIED"),
        (401, {"code": "revoked_token", "message": "x"}, Unauthorized, "revoked_token"),
        (400, {"error": {"code": "ERR_WRONG_ADPLANS"}}, Rejected, "ERR_WRONG_ADPLANS"),
        (404, {"error": {"code": "ERR_WRONG_RESOURCE"}}, Rejected, "ERR_WRONG_RESOURCE"),
        (500, {"error": {"code": "ERR_INTERNAL"}}, Unavailable, "ERR_INTERNAL"),
        (503, "canary of a page", Unavailable, None),
        (400, {"error": {"code": "canary of a code"}}, Rejected, None),
        (200, {"items": "canary of a list"}, ContractBroken, None),
        (200, {"count": 1, "items": [{"name": "canary of a name"}]}, ContractBroken, None),
    ],
)
def test_refusals_are_sorted_and_say_nothing_of_their_text(
    tmp_path: Path, status: int, body: object, kind: type[ConnectorError], code: str | None
) -> None:
    imagined = Vk(lambda _: httpx.Response(status, json=body))
    with pytest.raises(kind) as caught:
        campaigns(imagined.client(tmp_path))
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert "canary" not in told(caught.value).replace(str(tmp_path), "")
    assert not leaked([TOKEN, "canary-secret", "canary-refresh"], told(caught.value))


@pytest.mark.parametrize("second_page", [(50, 51), ()])
def test_a_list_that_moves_is_read_again_later(
    tmp_path: Path, second_page: tuple[int, ...]
) -> None:
    first = listing(*range(1, 51), count=52)
    imagined = Vk(lambda _: first if len(imagined.asked) == 2 else listing(*second_page, count=52))
    with pytest.raises(Unavailable, match="changed while it was read"):
        campaigns(imagined.client(tmp_path))


def day(**base: Any) -> dict[str, Any]:
    figures = {"shows": 0, "clicks": 0, "goals": 0, "spent": "0", "vk": {"goals": 0}, **base}
    return {"date": "2026-11-02", "base": figures}


def days(client: VkAds) -> list[bytes]:
    pages = client.pages(SOURCE.stream("campaign_days"), NOVEMBER)
    return [record.payload for page in pages for record in page.records]


def statistics(*rows: dict[str, Any], object_id: int = 1) -> Given:
    items: list[object] = [{"id": object_id, "rows": list(rows)}]
    document: object = {"items": items}

    def given(path: str) -> httpx.Response:
        return httpx.Response(200, json=document) if "statistics" in path else listing(1)

    return given


def test_a_blank_day_is_no_record_and_any_figure_makes_one(tmp_path: Path) -> None:
    rows = [day(), day(shows=1), day(spent="0.01"), day(vk={"goals": 1})]
    imagined = Vk(statistics(*rows))
    assert len(days(imagined.client(tmp_path))) == 3
    asked = dict(imagined.asked[-1].url.params)
    assert asked == {
        "id": "1",
        "date_from": "2026-11-01",
        "date_to": "2026-11-03",
        "metrics": "base",
        "attribution": "conversion",
    }


def test_money_lands_as_it_was_spelled(tmp_path: Path) -> None:
    (payload,) = days(Vk(statistics(day(spent="23328.90"))).client(tmp_path))
    assert b'"23328.90"' in payload


@pytest.mark.parametrize(
    "given",
    [
        statistics({"date": "2026-11-02"}),
        statistics(day(spent="a lot")),
        statistics(day(shows=1), object_id=2),
    ],
)
def test_days_of_another_shape_are_refused(tmp_path: Path, given: Given) -> None:
    with pytest.raises(ContractBroken):
        days(Vk(given).client(tmp_path))


def test_what_the_api_does_not_state_is_said_beside_the_advertiser(tmp_path: Path) -> None:
    client = Vk(lambda _: listing()).client(tmp_path, vat_included=False)
    (page,) = client.pages(SOURCE.stream("users"), Changes())
    (record,) = page.records
    assert b'"is_vat_included":false' in record.payload.replace(b": ", b":")
    assert b'"is_currency_stated":false' in record.payload.replace(b": ", b":")


def test_objects_without_days_are_asked_for_200_at_a_time(world: Served, tmp_path: Path) -> None:
    with opened(world, tmp_path) as client:
        before = client.traffic.requests
        pages = list(client.pages(SOURCE.stream("ad_days"), NOVEMBER))
        of_lists = 1 + 1 + -(-(4 + vk_world.SILENT) // 50)  # token, advertiser, pages of ads
    assert client.traffic.requests - before - of_lists == len(pages) == 2


def test_an_odd_name_lands_readably_and_is_kept_as_sent(world: Served, tmp_path: Path) -> None:
    odd = VkObject(
        kind=records.PLANS,
        id=199,
        user_id=vk_world.OWNER,
        parent_id=None,
        status="blocked",
        payload={"id": 199, "name": "a\u0000b", "status": "blocked"},
    )
    records.add(world.store, objects=[odd])
    with opened(world, tmp_path) as client:
        pages = client.pages(SOURCE.stream("campaigns"), Changes())
        found = [r for page in pages for r in page.records if r.key.endswith("|199")]
    assert ["a\ufffdb".encode() in record.payload for record in found] == [True]
    assert [b"\\u0000" in (record.original or b"") for record in found] == [True]
