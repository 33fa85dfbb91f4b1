"""`crm.invoice.list`: the old invoices, which portals from before 2021 still have.

Source: api-reference/crm/outdated/invoice in the vendor's documentation, which prints no answer;
values are text, as in the other old lists.
"""

from __future__ import annotations

from collections.abc import Sequence

from infra.sandbox.bitrix24.answer import Answer, page_answer
from infra.sandbox.bitrix24.filters import Column, Kind, json_column
from infra.sandbox.bitrix24.params import Params, names, pick
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import NULL, Record, read_page, record

_NUMBERS = (
    *("CREATED_BY", "EMP_PAYED_ID", "EMP_STATUS_ID", "PAY_SYSTEM_ID", "PERSON_TYPE_ID", "PRICE"),
    *("RESPONSIBLE_ID", "TAX_VALUE", "UF_COMPANY_ID", "UF_CONTACT_ID", "UF_DEAL_ID"),
    *("UF_MYCOMPANY_ID", "UF_QUOTE_ID"),
)
_MOMENTS = (
    *("DATE_BILL", "DATE_MARKED", "DATE_PAY_BEFORE", "DATE_PAYED", "DATE_STATUS"),
    "PAY_VOUCHER_DATE",
)
_TEXTS = ("ACCOUNT_NUMBER", "CURRENCY", "ORDER_TOPIC", "STATUS_ID", "XML_ID", "PAY_VOUCHER_NUM")
_COLUMNS = {
    "ID": Column(sql="id", kind=Kind.NUMBER),
    "DATE_INSERT": Column(sql="created", kind=Kind.MOMENT),
    "DATE_UPDATE": Column(sql="updated", kind=Kind.MOMENT),
    **{name: json_column(name, Kind.NUMBER, spelled_as_text=True) for name in _NUMBERS},
    **{name: json_column(name, Kind.MOMENT) for name in _MOMENTS},
    **{name: json_column(name, Kind.TEXT) for name in _TEXTS},
    **{name: json_column(name, Kind.FLAG) for name in ("PAYED", "IS_RECURRING")},
}


def list_invoices(portal: Portal, params: Params) -> Answer:
    """Serve `crm.invoice.list`; custom fields come for the mask `UF_*` or under their names."""
    reader = portal.filters(_COLUMNS.get, strict=False)
    page = read_page(
        portal.store,
        "invoice",
        reader.where(pick(params, "filter", "FILTER")),
        reader.order(pick(params, "order", "ORDER")),
        pick(params, "start", "START"),
    )
    select = names(pick(params, "select", "SELECT"))
    rows = [_row(select, text) for text in page.texts]
    if page.total is None:
        return Answer(result=rows, rows=len(rows))
    return page_answer(rows, rows=len(rows), total=page.total, start=page.start)


def _row(select: Sequence[str], text: str) -> Record:
    fields = record(text)
    everything = not select or "*" in select
    shown = {
        name: value
        for name, value in fields.items()
        if (everything and not _is_custom(name)) or ("UF_*" in select and _is_custom(name))
    }
    named = (name for name in select if name in fields or name in _COLUMNS)
    return {"ID": fields["ID"]} | shown | {name: fields.get(name, NULL) for name in named}


def _is_custom(name: str) -> bool:
    return name.startswith("UF_CRM_")


METHODS = {"crm.invoice.list": Method(run=list_invoices)}
