"""What items refer to by code: statuses, pipelines, currencies. None of it is paged.

Source: api-reference/crm/{status,universal/category,currency} in the vendor's documentation.
"""

from __future__ import annotations

import json

from infra.sandbox.bitrix24.answer import Answer, ApiError
from infra.sandbox.bitrix24.entities import DEAL, ENTITIES
from infra.sandbox.bitrix24.filters import Clause, Kind, json_column
from infra.sandbox.bitrix24.params import Params, entries, integer, pick
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import raw, read_all

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
        *({"ID": code, "NAME": name} for code, name in _PLAIN_TYPES.items()),
    ]
    for category in _categories(portal):
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


def list_categories(portal: Portal, params: Params) -> Answer:
    """Serve `crm.category.list`; only deals have pipelines on these portals."""
    type_id = integer(params.get("entityTypeId"))
    if type_id not in ENTITIES:
        raise ApiError(code="NOT_FOUND", description="Smart process not found")
    if type_id != DEAL.type_id:
        raise ApiError(
            code="ENTITY_TYPE_NOT_SUPPORTED", description="Entity type does not support categories"
        )
    where = _of("category", Clause(sql="1"))
    rows = [raw(text) for text in read_all(portal.store, "dictionary", where, "sort, id")]
    return Answer(result={"categories": rows}, total=len(rows), rows=len(rows))


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


def _categories(portal: Portal) -> list[dict[str, object]]:
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
    "crm.currency.list": Method(run=list_currencies),
    "crm.currency.base.get": Method(run=base_currency),
    "crm.settings.mode.get": Method(run=crm_mode),
}
