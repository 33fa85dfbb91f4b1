"""`crm.activity.list` and `crm.activity.get`: calls, mails, meetings, chats.

Values are text, as in all old lists. The bodies of mails come unless `select` leaves them out; who
was spoken to and the files come only where `select` names them.
Source: api-reference/crm/timeline/activities/activity-base in the vendor's documentation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from infra.sandbox.bitrix24.answer import Answer, ApiError, page_answer
from infra.sandbox.bitrix24.filters import Clause, Column, Kind, json_column
from infra.sandbox.bitrix24.params import Params, integer, names, pick
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import NULL, Record, read_page, record

_ONLY_WHEN_NAMED = ("COMMUNICATIONS", "FILES")
_NUMBERS = (
    *("TYPE_ID", "ASSOCIATED_ENTITY_ID", "STATUS", "RESPONSIBLE_ID", "PRIORITY", "NOTIFY_TYPE"),
    *("NOTIFY_VALUE", "DESCRIPTION_TYPE", "DIRECTION", "AUTHOR_ID", "EDITOR_ID"),
    *("RESULT_MARK", "RESULT_VALUE", "RESULT_SUM", "RESULT_STATUS", "RESULT_STREAM"),
    "AUTOCOMPLETE_RULE",
)
_TEXTS = (
    *("PROVIDER_ID", "PROVIDER_TYPE_ID", "PROVIDER_GROUP_ID", "SUBJECT", "LOCATION"),
    *("ORIGINATOR_ID", "ORIGIN_ID", "RESULT_CURRENCY_ID", "RESULT_SOURCE_ID"),
)
_COLUMNS = {
    "ID": Column(sql="id", kind=Kind.NUMBER),
    "OWNER_ID": Column(sql="owner_id", kind=Kind.NUMBER),
    "OWNER_TYPE_ID": Column(sql="owner_type_id", kind=Kind.NUMBER),
    "CREATED": Column(sql="created", kind=Kind.MOMENT),
    "LAST_UPDATED": Column(sql="updated", kind=Kind.MOMENT),
    "START_TIME": Column(sql="started", kind=Kind.MOMENT),
    **{name: json_column(name, Kind.MOMENT) for name in ("END_TIME", "DEADLINE")},
    "COMPLETED": json_column("COMPLETED", Kind.FLAG),
    "IS_INCOMING_CHANNEL": json_column("IS_INCOMING_CHANNEL", Kind.FLAG),
    **{name: json_column(name, Kind.NUMBER, spelled_as_text=True) for name in _NUMBERS},
    **{name: json_column(name, Kind.TEXT) for name in _TEXTS},
}


def list_activities(portal: Portal, params: Params) -> Answer:
    """Serve `crm.activity.list`, by `START_TIME` unless asked otherwise."""
    reader = portal.filters(_COLUMNS.get, strict=False)
    page = read_page(
        portal.store,
        "activity",
        reader.where(pick(params, "filter", "FILTER")),
        reader.order(pick(params, "order", "ORDER") or {"START_TIME": "ASC"}),
        pick(params, "start", "START"),
    )
    shape = _shape(names(pick(params, "select", "SELECT")))
    rows = [shape(text) for text in page.texts]
    if page.total is None:
        return Answer(result=rows, rows=len(rows))
    return page_answer(rows, rows=len(rows), total=page.total, start=page.start)


def get_activity(portal: Portal, params: Params) -> Answer:
    """Serve `crm.activity.get`."""
    where = Clause(sql="id = ?", values=(integer(pick(params, "id", "ID")),))
    page = read_page(portal.store, "activity", where, "id", -1)
    if not page.texts:
        raise ApiError(code="", description="Not found")
    return Answer(result=_shape([])(page.texts[0]), rows=1)


def _shape(select: list[str]) -> Callable[[str], Record]:
    named = [name for name in _ONLY_WHEN_NAMED if name in select]
    if not select or "*" in select:
        return partial(_whole, named)
    return partial(_chosen, list(dict.fromkeys(["ID", *select])))


def _whole(named: list[str], text: str) -> Record:
    return {
        name: value
        for name, value in record(text).items()
        if name not in _ONLY_WHEN_NAMED or name in named
    }


def _chosen(select: list[str], text: str) -> Record:
    fields = record(text)
    known = fields.keys() | _COLUMNS.keys() | set(_ONLY_WHEN_NAMED)
    return {name: fields.get(name, NULL) for name in select if name in known}


METHODS = {
    "crm.activity.list": Method(run=list_activities),
    "crm.activity.get": Method(run=get_activity),
}
