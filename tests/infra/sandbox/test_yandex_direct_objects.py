"""Yandex Direct's object services and an agency's way in, as a public client would meet them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from infra.sandbox.server import STORE_NAME
from tests.connectors.yandex_direct import direct_world
from tests.connectors.yandex_direct.direct_world import (
    AGENCY_TOKEN,
    LUTIK,
    ROMASHKA,
    TEXT,
    UNIFIED,
    WIZARD,
)
from tests.infra.sandbox.serving import Served, served


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp("agency")
    direct_world.build(directory / STORE_NAME)
    with served(directory) as found:
        yield found


def get(world: Served, service: str, *, version: str = "v501", **asked: Any) -> dict[str, Any]:
    """Ask an object service as the agency, for `login` where one is given."""
    headers = {"Authorization": f"Bearer {asked.pop('token', AGENCY_TOKEN)}"}
    if "login" in asked:
        headers["Client-Login"] = asked.pop("login")
    answer = world.client.post(
        f"{world.http_url}/json/{version}/{service}",
        json={"method": "get", "params": asked},
        headers=headers,
    )
    assert answer.status_code == 200
    return answer.json()


def ids(found: dict[str, Any], member: str) -> list[int]:
    return [each["Id"] for each in found["result"].get(member, [])]


def code(found: dict[str, Any]) -> int:
    return found["error"]["error_code"]


def test_an_agency_lists_its_clients_page_by_page(world: Served) -> None:
    first = get(world, "agencyclients", FieldNames=["Login"], Page={"Limit": 1, "Offset": 0})
    assert first["result"] == {"Clients": [{"Login": LUTIK}], "LimitedBy": 1}
    last = get(world, "agencyclients", FieldNames=["Login"], Page={"Limit": 1, "Offset": 1})
    assert last["result"] == {"Clients": [{"Login": ROMASHKA}]}


def test_an_advertiser_is_no_agency(world: Served) -> None:
    assert code(get(world, "agencyclients", token="tiny-token", FieldNames=["Login"])) == 54


def test_an_agency_says_for_whom_it_asks(world: Served) -> None:
    assert get(world, "clients", FieldNames=["Type"])["result"]["Clients"][0]["Type"] == "AGENCY"
    assert code(get(world, "campaigns", FieldNames=["Id"])) == 8000
    assert ids(get(world, "campaigns", login=LUTIK, FieldNames=["Id"]), "Campaigns") == [801]


def test_version_5_does_not_know_the_unified_kind(world: Served) -> None:
    asked = {"login": ROMASHKA, "FieldNames": ["Id"]}
    assert ids(get(world, "campaigns", **asked), "Campaigns") == [TEXT, UNIFIED, WIZARD]
    older = get(world, "campaigns", version="v5", **asked)
    assert ids(older, "Campaigns") == [TEXT, WIZARD]
    newer_fields = {**asked, "UnifiedCampaignFieldNames": ["TrackingParams"]}
    assert code(get(world, "campaigns", version="v5", **newer_fields)) == 8000


def test_states_are_a_filter(world: Served) -> None:
    asked = {"login": ROMASHKA, "FieldNames": ["Id"]}
    archived = get(world, "campaigns", SelectionCriteria={"States": ["ARCHIVED"]}, **asked)
    assert ids(archived, "Campaigns") == [UNIFIED]
    criteria = {"CampaignIds": [TEXT, UNIFIED], "States": ["ON"]}
    assert ids(get(world, "ads", SelectionCriteria=criteria, **asked), "Ads") == [7101, 7102, 7201]


@pytest.mark.parametrize(("campaigns", "refused"), [([], 8000), (list(range(11)), 4001)])
def test_groups_and_ads_are_had_by_ten_campaigns_at_most(
    campaigns: list[int], refused: int, world: Served
) -> None:
    for service in ("adgroups", "ads"):
        criteria = {"CampaignIds": campaigns}
        found = get(world, service, login=ROMASHKA, FieldNames=["Id"], SelectionCriteria=criteria)
        assert code(found) == refused


def test_each_call_costs_points_until_there_are_none(world: Served) -> None:
    def left() -> int:
        answer = world.client.post(
            f"{world.http_url}/json/v501/campaigns",
            json={"method": "get", "params": {"FieldNames": ["Id"]}},
            headers={"Authorization": f"Bearer {AGENCY_TOKEN}", "Client-Login": ROMASHKA},
        )
        assert answer.headers["Units-Used-Login"] == ROMASHKA
        return int(answer.headers["Units"].split("/")[1])

    assert left() - left() == 10
