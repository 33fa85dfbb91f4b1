"""The Bitrix24 protocol from inside: parameters, names, the two limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.sandbox.bitrix24.answer import ApiError
from infra.sandbox.bitrix24.fields import camel_name, upper_name
from infra.sandbox.bitrix24.limits import LeakyBucket, OperatingBudget, Plan
from infra.sandbox.bitrix24.params import from_query
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import Store
from tests.infra.sandbox.serving import served
from tests.infra.sandbox.tiny_world import META


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
