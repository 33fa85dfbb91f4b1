"""`crm.stagehistory.list`: when each lead, deal, invoice or smart-process item entered each stage.

Source: api-reference/crm/crm-stage-history-list.md in the vendor's documentation.
"""

from __future__ import annotations

from functools import partial

import msgspec

from infra.sandbox.bitrix24.answer import Answer, ApiError, page_answer
from infra.sandbox.bitrix24.filters import Clause, Column, Kind, json_column
from infra.sandbox.bitrix24.params import Params, integer, names
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import NULL, Record, raw, read_page, record
from infra.sandbox.store import DEAL, LEAD, OLD_INVOICE, SMART_INVOICE

_SHARED = {
    "ID": Column(sql="id", kind=Kind.NUMBER),
    "TYPE_ID": json_column("TYPE_ID", Kind.NUMBER),
    "OWNER_ID": Column(sql="owner_id", kind=Kind.NUMBER),
    "CREATED_TIME": Column(sql="created_time", kind=Kind.MOMENT),
}
_BY_STATUS = _SHARED | {
    name: json_column(name, Kind.TEXT) for name in ("STATUS_ID", "STATUS_SEMANTIC_ID")
}
_BY_STAGE = (
    _SHARED
    | {name: json_column(name, Kind.TEXT) for name in ("STAGE_ID", "STAGE_SEMANTIC_ID")}
    | {"CATEGORY_ID": json_column("CATEGORY_ID", Kind.NUMBER)}
)
_COLUMNS = {
    LEAD: _BY_STATUS,
    OLD_INVOICE: _BY_STATUS,
    DEAL: _BY_STAGE,
    SMART_INVOICE: _BY_STAGE,
}
_WITHOUT_HISTORY = {3: "CONTACT", 4: "COMPANY", 6: "ACTIVITY", 7: "QUOTE", 33: "SHIPMENT_DOCUMENT"}


def list_history(portal: Portal, params: Params) -> Answer:
    """Serve `crm.stagehistory.list`; an entity without history is refused with the number 0."""
    type_id = integer(params.get("entityTypeId"))
    columns = _COLUMNS.get(type_id)
    if columns is None and portal.is_smart_process(type_id):
        columns = _BY_STAGE
    if columns is None:
        name = _WITHOUT_HISTORY.get(type_id, "UNDEFINED")
        raise ApiError(code=0, description=f"{name} entity is not supported")
    reader = portal.filters(columns.get, strict=True)
    where = reader.where(params.get("filter"))
    page = read_page(
        portal.store,
        "stage_history",
        Clause(sql=f"entity_type_id = ? AND {where.sql}", values=(type_id, *where.values)),
        reader.order(params.get("order")),
        params.get("start"),
    )
    select = [name for name in names(params.get("select")) if name in columns]
    shape = raw if not select else partial(_chosen, ["ID", *select])
    items = [shape(text) for text in page.texts]
    if page.total is None:
        return Answer(result={"items": items}, rows=len(items))
    return page_answer({"items": items}, rows=len(items), total=page.total, start=page.start)


def _chosen(select: list[str], text: str) -> Record | msgspec.Raw:
    fields = record(text)
    return {name: fields.get(name, NULL) for name in select}


METHODS = {"crm.stagehistory.list": Method(run=list_history)}
