"""The golden portal as Bitrix24 would send it: tables in, landed payloads by stream out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.golden.tables import Row, at, history, marks, meaning, phones, portal

Payload = dict[str, Any]
Stream = dict[str, Payload]

OVERRIDE_FIELD = "UF_CRM_1700000000001"
"""The custom field that the company's own file names `channel`."""


def crm(*, handed_over: bool) -> Mapping[str, Stream]:
    """Return every stream of the portal.

    Args:
        handed_over: whether deals are already with whom they were handed over to; the first
            landing comes before that.
    """
    return {
        "deals": {row["deal"]: _deal(row, handed_over=handed_over) for row in portal("deals")},
        "leads": {row["lead"]: _lead(row) for row in portal("leads")},
        "contacts": {row["contact"]: _contact(row) for row in portal("contacts")},
        "companies": {row["company"]: _company(row) for row in portal("companies")},
        "users": {row["user"]: _user(row) for row in portal("users")},
        "departments": {row["department"]: _department(row) for row in portal("departments")},
        "pipelines": _pipelines(),
        "statuses": {str(no): _status(no, row) for no, row in enumerate(portal("dictionary"), 1)},
        "currencies": _currencies(),
        "deal_stage_history": {str(entry["ID"]): entry for entry in _entries()},
        "deal_product_rows": {f"{r['deal']}:{r['row']}": _product(r) for r in portal("products")},
        "smart_invoices": {row["invoice"]: _invoice(row) for row in portal("invoices")},
        "smart_invoice_stage_history": {
            row["invoice"]: _payment(row) for row in portal("invoices") if row["paid_at"]
        },
        "calls": {row["approach"]: _call(row) for row in _approaches("call")},
        "activities": {row["approach"]: _mail(row) for row in _approaches("mail")},
    }


def gone() -> Iterator[tuple[str, str]]:
    """Yield the stream and key of each record that the portal lists no more."""
    ids = {"deals": "deal", "leads": "lead", "contacts": "contact", "companies": "company"}
    for stream, name in ids.items():
        for row in portal(stream):
            if row["state"] in {"deleted", "merged"}:
                yield stream, row[name]
    for row in portal("approaches"):
        if row["about"] == "deleted":
            yield "calls", row["approach"]


def _clicks(row: Row) -> Payload:
    name, _, value = row["click"].partition("=")
    return {f"UF_CRM_{name.upper()}": value} if name else {}


def _deal(row: Row, *, handed_over: bool) -> Payload:
    first_manager, _, handover = row["handover"].partition(" > ")
    steps = history(row)
    overrides = {r["id"]: r["channel"] for r in portal("overrides") if r["entity"] == "deal"}
    contacts = [int(contact) for contact in row["contacts"].split()]
    return {
        "id": int(row["deal"]),
        "title": row["title"],
        "categoryId": 4 if row["stage"].startswith("C4:") else 0,
        "stageId": row["stage"],
        "stageSemanticId": meaning(row["stage"]),
        "assignedById": int(row["manager"] if handed_over or not handover else first_manager),
        "leadId": int(row["lead"] or 0),
        "companyId": int(row["company"] or 0),
        "contactId": contacts[0] if contacts else 0,
        "contactIds": contacts,
        "opportunity": row["amount"],
        "currencyId": row["currency"],
        "taxValue": row["tax"] or None,
        "sourceId": row["source"] or None,
        "isRecurring": "Y" if row["state"] == "template" else "N",
        "createdTime": at(row["created"]),
        "updatedTime": at(handover if handed_over and handover else row["created"]),
        "movedTime": at(steps[-1][1] if steps else row["moved"]),
        "closedate": f"{row['closed_on']}T00:00:00+05:00" if row["closed_on"] else None,
        OVERRIDE_FIELD: overrides.get(row["deal"]),
        **marks(row),
        **_clicks(row),
    }


def _lead(row: Row) -> Payload:
    return {
        "id": int(row["lead"]),
        "title": row["title"],
        "stageId": row["stage"],
        "stageSemanticId": meaning(row["stage"]),
        "assignedById": int(row["manager"]),
        "companyId": int(row["company"] or 0),
        "contactId": int(row["contact"]),
        "sourceId": row["source"] or None,
        "createdTime": at(row["created"]),
        "updatedTime": at(row["created"]),
        **marks(row),
        **_clicks(row),
    }


def _contact(row: Row) -> Payload:
    return {
        "id": int(row["contact"]),
        "companyId": int(row["company"] or 0),
        "companyIds": [int(row["company"])] if row["company"] else [],
        "createdTime": at("2025-01-01"),
        "fm": [{"typeId": "PHONE", "value": row["phone"]}],
    }


def _company(row: Row) -> Payload:
    return {
        "id": int(row["company"]),
        "title": row["title"],
        "isMyCompany": row["is_own"],
        "createdTime": at("2025-01-01"),
    }


def _user(row: Row) -> Payload:
    return {
        "ID": row["user"],
        "NAME": row["name"],
        "LAST_NAME": row["last_name"],
        "ACTIVE": row["active"] == "Y",
        "UF_DEPARTMENT": [int(row["department"])] if row["department"] else False,
        "DATE_REGISTER": "2020-01-05T00:00:00+05:00",
        "USER_TYPE": "employee",
    }


