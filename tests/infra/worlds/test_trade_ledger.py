"""Sections of the demo company's ledger on trade, against the store, counted by SQL."""

# ruff: noqa: S608 - statements are built of the constants of this file
from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

RATES = {"RUB": Decimal(1), "USD": Decimal("92.3750"), "KZT": Decimal("0.186400")}
CENT = Decimal("0.01")
AS_OF = "2026-10-31"


def _read(demo, sql: str) -> list[dict[str, Any]]:
    return [json.loads(text, parse_float=Decimal) for (text,) in demo.store.query(sql)]


@pytest.fixture(scope="module")
def rows(demo) -> list[dict[str, Any]]:
    return _read(demo, "select payload from product_row")


@pytest.fixture(scope="module")
def deals(demo) -> dict[int, dict[str, Any]]:
    sql = "select payload from item where entity_type_id = 2 and deleted = 0"
    return {deal["id"]: deal for deal in _read(demo, sql)}


@pytest.fixture(scope="module")
def invoices(demo) -> list[dict[str, Any]]:
    return _read(demo, "select payload from item where entity_type_id = 31")


def _amount(row: dict[str, Any]) -> Decimal:
    return Decimal(row["price"]) * Decimal(row["quantity"])


def _reporting(amount: Decimal, currency: str) -> Decimal:
    return (amount * RATES[currency]).quantize(CENT, ROUND_HALF_UP)


def test_product_rows(demo, rows) -> None:
    currencies = {
        (code, item): currency
        for code, kind in (("L", 1), ("D", 2), ("Q", 7), ("SI", 31), ("T40e", 1038))
        for item, currency in demo.store.query(
            "select id, json_extract(payload, '$.currencyId') from item"
            f" where entity_type_id = {kind} and deleted = 0"
        )
    }
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["ownerType"], currencies[row["ownerType"], row["ownerId"]]].append(row)
    counted = [
        {
            "owner_type": owner_type,
            "currency": currency,
            "owners": len({row["ownerId"] for row in group}),
            "rows": len(group),
            "quantity": sum(Decimal(row["quantity"]) for row in group),
            "amount": sum(map(_amount, group)),
        }
        for (owner_type, currency), group in sorted(found.items())
    ]
    assert counted == _numbers(demo.ledger["product_rows"], "quantity", "amount")


