"""The vendor's own printed answers, replayed: quotes, product rows, activities, types, links.

A printed row goes into the store as it stands, and every key, value and JSON type of it must come
back.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import CONTACT, DEAL, QUOTE, Store
from tests.infra.sandbox.replaying import add_dictionary, ask, by_id, same
from tests.infra.sandbox.sample_store import filled, fillers, sample
from tests.infra.sandbox.serving import Served

QUOTE_NAMES = {
    "STATUS_ID": "stageId",
    "DATE_CREATE": "createdTime",
    "DATE_MODIFY": "updatedTime",
    "CREATED_BY_ID": "createdBy",
    "MODIFY_BY_ID": "updatedBy",
}
QUOTE_NUMBERS = (
    *("ID", "COMPANY_ID", "MYCOMPANY_ID", "ASSIGNED_BY_ID", "CREATED_BY_ID", "MODIFY_BY_ID"),
    *("PERSON_TYPE_ID", "LAST_ACTIVITY_BY"),
)
QUOTE_MONEY = ("OPPORTUNITY", "TAX_VALUE")


def _quote(row: dict[str, Any]) -> dict[str, Any]:
    """The typed record behind a printed quote."""
    item: dict[str, Any] = {}
    for column, value in row.items():
        head, *rest = column.lower().split("_")
        camel = head + "".join(word.capitalize() for word in rest)
        name = column if column.startswith("UF_") else QUOTE_NAMES.get(column, camel)
        item[name] = value
        if column in QUOTE_NUMBERS and value is not None:
            item[name] = int(value)
        elif column in QUOTE_MONEY:
            item[name] = Decimal(value)
    return filled(item)


def _add_quotes(directory: Path, rows: list[dict[str, Any]]) -> None:
    with Store.open(directory / STORE_NAME) as store:
        store.add_items(QUOTE, map(_quote, rows))


def test_quote_get(directory: Path) -> None:
    printed = sample("crm-quote-get")
    _add_quotes(directory, [printed["result"]])
    same(printed, ask(directory, "crm.quote.get", id=43))


def test_quote_list(directory: Path) -> None:
    printed = sample("crm-quote-list")
    _add_quotes(directory, printed["result"])
    answer = ask(directory, "crm.quote.list", select=list(printed["result"][0]))
    same(by_id(printed), by_id(answer))


@pytest.mark.parametrize("owner", [13142, [13142, 13143]])
def test_product_rows_by_sort(directory: Path, owner: object) -> None:
    """The rows come by `sort`: the printed ones, of an older answer, stand the other way round."""
    printed = sample("crm-item-productrow-list")
    rows = printed["result"]["productRows"]
    others = [rows[0] | {"id": 1, "ownerId": 5}, rows[0] | {"id": 2, "ownerType": "L"}]
    with Store.open(directory / STORE_NAME) as store:
        store.add_product_rows([*rows, *others])
    answer = ask(
        directory,
        "crm.item.productrow.list",
        filter={"=ownerType": "D", "=ownerId": owner, ">id": 17640},
    )
    rows.sort(key=lambda row: row["sort"])
    same(printed, answer)


def test_old_product_rows(directory: Path) -> None:
    """What reserves and describes a product is in the old answer alone, and not in our records."""
    printed = sample("crm-deal-productrows-get")
    foreign = {"PRODUCT_DESCRIPTION", "RESERVE_ID", "DATE_RESERVE_END", "RESERVE_QUANTITY"}
    with Store.open(directory / STORE_NAME) as store:
        store.add_product_rows(map(_typed_row, printed["result"]))
    answer = ask(directory, "crm.deal.productrows.get", id=5)
    for document in (printed, answer):
        document["result"] = [
            {name: None if name in foreign else value for name, value in row.items()}
            for row in document["result"]
        ]
    same(printed, answer)


def _typed_row(row: dict[str, Any]) -> dict[str, Any]:
    typed = {
        name: value
        for name, value in row.items()
        if name not in {"ORIGINAL_PRODUCT_NAME", "PRODUCT_DESCRIPTION"} and "RESERVE" not in name
    }
    typed |= {"ID": int(row["ID"]), "OWNER_ID": int(row["OWNER_ID"])}
    typed["PRICE_ACCOUNT"] = Decimal(row["PRICE_ACCOUNT"])
    camel = {name: name.lower().split("_") for name in typed}
    return {
        head + "".join(word.capitalize() for word in rest): typed[name]
        for name, (head, *rest) in camel.items()
    }


def test_activity_list_with_a_next_page(directory: Path) -> None:
    printed = sample("crm-activity-list")
    (row,) = printed["result"]
    later = (
        row | {"ID": str(number), "START_TIME": "2026-01-01T00:00:00+03:00"}
        for number in range(100, 100 + 60)
    )
    with Store.open(directory / STORE_NAME) as store:
        store.add_activities([row, *later])
    answer = ask(directory, "crm.activity.list")
    assert answer["total"] == 61
    answer["result"] = answer["result"][:1]
    answer["total"] = printed["total"]
    printed["time"].pop("operating_reset_at")  # printed as an instant here, a number everywhere
    same(printed, answer)


@pytest.mark.parametrize("name", ["crm-activity-list_3", "crm-activity-list_4"])
def test_what_an_activity_tells_only_when_asked(directory: Path, name: str) -> None:
    printed = sample(name)
    (whole,) = sample("crm-activity-list")["result"]
    (row,) = printed["result"]
    with Store.open(directory / STORE_NAME) as store:
        store.add_activities([whole | row])
    same(printed, ask(directory, "crm.activity.list", select=list(row)[1:]))
    (usual,) = ask(directory, "crm.activity.list")["result"]
    assert set(usual) == set(whole)


def test_activity_get(directory: Path) -> None:
    printed = sample("crm-activity-get")
    with Store.open(directory / STORE_NAME) as store:
        store.add_activities([printed["result"]])
    same(printed, ask(directory, "crm.activity.get", id=999))


def test_types_with_the_printed_filter(directory: Path) -> None:
    printed = sample("crm-type-list")
    types = printed["result"]["types"]
    others = [types[0] | {"id": 1, "entityTypeId": 1220, "title": "Smart Process #1"}]
    add_dictionary(
        directory, "type", ((str(kind["entityTypeId"]), kind) for kind in [*others, *types])
    )
    answer = ask(
        directory,
        "crm.type.list",
        order={"id": "DESC"},
        filter={"0": {"logic": "OR", "0": {"%title": "5"}, "1": {"%title": "0"}}},
    )
    same(printed, answer)


def test_fields_of_a_smart_process(directory: Path) -> None:
    """All printed fields and no others; what a portal calls its fields goes into the store."""
    printed = sample("crm-item-fields")
    fields = printed["result"]["fields"]
    (settings,) = (t for t in sample("crm-type-list")["result"]["types"] if t["id"] == 37)
    settings |= {"entityTypeId": 1268, "isStagesEnabled": "Y", "isLinkWithProductsEnabled": "Y"}
    add_dictionary(directory, "type", [("1268", settings)])
    entries = ((f"1268/{field['upperName']}", field) for field in fields.values())
    add_dictionary(directory, "field", entries)
    same(printed, ask(directory, "crm.item.fields", entityTypeId=1268))


def test_standard_fields_of_a_smart_process(directory: Path) -> None:
    """Without a word from the portal the fields have the printed types and flags."""
    printed = sample("crm-item-fields")["result"]["fields"]
    (settings,) = (t for t in sample("crm-type-list")["result"]["types"] if t["id"] == 37)
    settings |= {"entityTypeId": 1268, "isStagesEnabled": "Y", "isLinkWithProductsEnabled": "Y"}
    category = {"id": 52, "name": "General", "sort": 500, "entityTypeId": 1268}
    add_dictionary(directory, "type", [("1268", settings)])
    add_dictionary(directory, "category", [("1268/52", category | {"isDefault": "Y"})])
    answer = ask(directory, "crm.item.fields", entityTypeId=1268)["result"]["fields"]
    for name, field in printed.items():
        if not name.startswith("parentId"):
            # A company of one's own is chosen otherwise; both say so in their settings alone.
            plain = {key: value for key, value in field.items() if key not in ("title", "settings")}
            assert plain.items() <= answer[name].items(), name


@pytest.mark.parametrize(
    ("name", "method", "column", "entity", "many"),
    [
        (
            *("crm-deal-contact-items-get", "crm.deal.contact.items.get"),
            *("CONTACT_ID", DEAL, "contactIds"),
        ),
        (
            *("crm-contact-company-items-get", "crm.contact.company.items.get"),
            *("COMPANY_ID", CONTACT, "companyIds"),
        ),
    ],
)
def test_links(
    directory: Path, name: str, method: str, column: str, entity: int, many: str
) -> None:
    """The order is that of the item; how `SORT` numbers it, a portal decides."""
    printed = sample(name)
    (item,) = fillers(entity, 7, 1)
    with Store.open(directory / STORE_NAME) as store:
        store.add_items(entity, [item | {many: [row[column] for row in printed["result"]]}])
    answer = ask(directory, method, id=7)
    sorts = [row["SORT"] for row in answer["result"]]
    assert sorts == sorted(sorts)
    for document in (printed, answer):
        for row in document["result"]:
            row["SORT"] = 0
    same(printed, answer)


@pytest.mark.parametrize(
    ("name", "method", "params"),
    [
        ("crm-quote-get_2_error", "crm.quote.get", {"id": 10**6}),
        ("crm-deal-contact-items-get_2_error", "crm.deal.contact.items.get", {"id": 10**6}),
        ("crm-contact-company-items-get_2_error", "crm.contact.company.items.get", {}),
        ("crm-deal-productrows-get_2_error", "crm.deal.productrows.get", {}),
    ],
)
def test_errors(tiny: Served, name: str, method: str, params: dict[str, Any]) -> None:
    response = tiny.rest_response(method, **params)
    assert response.status_code == 400
    same(sample(name), response.json())


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("crm-quote-list_2_error", "crm.quote.list"),
        ("crm-activity-get_2_error", "crm.activity.get"),
        ("crm-type-list_2_error", "crm.type.list"),
        ("crm-item-productrow-list_2_error", "crm.item.productrow.list"),
    ],
)
def test_errors_of_a_user_without_rights(own: Served, name: str, method: str) -> None:
    own.store.set_meta({"denied_methods": json.dumps([method])})
    response = own.rest_response(method)
    assert response.status_code == 400
    same(sample(name), response.json())