def _department(row: Row) -> Payload:
    parent = {"PARENT": row["parent"]} if row["parent"] else {}
    return {"ID": row["department"], "NAME": row["name"], "SORT": 500, **parent}


def _pipelines() -> Stream:
    return {
        "2/0": {"id": 0, "name": "Retail", "sort": 100, "entityTypeId": 2, "isDefault": "Y"},
        "2/4": {"id": 4, "name": "Wholesale", "sort": 200, "entityTypeId": 2, "isDefault": "N"},
        "31/7": {"id": 7, "name": "Invoices", "sort": 100, "entityTypeId": 31, "isDefault": "Y"},
    }


def _status(number: int, row: Row) -> Payload:
    return {
        "ID": str(number),
        "ENTITY_ID": row["list"],
        "STATUS_ID": row["code"],
        "NAME": row["name"],
        "SORT": str(number * 10),
        "SEMANTICS": row["meaning"] or None,
    }


def _currencies() -> Stream:
    """Rates that the bank's must win over: an answer that holds them is wrong."""
    listed = {"RUB": ("1", "1", "Y"), "USD": ("70", "1", "N"), "KZT": ("10", "100", "N")}
    return {
        code: {"CURRENCY": code, "AMOUNT": amount, "AMOUNT_CNT": count, "BASE": base}
        for code, (amount, count, base) in listed.items()
    }


def _entries() -> Iterator[Payload]:
    for deal in portal("deals"):
        before = ""
        for number, (stage, when) in enumerate(history(deal), start=1):
            kind = 1 if not before else 5 if _pipeline(stage) != _pipeline(before) else 2
            yield {
                "ID": int(deal["deal"]) * 10 + number,
                "TYPE_ID": 3 if kind == 2 and meaning(stage) != "P" else kind,
                "OWNER_ID": int(deal["deal"]),
                "CREATED_TIME": at(when),
                "CATEGORY_ID": _pipeline(stage),
                "STAGE_ID": stage,
                "STAGE_SEMANTIC_ID": meaning(stage),
            }
            before = stage
    for row in portal("orphans"):
        yield {
            "ID": int(row["entry"]),
            "TYPE_ID": 1,
            "OWNER_ID": int(row["deal"]),
            "CREATED_TIME": at(row["at"]),
            "CATEGORY_ID": 0,
            "STAGE_ID": row["stage"],
            "STAGE_SEMANTIC_ID": "P",
        }


def _pipeline(stage: str) -> int:
    return 4 if stage.startswith("C4:") else 0


def _product(row: Row) -> Payload:
    return {
        "id": int(row["row"]),
        "ownerId": int(row["deal"]),
        "productName": row["product"],
        "price": row["price"],
        "quantity": row["quantity"],
        "taxRate": "22",
        "taxIncluded": "Y",
    }


def _invoice(row: Row) -> Payload:
    return {
        "id": int(row["invoice"]),
        "categoryId": 7,
        "stageId": "DT31_7:P" if row["paid_at"] else "DT31_7:N",
        "parentId2": int(row["deal"]),
        "opportunity": row["amount"],
        "currencyId": row["currency"],
        "createdTime": at("2026-01-20"),
        "updatedTime": at(row["paid_at"] or "2026-01-20"),
        "movedTime": at(row["paid_at"] or "2026-01-20"),
    }


def _payment(row: Row) -> Payload:
    return {
        "ID": int(row["invoice"]),
        "TYPE_ID": 3,
        "OWNER_ID": int(row["invoice"]),
        "CREATED_TIME": at(row["paid_at"]),
        "CATEGORY_ID": 7,
        "STAGE_ID": "DT31_7:P",
        "STAGE_SEMANTIC_ID": "S",
    }


def _approaches(kind: str) -> list[Row]:
    return [r for r in portal("approaches") if r["system"] == "bitrix24" and r["kind"] == kind]


def _call(row: Row) -> Payload:
    kind, _, entity_id = row["about"].partition(" ")
    return {
        "ID": row["approach"],
        "CALL_ID": row["ref"] or f"t{row['approach']}",
        "PORTAL_USER_ID": row["by"],
        "PHONE_NUMBER": phones().get(row["who"], "+79039999999"),
        "CALL_TYPE": "1" if row["direction"] == "outgoing" else "2",
        "CALL_FAILED_CODE": "200" if row["answered"] == "Y" else "304",
        "CALL_DURATION": "60",
        "CALL_START_DATE": at(row["at"]),
        "CRM_ENTITY_TYPE": kind.upper() if entity_id else None,
        "CRM_ENTITY_ID": entity_id or None,
    }


def _mail(row: Row) -> Payload:
    _, _, lead = row["about"].partition(" ")
    by_robot = row["by"] == "robot"
    return {
        "ID": row["approach"],
        "OWNER_TYPE_ID": "1",
        "OWNER_ID": lead,
        "TYPE_ID": "4",
        "PROVIDER_ID": "CRM_EMAIL",
        "DIRECTION": "2",
        "AUTHOR_ID": "0" if by_robot else row["by"],
        "RESPONSIBLE_ID": "11" if by_robot else row["by"],
        "COMPLETED": "Y",
        "CREATED": at(row["at"]),
        "START_TIME": at(row["at"]),
    }
