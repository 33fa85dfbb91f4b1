"""`crm.item.productrow.list` and `crm.deal.productrows.get`: what is sold in an item.

The list answers only for owners that the filter names. Its `=ownerId` is served with one id or
with several. The vendor's page of 2026 promises one only and calls `@id` the one key that takes an
array; a world whose `product_rows_of` is `one_owner` refuses several, as such a portal does.
Source: api-reference/crm/universal/product-rows and crm/deals/crm-deal-productrows-get.md.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from infra.sandbox.bitrix24.answer import Answer, ApiError, page_answer
from infra.sandbox.bitrix24.fields import upper_name
from infra.sandbox.bitrix24.filters import Clause, Column, Kind, json_column
from infra.sandbox.bitrix24.params import Params, entries, integer, pick
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import NULL, Record, raw, read_all, read_page, record

ONE_OWNER = "one_owner"

_ID = Column(sql="id", kind=Kind.NUMBER)
_FILTERED = {"id": _ID, "productId": json_column("productId", Kind.NUMBER)}
_SORTED = {"id": _ID, "sort": json_column("sort", Kind.NUMBER)}
_DENIED = ("ACCESS_DENIED", "Access denied", 400)
_ONLY_IN_OLD_ROWS = {
    "PRODUCT_DESCRIPTION": NULL,
    "RESERVE_ID": NULL,
    "DATE_RESERVE_END": NULL,
    "RESERVE_QUANTITY": NULL,
}


def list_product_rows(portal: Portal, params: Params) -> Answer:
    """Serve `crm.item.productrow.list`: rows by `sort` unless asked otherwise.

    A field that cannot be filtered or sorted by is passed over without a word.
    """
    if "filter" not in params:
        raise ApiError(code="100", description="Could not find value for parameter {filter}")
    conditions = dict(entries(params["filter"]))
    owners = _owners(portal, conditions)
    reader = portal.filters(_FILTERED.get, strict=False)
    where = reader.where(_understood(conditions))
    by_sort = portal.filters(_SORTED.get, strict=False)
    page = read_page(
        portal.store,
        "product_row",
        Clause(sql=f"{owners.sql} AND {where.sql}", values=(*owners.values, *where.values)),
        by_sort.order(pick(params, "order") or {"sort": "asc"}),
        params.get("start"),
    )
    rows = {"productRows": [raw(text) for text in page.texts]}
    if page.total is None:
        return Answer(result=rows, rows=len(page.texts))
    return page_answer(rows, rows=len(page.texts), total=page.total, start=page.start)


def get_deal_rows(portal: Portal, params: Params) -> Answer:
    """Serve `crm.deal.productrows.get`, the old spelling of a deal's rows."""
    deal_id = integer(pick(params, "id", "ID"))
    if deal_id <= 0:
        raise ApiError(code="", description="The parameter id is invalid or not defined.")
    where = Clause(sql="owner_type = 'D' AND owner_id = ?", values=(deal_id,))
    texts = read_all(portal.store, "product_row", where, f"{_SORTED['sort'].sql}, id")
    return Answer(result=[_old_row(text) for text in texts], rows=len(texts))


def _owners(portal: Portal, conditions: dict[str, object]) -> Clause:
    """Take the owners out of a filter."""
    owner_type = conditions.pop("=ownerType", None)
    owner_id = conditions.pop("=ownerId", None)
    missing = next(
        (name for name, given in (("ownerType", owner_type), ("ownerId", owner_id)) if not given),
        None,
    )
    if missing is not None:
        raise ApiError(
            code="REQUIRED_ARG_MISSING", description=f"Required filter '={missing}' is missing"
        )
    several = isinstance(owner_id, list | dict)
    if several and portal.store.all_meta().get("product_rows_of") == ONE_OWNER:
        raise ApiError(code=_DENIED[0], description=_DENIED[1], status=_DENIED[2])
    ids = [integer(one) for _, one in entries(owner_id)] if several else [integer(owner_id)]
    marks = ", ".join("?" * len(ids))
    return Clause(sql=f"owner_type = ? AND owner_id IN ({marks})", values=(str(owner_type), *ids))


def _understood(conditions: dict[str, object]) -> dict[str, object]:
    """Leave out the arrays that the method passes over; one that is compared with is refused."""
    arrays = {key for key, value in conditions.items() if isinstance(value, list | dict)}
    if compared := [key for key in arrays if key[:1] in "<>"]:
        raise ApiError(
            code="INVALID_ARG_VALUE",
            description=f"Invalid filter: field '{compared[0]}' has invalid value",
        )
    return {key: value for key, value in conditions.items() if key not in arrays - {"@id"}}


def _old_row(text: str) -> Record:
    fields = record(text)
    row = {upper_name(name): value for name, value in fields.items()} | _ONLY_IN_OLD_ROWS
    row["ORIGINAL_PRODUCT_NAME"] = fields["productName"]
    for name in ("ID", "OWNER_ID"):
        row[name] = msgspec.Raw(b'"' + bytes(row[name]) + b'"')
    if "PRICE_ACCOUNT" in row:
        amount = Decimal(bytes(row["PRICE_ACCOUNT"]).decode())
        row["PRICE_ACCOUNT"] = msgspec.Raw(f'"{amount:.2f}"'.encode())
    return row


METHODS = {
    "crm.item.productrow.list": Method(run=list_product_rows, denial=_DENIED),
    "crm.deal.productrows.get": Method(run=get_deal_rows),
}
