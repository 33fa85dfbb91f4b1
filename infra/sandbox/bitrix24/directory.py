"""What items refer to by code: statuses, pipelines, currencies, types of smart processes.

Only the types are paged. Source: api-reference/crm/{status,universal/category,currency,
universal/user-defined-object-types} in the vendor's documentation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from infra.sandbox.bitrix24.answer import Answer, ApiError, page_answer
from infra.sandbox.bitrix24.entities import DEAL, ENTITIES
from infra.sandbox.bitrix24.fields import camel_name
from infra.sandbox.bitrix24.filters import Clause, Column, Kind, json_column
from infra.sandbox.bitrix24.params import Params, entries, integer, pick
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import raw, read_all, read_page
from infra.sandbox.bitrix24.smart import SMART_INVOICE

_STATUS_COLUMNS = {
    "ID": json_column("ID", Kind.NUMBER, spelled_as_text=True),
    "SORT": json_column("SORT", Kind.NUMBER, spelled_as_text=True),
    "CATEGORY_ID": json_column("CATEGORY_ID", Kind.NUMBER, spelled_as_text=True),
    **{
        name: json_column(name, Kind.TEXT)
        for name in ("ENTITY_ID", "STATUS_ID", "NAME", "NAME_INIT", "SYSTEM", "SEMANTICS", "COLOR")
    },
}
_CURRENCY_COLUMNS = {
    "CURRENCY": json_column("CURRENCY", Kind.TEXT),
    "SORT": json_column("SORT", Kind.NUMBER, spelled_as_text=True),
    "FULL_NAME": json_column("FULL_NAME", Kind.TEXT),
}
_CATEGORY_OWNER = "coalesce(json_extract(payload, '$.entityTypeId'), 2)"
_TYPE_COLUMNS = {
    **{
        name: json_column(name, Kind.NUMBER)
        for name in ("id", "entityTypeId", "createdBy", "updatedBy", "customSectionId")
    },
    **{name: json_column(name, Kind.TEXT) for name in ("title", "code")},
    **{name: json_column(name, Kind.MOMENT) for name in ("createdTime", "updatedTime")},
    **{
        name: json_column(name, Kind.FLAG)
        for name in (
            *("isCategoriesEnabled", "isStagesEnabled", "isBeginCloseDatesEnabled"),
            *("isClientEnabled", "isUseInUserfieldEnabled", "isLinkWithProductsEnabled"),
            *("isMycompanyEnabled", "isDocumentsEnabled", "isSourceEnabled"),
            *("isObserversEnabled", "isRecyclebinEnabled", "isAutomationEnabled"),
            *("isBizProcEnabled", "isSetOpenPermissions", "isPaymentsEnabled", "isCountersEnabled"),
        )
    },
}
_PLAIN_TYPES = {
    "SOURCE": "Sources",
    "CONTACT_TYPE": "Contact type",
    "COMPANY_TYPE": "Company type",
    "EMPLOYEES": "Number of employees",
    "INDUSTRY": "Industry",
    "DEAL_TYPE": "Deal type",
    "HONORIFIC": "Inquiries",
    "CALL_LIST": "Call statuses",
}


def list_statuses(portal: Portal, params: Params) -> Answer:
    """Serve `crm.status.list`: every matching entry at once, in the order asked for."""
    conditions = pick(params, "filter", "FILTER")
    if conditions is not None and not isinstance(conditions, list | dict):
        raise ApiError(code="Invalid parameters.", description="Incorrect parameters passed.")
    reader = portal.filters(_STATUS_COLUMNS.get, strict=False)
    where = reader.where(conditions)
    order = reader.order(pick(params, "order", "ORDER"), tie_break="sort ASC, id")
    rows = [raw(text) for text in read_all(portal.store, "dictionary", _of("status", where), order)]
    return Answer(result=rows, total=len(rows), rows=len(rows))


def list_status_types(portal: Portal, _params: Params) -> Answer:
    """Serve `crm.status.entity.types`: which dictionaries there are."""
    types: list[dict[str, object]] = [
        {
            "ID": "STATUS",
            "NAME": "Lead stages",
            "SEMANTIC_INFO": _semantics("NEW", "CONVERTED", "JUNK"),
            "ENTITY_TYPE_ID": 1,
        },
        {
            "ID": "QUOTE_STATUS",
            "NAME": "Quote stages",
            "SEMANTIC_INFO": _semantics("DRAFT", "APPROVED", "DECLAINED"),
            "ENTITY_TYPE_ID": 7,
        },
        *({"ID": code, "NAME": name} for code, name in _PLAIN_TYPES.items()),
    ]
    for category in _categories(portal):
        if category.get("entityTypeId", DEAL.type_id) != DEAL.type_id:
            types.append(_smart_stages(portal, category))
            continue
        number = category["id"]
        entry: dict[str, object] = {"NAME": f"{category['name']} deal stages"}
        if number == 0:
            entry |= {
                "ID": "DEAL_STAGE",
                "SEMANTIC_INFO": _semantics("NEW", "WON", "LOSE"),
                "FIELD_ATTRIBUTE_SCOPE": "",
                "CATEGORY_ID": 0,
            }
        else:
            prefix = f"C{number}"
            entry |= {
                "ID": f"DEAL_STAGE_{number}",
                "PARENT_ID": "DEAL_STAGE",
                "SEMANTIC_INFO": _semantics(f"{prefix}:NEW", f"{prefix}:WON", f"{prefix}:LOSE"),
                "PREFIX": prefix,
                "FIELD_ATTRIBUTE_SCOPE": f"category_{number}",
                "CATEGORY_ID": str(number),
            }
        types.append(entry | {"ENTITY_TYPE_ID": DEAL.type_id})
    return Answer(result=types, rows=len(types))


def _smart_stages(portal: Portal, category: Mapping[str, Any]) -> dict[str, object]:
    """Return the dictionary of the stages of an invoice's or a smart process's pipeline."""
    type_id, number = category["entityTypeId"], category["id"]
    entry: dict[str, object] = {
        "SEMANTIC_INFO": [],
        "PREFIX": f"DT{type_id}_{number}",
        "FIELD_ATTRIBUTE_SCOPE": f"category_{number}",
        "ENTITY_TYPE_ID": type_id,
        "IS_ENABLED": True,
        "CATEGORY_ID": number,
    }
    if type_id == SMART_INVOICE.type_id:
        return {"ID": f"SMART_INVOICE_STAGE_{number}", "NAME": "Invoice stages"} | entry
    named = {kind["entityTypeId"]: kind["title"] for kind in portal.store.dictionary("type")}
    return {
        "ID": f"DYNAMIC_{type_id}_STAGE_{number}",
        "NAME": f"{named.get(type_id, '')} ({category['name']})",
        **entry,
        "CATEGORY_NAME": category["name"],
        "CATEGORY_SORT": category["sort"],
        "IS_DEFAULT_CATEGORY": category["isDefault"] == "Y",
    }


def list_categories(portal: Portal, params: Params) -> Answer:
    """Serve `crm.category.list`: the pipelines of deals, invoices or a smart process."""
    type_id = integer(params.get("entityTypeId"))
    entity = ENTITIES.get(type_id)
    if entity is None and not portal.is_smart_process(type_id):
        raise ApiError(code="NOT_FOUND", description="Smart process not found")
    if entity is not None and type_id not in (DEAL.type_id, SMART_INVOICE.type_id):
        raise ApiError(
            code="ENTITY_TYPE_NOT_SUPPORTED",
            description=f"Entity type {entity.name.upper()} is not supported",
        )
    where = _of("category", Clause(sql=f"{_CATEGORY_OWNER} = ?", values=(type_id,)))
    rows = [raw(text) for text in read_all(portal.store, "dictionary", where, "sort, id")]
    return Answer(result={"categories": rows}, total=len(rows), rows=len(rows))


def _type_column(name: str) -> Column | None:
    """Find a field of a type, which takes either spelling of a name."""
    return _TYPE_COLUMNS.get(camel_name(name)) or _TYPE_COLUMNS.get(name)


def list_types(portal: Portal, params: Params) -> Answer:
    """Serve `crm.type.list`: the portal's smart processes, fifty a page."""
    reader = portal.filters(_type_column, strict=True)
    page = read_page(
        portal.store,
        "dictionary",
        _of("type", reader.where(params.get("filter"))),
        reader.order(params.get("order"), tie_break=_TYPE_COLUMNS["id"].sql),
        params.get("start"),
    )
    types = {"types": [raw(text) for text in page.texts]}
    if page.total is None:
        return Answer(result=types, rows=len(page.texts))
    return page_answer(types, rows=len(page.texts), total=page.total, start=page.start)


