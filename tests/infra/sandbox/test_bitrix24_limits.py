"""The Bitrix24 protocol from inside: parameters, names, the two limits."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.sandbox.bitrix24.answer import ApiError
from infra.sandbox.bitrix24.fields import camel_name, upper_name
from infra.sandbox.bitrix24.limits import LeakyBucket, OperatingBudget, Plan
from infra.sandbox.bitrix24.params import from_query
from infra.sandbox.changes import delete_item
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, Store
from tests.infra.sandbox.serving import served
from tests.infra.sandbox.tiny_world import DEALS, META, build


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("filter[>ID]=5", {"filter": {">ID": "5"}}),
        ("filter%5B%3EID%5D=5", {"filter": {">ID": "5"}}),
        ("select[]=ID&select[]=TITLE", {"select": ["ID", "TITLE"]}),
        ("select[0]=ID&select[1]=TITLE", {"select": ["ID", "TITLE"]}),
        ("filter[@id][]=1&filter[@id][]=2", {"filter": {"@id": ["1", "2"]}}),
        ("filter[0][logic]=OR&filter[id]=1", {"filter": {"0": {"logic": "OR"}, "id": "1"}}),
        ("a=1+2&b=%D0%B0", {"a": "1 2", "b": "а"}),
        ("start=", {"start": ""}),
    ],
)
def test_php_parameters(text: str, read: dict[str, object]) -> None:
    assert from_query(text) == read


@pytest.mark.parametrize(
    ("camel", "upper"),
    [
        ("ufCrm_1720019876534", "UF_CRM_1720019876534"),
        ("ufCrmGclid", "UF_CRM_GCLID"),
        ("parentId1222", "PARENT_ID_1222"),
        ("isMyCompany", "IS_MY_COMPANY"),
        ("id", "ID"),
    ],
)
def test_names_of_fields(camel: str, upper: str) -> None:
    assert upper_name(camel) == upper
    if camel.startswith("uf"):
        assert camel_name(upper) == camel


def test_the_bucket_leaks() -> None:
    now = [0.0]
    bucket = LeakyBucket(Plan(capacity=3, per_second=2), clock=lambda: now[0])
    for _ in range(3):
        bucket.take()
    with pytest.raises(ApiError) as refused:
        bucket.take()
    assert (refused.value.code, refused.value.status) == ("QUERY_LIMIT_EXCEEDED", 503)
    now[0] = 0.5
    bucket.take()
    with pytest.raises(ApiError):
        bucket.take()


def test_operating_time_is_kept_for_ten_minutes() -> None:
    now = [30.0]
    budget = OperatingBudget(
        Plan(capacity=1, per_second=1, operating_seconds=10), clock=lambda: now[0]
    )
    budget.add("crm.deal.list", 8)
    now[0] = 200.0
    budget.add("crm.deal.list", 8)
    assert budget.spent("crm.deal.list") == 16
    assert budget.reset_in("crm.deal.list") == 400
    with pytest.raises(ApiError) as refused:
        budget.check("crm.deal.list")
    assert (refused.value.code, refused.value.status) == ("OPERATION_TIME_LIMIT", 429)
    budget.check("crm.lead.list")
    now[0] = 601.0
    assert budget.spent("crm.deal.list") == 8
    budget.check("crm.deal.list")


def test_the_real_allowance_refuses_a_burst(tmp_path: Path) -> None:
    with Store.create(tmp_path / STORE_NAME) as store:
        store.set_meta(META)
    with served(tmp_path, rate=1) as world:
        statuses = [world.rest_response("server.time").status_code for _ in range(60)]
    assert statuses[:50] == [200] * 50
    assert 503 in statuses


def test_commands_take_their_time_side_by_side(tmp_path: Path) -> None:
    """Ten batches of five commands at once take as long as one of them."""
    build(tmp_path / STORE_NAME)
    commands = {f"c{number}": "crm.deal.list?start=-1" for number in range(5)}
    with served(tmp_path, command_seconds=0.05) as world, ThreadPoolExecutor(10) as pool:
        began = time.monotonic()
        asked = [pool.submit(world.rest, "batch", cmd=commands) for _ in range(10)]
        answers = [one.result() for one in asked]
        assert 0.25 <= time.monotonic() - began < 1.0
    assert all(answer["time"]["duration"] >= 0.25 for answer in answers)
    spent = max(answer["result"]["result_time"]["c4"]["operating"] for answer in answers)
    assert spent == pytest.approx(50 * 0.05)


def test_pages_by_offset_follow_a_world_that_changes(tmp_path: Path) -> None:
    build(tmp_path / STORE_NAME)
    with served(tmp_path) as world:

        def second_page() -> tuple[int, list[int]]:
            page = world.rest("crm.item.list", entityTypeId=DEAL, select=["id"], start=50)
            return page["total"], [row["id"] for row in page["result"]["items"]]

        assert second_page() == (DEALS, list(range(51, 101)))
        delete_item(world.store, DEAL, 7)
        assert second_page() == (DEALS - 1, list(range(52, 102)))
        with Store.open(tmp_path / STORE_NAME) as elsewhere:
            delete_item(elsewhere, DEAL, 8)
        assert second_page() == (DEALS - 2, list(range(53, 103)))
        history = world.rest("crm.stagehistory.list", entityTypeId=DEAL, start=100)
        assert [row["ID"] for row in history["result"]["items"]] == list(range(103, 153))


def test_requests_are_counted(tmp_path: Path) -> None:
    build(tmp_path / STORE_NAME)
    with served(tmp_path, rate=0.2) as world:
        statuses = [world.rest_response("server.time").status_code for _ in range(15)]
        counted = world.client.get(f"{world.http_url}/_sandbox/requests").json()
    assert counted == {"taken": statuses.count(200), "refused": statuses.count(503)}
    assert counted["refused"] > 0
