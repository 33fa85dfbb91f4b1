"""The lists of trade before their judges, and wrongs planted in them that the judges notice."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.sandbox.bitrix24 import activities, items, product_rows, rows
from infra.sandbox.bitrix24.filters import Clause, FilterReader
from infra.sandbox.bitrix24.http import METHODS
from infra.sandbox.server import STORE_NAME
from tests.infra.sandbox import judges_trade as judges
from tests.infra.sandbox.judges import Judge
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import build
from tests.infra.sandbox.trade_world import OWNER, add_trade


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The tiny world with trade. Do not change it."""
    directory = tmp_path_factory.mktemp("trade")
    build(directory / STORE_NAME)
    add_trade(directory / STORE_NAME)
    with served(directory) as world:
        yield world


@pytest.mark.parametrize("judge", judges.JUDGES, ids=lambda judge: judge.__name__)
def test_the_sandbox_holds(trade: Served, judge: Judge) -> None:
    judge(trade)


def _total_one_short(monkeypatch: pytest.MonkeyPatch) -> None:
    right = activities.page_answer

    def page_answer(result: object, *, rows: int, total: int, start: int) -> Any:
        return right(result, rows=rows, total=total - 1, start=start)

    monkeypatch.setattr(activities, "page_answer", page_answer)


def _last_row_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    right = rows.read_page

    def read_page(*asked: Any) -> rows.Page:
        page = right(*asked)
        return dataclasses.replace(page, texts=page.texts[:49])

    monkeypatch.setattr(activities, "read_page", read_page)


def _rows_of_every_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    def everyone(_portal: object, conditions: dict[str, object]) -> Clause:
        conditions.clear()
        return Clause(sql="owner_type = ?", values=("D",))

    monkeypatch.setattr(product_rows, "_owners", everyone)


def _deleted_items_served(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(schema: Any, where: Clause) -> Clause:
        type_id = schema.entity.type_id
        return Clause(sql=f"entity_type_id = ? AND {where.sql}", values=(type_id, *where.values))

    monkeypatch.setattr(items, "_living", everything)


def _receivers_always_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activities, "_ONLY_WHEN_NAMED", ())


def _ordered_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FilterReader, "order", lambda _self, _given, **_named: "id")


def _words_of_lists_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    right = items.describe_fields

    def describe_fields(*asked: Any) -> Any:
        answer = right(*asked)
        fields = {
            name: {key: () if key == "items" else value for key, value in field.items()}
            for name, field in answer.result["fields"].items()
        }
        return dataclasses.replace(answer, result={"fields": fields})

    method = dataclasses.replace(METHODS["crm.item.fields"], run=describe_fields)
    monkeypatch.setitem(METHODS, "crm.item.fields", method)


@pytest.mark.parametrize(
    ("plant", "judge"),
    [
        (_total_one_short, judges.pages_tell_their_total),
        (_last_row_missing, judges.clients_read_activities),
        (_rows_of_every_owner, judges.b24pysdk_reads_product_rows),
        (_rows_of_every_owner, judges.product_rows_need_an_owner),
        (_deleted_items_served, judges.clients_read_a_smart_process),
        (_deleted_items_served, judges.spans_of_ids_add_up),
        (_receivers_always_told, judges.bodies_come_unless_left_out),
        (_ordered_by_id, judges.activities_come_by_their_beginning),
        (_words_of_lists_forgotten, judges.fields_have_titles_and_values),
    ],
)
def test_a_planted_wrong_is_noticed(
    trade: Served, monkeypatch: pytest.MonkeyPatch, plant: Any, judge: Judge
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        judge(trade)


def test_several_owners_are_refused_where_a_portal_takes_one(own: Served) -> None:
    """The vendor's later pages promise one owner a request and nothing else."""
    add_trade(own.directory / STORE_NAME)
    own.store.set_meta({"product_rows_of": product_rows.ONE_OWNER})
    several = {"=ownerType": "D", "=ownerId": [OWNER, 8]}
    answer = own.rest_response("crm.item.productrow.list", filter=several)
    assert (answer.status_code, answer.json()["error"]) == (400, "ACCESS_DENIED")
    one = {"=ownerType": "D", "=ownerId": OWNER}
    assert own.rest("crm.item.productrow.list", filter=one)["total"] == 130


def test_an_array_where_a_row_id_is_compared_is_refused(trade: Served) -> None:
    """It is what a reference that points past a short page turns into."""
    owned = {"=ownerType": "D", "=ownerId": OWNER, ">id": [{"id": 1}]}
    answer = trade.rest_response("crm.item.productrow.list", filter=owned)
    assert answer.json()["error"] == "INVALID_ARG_VALUE"


def test_old_invoices_show_custom_fields_for_the_mask(trade: Served) -> None:
    usual = trade.rest("crm.invoice.list", order={"ID": "ASC"})
    assert usual["total"] == 2
    assert "UF_CRM_77" not in usual["result"][0]
    assert usual["result"][0]["UF_DEAL_ID"] == "0"
    with_own = trade.rest("crm.invoice.list", select=["*", "UF_*"])["result"][0]
    assert with_own["UF_CRM_77"] == "x"


def test_a_method_that_a_portal_lacks(own: Served) -> None:
    own.store.set_meta({"missing_methods": json.dumps(["crm.invoice.list"])})
    answer = own.rest_response("crm.invoice.list")
    assert (answer.status_code, answer.json()["error"]) == (404, "ERROR_METHOD_NOT_FOUND")


@pytest.mark.parametrize(
    ("type_id", "error"), [(7, "ENTITY_TYPE_NOT_SUPPORTED"), (1222, "NOT_FOUND")]
)
def test_pipelines_of_what_has_none(trade: Served, type_id: int, error: str) -> None:
    answer = trade.rest_response("crm.category.list", entityTypeId=type_id)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize(("type_id", "category"), [(31, 3), (1038, 9)])
def test_pipelines_of_invoices_and_smart_processes(
    trade: Served, type_id: int, category: int
) -> None:
    answer = trade.rest("crm.category.list", entityTypeId=type_id)
    assert [row["id"] for row in answer["result"]["categories"]] == [category]
    names = {row["ID"] for row in trade.rest("crm.status.entity.types")["result"]}
    stages = {31: "SMART_INVOICE_STAGE_3", 1038: "DYNAMIC_1038_STAGE_9"}
    assert stages[type_id] in names


def test_links_of_a_deal(trade: Served) -> None:
    (link,) = trade.rest("crm.deal.contact.items.get", id=OWNER)["result"]
    assert link == {"CONTACT_ID": 3, "SORT": 10, "ROLE_ID": 0, "IS_PRIMARY": "Y"}