def list_currencies(portal: Portal, params: Params) -> Answer:
    """Serve `crm.currency.list`, whose `total` is always 0 (the vendor's example has four rows)."""
    reader = portal.filters(_CURRENCY_COLUMNS.get, strict=False)
    order = reader.order(
        {name.upper(): way for name, way in entries(pick(params, "order", "ORDER"))},
        tie_break="sort ASC, id",
    )
    where = _of("currency", Clause(sql="1"))
    rows = [raw(text) for text in read_all(portal.store, "dictionary", where, order)]
    return Answer(result=rows, total=0, rows=len(rows))


def base_currency(portal: Portal, _params: Params) -> Answer:
    """Serve `crm.currency.base.get`."""
    return Answer(result=portal.store.meta("base_currency"))


def crm_mode(portal: Portal, _params: Params) -> Answer:
    """Serve `crm.settings.mode.get`: 1 with leads, 2 without."""
    return Answer(result=int(portal.store.meta("portal_mode")))


def _of(kind: str, where: Clause) -> Clause:
    return Clause(sql=f"kind = ? AND {where.sql}", values=(kind, *where.values))


def _categories(portal: Portal) -> list[dict[str, Any]]:
    where = _of("category", Clause(sql="1"))
    return [json.loads(text) for text in read_all(portal.store, "dictionary", where, "sort, id")]


def _semantics(start: str, won: str, lost: str) -> dict[str, object]:
    return {
        "START_FIELD": start,
        "FINAL_SUCCESS_FIELD": won,
        "FINAL_UNSUCCESS_FIELD": lost,
        "FINAL_SORT": 0,
    }


METHODS = {
    "crm.status.list": Method(run=list_statuses),
    "crm.status.entity.types": Method(run=list_status_types),
    "crm.category.list": Method(run=list_categories),
    "crm.type.list": Method(run=list_types, denial=("ACCESS_DENIED", "Access denied", 400)),
    "crm.currency.list": Method(run=list_currencies),
    "crm.currency.base.get": Method(run=base_currency),
    "crm.settings.mode.get": Method(run=crm_mode),
}
