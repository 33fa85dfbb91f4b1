"""The Bitrix24 protocol where no judge looks: parameters, limits, sorting, dictionaries, errors."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, LEAD, Store
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import META, deal, lead


def test_the_same_call_in_every_way_to_send_it(tiny: Served) -> None:
    url = tiny.settings["BITRIX24_WEBHOOK_URL"]
    query = "select[]=ID&filter[>ID]=228&order[ID]=DESC"
    params = {"select": ["ID"], "filter": {">ID": 228}, "order": {"ID": "DESC"}}
    answers = [
        tiny.client.get(f"{url}crm.deal.list?{query}"),
        tiny.client.get(f"{url}crm.deal.list.json?{query}"),
        tiny.client.post(
            f"{url}CRM.Deal.List",
            content=query,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
        tiny.client.post(f"{url}crm.deal.list", json=params),
    ]
    rows = [answer.json()["result"] for answer in answers]
    assert rows == [[{"ID": "231"}, {"ID": "230"}, {"ID": "229"}]] * 4


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"id": [3, 5]}, {3, 5}),
        ({"@id": [3, 5], "!id": 5}, {3}),
        ({"!@id": list(range(1, 230))}, {230, 231}),
        ({"<=id": 2}, {1, 2}),
        ({"<id": 2}, {1}),
        ({"%title": "№23"}, {23, 230, 231}),
        ({"=%title": "Сделка №23 %"}, {23}),
        ({"%=title": "Сделка №231%"}, {231}),
        ({"!%title": "Сделка"}, set()),
        ({"UF_CRM_GCLID": "gclid-20"}, {20}),
        ({"ufCrmGclid": "gclid-20"}, {20}),
        ({"!=UF_CRM_GCLID": "", "<=id": 20}, {10, 20}),
        ({"contactIds": 1, "<=id": 10}, {5, 10}),
        ({"opportunity": "300.1"}, {3}),
        ({">=opportunity": 23000}, {230, 231}),
        ({"closed": "Y", "<=id": 6}, {3, 6}),
        ({"closedate": None, "<=id": 8}, {4, 8}),
        ({"logic": "OR", "0": {"id": 1}, "1": {"id": 2}}, {1, 2}),
        ({"0": {"logic": "OR", "0": {"id": 1}, "1": {"id": 2}}, "id": 2}, {2}),
        ({">createdTime": "2026-11-20 12:00:00"}, set()),
        ({">id": 10**12}, set()),
    ],
)
def test_filters(tiny: Served, conditions: dict[str, object], expected: set[int]) -> None:
    page = tiny.rest("crm.item.list", entityTypeId=DEAL, select=["id"], filter=conditions)
    assert {row["id"] for row in page["result"]["items"]} == expected
    assert page["total"] == len(expected)


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"filter": {">id": "seven"}}, "Invalid filter: field 'id' has invalid value"),
        ({"filter": {">updatedTime": "soon"}}, "Invalid filter: field 'updatedTime' has invalid"),
        ({"filter": {"fm": 1}}, "Invalid filter: field 'fm' is not allowed in filter"),
        ({"order": {"nothing": "ASC"}}, "Invalid order: field 'nothing' is not allowed in order"),
        ({"order": {"id": "UP"}}, "Invalid order: allowed sort directions are"),
    ],
)
def test_what_items_refuse(tiny: Served, params: dict[str, object], description: str) -> None:
    response = tiny.rest_response("crm.item.list", entityTypeId=DEAL, **params)
    assert response.status_code == 400
    assert response.json()["error"] == "INVALID_ARG_VALUE"
    assert response.json()["error_description"].startswith(description)


@pytest.mark.parametrize(
    ("select", "has_phones"),
    [(None, True), (["*"], True), (["*", "ufCrm_1"], False), (["id", "fm"], False)],
)
def test_multifields_come_only_with_everything(
    tiny: Served, select: list[str] | None, has_phones: bool
) -> None:
    params = {} if select is None else {"select": select}
    page = tiny.rest("crm.item.list", entityTypeId=LEAD, start=-1, **params)
    first = page["result"]["items"][0]
    assert ("fm" in first) == has_phones
    assert ("entityTypeId" in first) == has_phones


def test_old_lists_give_phones_only_when_named(tiny: Served) -> None:
    without = tiny.rest("crm.lead.list", filter={"ID": 1})["result"][0]
    assert "PHONE" not in without
    named = tiny.rest("crm.lead.list", filter={"ID": 1}, select=["ID", "PHONE", "EMAIL"])
    phone = {"ID": "101", "VALUE_TYPE": "WORK", "VALUE": "+7 999", "TYPE_ID": "PHONE"}
    assert named["result"] == [{"ID": "1", "PHONE": [phone]}]


def test_custom_fields_have_two_spellings(tiny: Served) -> None:
    item = tiny.rest("crm.item.get", entityTypeId=DEAL, id=10)["result"]["item"]
    assert item["ufCrmGclid"] == "gclid-10"
    original = tiny.rest("crm.item.get", entityTypeId=DEAL, id=10, useOriginalUfNames="Y")
    assert original["result"]["item"]["UF_CRM_GCLID"] == "gclid-10"
    chosen = tiny.rest("crm.item.list", entityTypeId=DEAL, select=["ufCrmGclid"], filter={"id": 10})
    assert chosen["result"]["items"] == [{"id": 10, "ufCrmGclid": "gclid-10"}]


def test_sorting(tiny: Served) -> None:
    page = tiny.rest(
        "crm.item.list",
        entityTypeId=DEAL,
        select=["id", "categoryId"],
        order={"categoryId": "DESC", "id": "DESC"},
        start=-1,
    )["result"]["items"]
    assert [row["id"] for row in page[:3]] == [231, 229, 227]


def test_calls_are_filtered_and_paged(tiny: Served) -> None:
    page = tiny.rest(
        "voximplant.statistic.get", FILTER={">ID": 60, "CALL_FAILED_CODE": "304"}, SORT="ID"
    )
    assert page["total"] == 15
    assert [row["ID"] for row in page["result"][:2]] == ["64", "68"]
    second = tiny.rest("voximplant.statistic.get", SORT="ID", ORDER="DESC", start=50)
    assert (second["total"], second["next"], len(second["result"])) == (120, 100, 50)
    assert second["result"][0]["ID"] == "70"


def test_dismissed_users_come_unless_left_out(tiny: Served) -> None:
    everyone = tiny.rest("user.get")["result"]
    assert [user["ACTIVE"] for user in everyone] == [True, True, False]
    assert [user["ID"] for user in tiny.rest("user.get", FILTER={"ACTIVE": True})["result"]] == [
        "1",
        "2",
    ]
    assert [user["ID"] for user in tiny.rest("user.get", ID=3)["result"]] == ["3"]
    backwards = tiny.rest("user.get", SORT="ID", ORDER="DESC")["result"]
    assert [user["ID"] for user in backwards] == ["3", "2", "1"]


def test_dictionaries_are_chosen_by_entity(tiny: Served) -> None:
    stages = tiny.rest("crm.status.list", filter={"ENTITY_ID": "DEAL_STAGE_1"})["result"]
    assert [stage["STATUS_ID"] for stage in stages] == ["C1:NEW", "C1:WON"]
    pipelines = tiny.rest("crm.category.list", entityTypeId=DEAL)["result"]["categories"]
    assert [pipeline["id"] for pipeline in pipelines] == [0, 1]
    assert [row["CURRENCY"] for row in tiny.rest("crm.currency.list")["result"]] == ["RUB", "USD"]


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/rest/1/wrong/scope", 401, "INVALID_CREDENTIALS"),
        ("/rest/2/tinysecret000001/scope", 401, "INVALID_CREDENTIALS"),
        ("/rest/scope", 401, "NO_AUTH_FOUND"),
        ("/rest/1/tinysecret000001/crm.deal.add", 404, "ERROR_METHOD_NOT_FOUND"),
    ],
)
def test_refused_requests(tiny: Served, path: str, status: int, error: str) -> None:
    response = tiny.client.get(tiny.http_url + path)
    assert response.status_code == status
    assert response.json()["error"] == error


def test_text_that_no_json_library_writes(tmp_path: Path) -> None:
    """A lone surrogate and NUL reach the client escaped, as PHP escapes them."""
    odd = "половина \ud83d и ноль \x00"
    with Store.create(tmp_path / STORE_NAME) as store:
        store.set_meta(META)
        store.add_items(DEAL, [deal(1, title=odd)])
        store.add_items(LEAD, [lead(1, title=odd)])
    with served(tmp_path) as world:
        for method, params in (
            ("crm.deal.list", {}),
            ("crm.item.list", {"entityTypeId": DEAL, "select": ["title"]}),
            ("crm.item.list", {"entityTypeId": DEAL, "useOriginalUfNames": "Y"}),
            ("crm.item.list", {"entityTypeId": LEAD}),
        ):
            text = world.rest_response(method, **params).text
            assert r"\ud83d" in text
            assert r"\u0000" in text
            result = json.loads(text)["result"]
            first = result["items"][0] if "items" in result else result[0]
            assert odd in {first.get("title"), first.get("TITLE")}


def test_money_is_spelled_as_stored(tmp_path: Path) -> None:
    """Fractions pass through no binary float on their way."""
    with Store.create(tmp_path / STORE_NAME) as store:
        store.set_meta(META)
        store.add_items(DEAL, [deal(1, opportunity=Decimal("12345678901234567.89"))])
    with served(tmp_path) as world:
        text = world.rest_response("crm.item.list", entityTypeId=DEAL).text
        assert '"opportunity":12345678901234567.89' in text
        classic = world.rest("crm.deal.list")["result"][0]
        assert classic["OPPORTUNITY"] == "12345678901234567.89"


def test_a_stranger_finds_nothing(tiny: Served) -> None:
    assert httpx.get(f"{tiny.http_url}/elsewhere").status_code == 404