def test_products(demo, rows, deals) -> None:
    found: dict[str, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for row in rows:
        if row["ownerType"] == "D":
            deal = deals[row["ownerId"]]
            won = deal["stageSemanticId"] == "S"
            revenue = _reporting(_amount(row), deal["currencyId"]) if won else Decimal(0)
            found[str(row["productId"])].append((Decimal(row["quantity"]), revenue))
    counted = [
        {
            "product_id": product_id,
            "rows": len(group),
            "quantity": sum(quantity for quantity, _ in group),
            "revenue_reporting": sum(revenue for _, revenue in group),
        }
        for product_id, group in sorted(found.items())
    ]
    assert counted == _numbers(demo.ledger["products"], "quantity", "revenue_reporting")


def _state(invoice: dict[str, Any]) -> str:
    due = invoice["closedate"][:10]
    stage = invoice["stageId"].partition(":")[2]
    if stage == "P":
        return "paid" if invoice["movedTime"][:10] <= due else "paid_late"
    if stage == "D":
        return "declined"
    return "open" if due >= AS_OF else "overdue"


def test_invoices(demo, invoices) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for invoice in invoices:
        counts[_state(invoice), invoice["currencyId"]] += 1
        sums[_state(invoice), invoice["currencyId"]] += Decimal(invoice["opportunity"])
    ledger = {(row["state"], row["currency"]): row for row in demo.ledger["invoices"]}
    assert counts == {key: row["invoices"] for key, row in ledger.items()}
    assert sums == {key: Decimal(row["amount"]) for key, row in ledger.items()}
    assert {state for state, _ in counts} == {"paid", "paid_late", "open", "overdue", "declined"}


def test_payments(demo, invoices) -> None:
    months: dict[str, Decimal] = defaultdict(Decimal)
    for invoice in invoices:
        if invoice["stageId"].endswith(":P"):
            paid = _reporting(Decimal(invoice["opportunity"]), invoice["currencyId"])
            months[invoice["movedTime"][:7]] += paid
    ledger = demo.ledger["payments_by_month"]
    assert months == {row["month"]: Decimal(row["paid_reporting"]) for row in ledger}


def test_activities(demo) -> None:
    found = demo.store.query(
        "select json_extract(payload, '$.PROVIDER_ID'),"
        " cast(json_extract(payload, '$.TYPE_ID') as int),"
        " cast(json_extract(payload, '$.DIRECTION') as int), count(*),"
        " sum(json_extract(payload, '$.COMPLETED') = 'Y') from activity"
        " group by 1, 2, 3 order by 1, 2, 3"
    )
    assert found == [tuple(row.values()) for row in demo.ledger["activities"]]


def _fields(demo, names: str, source: str) -> list[tuple[Any, ...]]:
    columns = ", ".join(f"json_extract(payload, '$.{name}')" for name in names.split())
    return demo.store.query(f"select {columns} from {source}")


def test_first_responses(demo) -> None:
    """The calls tell by themselves which were answered; the robots have the author 0."""
    codes = {
        f"VI_{call_id}": code
        for call_id, code in demo.store.query(
            "select json_extract(payload, '$.CALL_ID'),"
            " json_extract(payload, '$.CALL_FAILED_CODE') from call"
        )
    }
    first: dict[tuple[str, str], str] = {}
    names = "OWNER_TYPE_ID OWNER_ID AUTHOR_ID COMPLETED PROVIDER_ID DIRECTION ORIGIN_ID"
    for kind, owner, *told, began, ended in _fields(
        demo, f"{names} START_TIME END_TIME", "activity"
    ):
        moment = _answer(told, codes, began, ended)
        if moment is not None:
            first[kind, owner] = min(first.get((kind, owner), moment), moment)
    people = {row[0] for row in demo.store.query("select id from dictionary where kind = 'user'")}
    found: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    direct = " and json_extract(payload, '$.leadId') is null"
    direct += " and json_extract(payload, '$.isRecurring') = 'N'"
    for entity, kind, which in (("lead", "1", ""), ("deal", "2", direct)):
        living = f"item where entity_type_id = {kind} and deleted = 0{which}"
        for number, created, responsible in _fields(demo, "id createdTime assignedById", living):
            manager = str(responsible) if str(responsible) in people else "unknown"
            answered = first.get((kind, str(number)))
            seconds = None
            if answered is not None:
                pause = datetime.fromisoformat(answered) - datetime.fromisoformat(created)
                seconds = int(pause.total_seconds())
            found[entity, manager].append(seconds)
    counted = [
        {
            "entity": entity,
            "manager_id": manager,
            "inquiries": len(group),
            "answered": sum(seconds is not None for seconds in group),
            "response_seconds": sum(seconds or 0 for seconds in group),
        }
        for (entity, manager), group in sorted(found.items())
    ]
    assert counted == demo.ledger["first_response"]
    assert all(seconds is None or seconds >= 0 for group in found.values() for seconds in group)


def _answer(told: list[str], codes: dict[str, str], began: str, ended: str) -> str | None:
    author, completed, provider, direction, origin = told
    if author == "0" or completed == "N":
        return None
    if provider == "VOXIMPLANT_CALL":
        return began if codes[origin] == "200" else None
    if provider == "CRM_EMAIL":
        return began if direction == "2" else None
    return ended if provider == "IMOPENLINES_SESSION" else None


def test_good_sellers_answer_mails_sooner(demo) -> None:
    """Something for the reports to show: the best seller against the worst."""
    pauses: dict[str, list[float]] = defaultdict(list)
    for manager, days in demo.store.query(
        "select json_extract(a.payload, '$.RESPONSIBLE_ID'),"
        " julianday(a.created) - julianday(i.created_time) from activity a join item i"
        " on i.entity_type_id = a.owner_type_id and i.id = a.owner_id"
        " where json_extract(a.payload, '$.PROVIDER_ID') = 'CRM_EMAIL'"
        " and json_extract(a.payload, '$.DIRECTION') = '2' and a.owner_type_id = 1"
        " and json_extract(a.payload, '$.AUTHOR_ID') <> '0'"
    ):
        pauses[manager].append(days)
    means = {manager: sum(days) / len(days) for manager, days in pauses.items()}
    assert means["10"] < means["12"]


@pytest.mark.parametrize(
    ("what", "sql", "least"),
    [
        (
            "deals whose rows do not make up their amount",
            "select count(*) from (select i.id from item i join product_row r on r.owner_type = 'D'"
            " and r.owner_id = i.id where i.entity_type_id = 2 group by i.id having"
            " abs(sum(json_extract(r.payload, '$.price') * json_extract(r.payload, '$.quantity'))"
            " - json_extract(i.payload, '$.opportunity')) > 0.01)",
            200,
        ),
        (
            "deals without rows",
            "select count(*) from item i where entity_type_id = 2 and deleted = 0 and not exists"
            " (select 1 from product_row r where r.owner_type = 'D' and r.owner_id = i.id)",
            800,
        ),
        (
            "discounts",
            "select count(*) from product_row where json_extract(payload, '$.discountRate') > 0",
            3000,
        ),
        (
            "rows without VAT",
            "select count(*) from product_row where json_extract(payload, '$.taxRate') is null",
            3000,
        ),
        (
            "deals invoiced in parts",
            "select count(*) from (select 1 from item where entity_type_id = 31"
            " group by json_extract(payload, '$.parentId2') having count(*) > 1)",
            50,
        ),
        ("quotes", "select count(*) from item where entity_type_id = 7", 1000),
        ("deliveries", "select count(*) from item where entity_type_id = 1038", 1000),
        ("claims", "select count(*) from item where entity_type_id = 128", 50),
        (
            "mails of robots",
            "select count(*) from activity where json_extract(payload, '$.AUTHOR_ID') = '0'",
            500,
        ),
        (
            "chats",
            "select count(*) from activity"
            " where json_extract(payload, '$.PROVIDER_ID') = 'IMOPENLINES_SESSION'",
            500,
        ),
        (
            "calls whose activity is lost",
            "select count(*) from call c where not exists (select 1 from activity a"
            " where a.id = cast(json_extract(c.payload, '$.CRM_ACTIVITY_ID') as int))",
            500,
        ),
        (
            "empty fields of several values as false",
            "select count(*) from item where entity_type_id = 2"
            " and json_type(payload, '$.UF_CRM_1730000002') = 'false'",
            500,
        ),
    ],
)
def test_what_is_planted(demo, what: str, sql: str, least: int) -> None:
    assert demo.count(sql) >= least, what


def test_most_rows_make_up_the_amount(demo, rows, deals) -> None:
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["ownerType"] == "D":
            sums[row["ownerId"]] += _amount(row)
    exact = sum(deals[owner]["opportunity"] == amount for owner, amount in sums.items())
    assert exact / len(sums) > 0.9


def _numbers(section: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [row | {name: Decimal(row[name]) for name in names} for row in section]
