"""`voximplant.statistic.get`: the telephony's list of calls.

Its parameters are UPPER, its sorting is two strings, and every value but `RECORD_FILE_ID` is text.
Source: api-reference/telephony/voximplant/voximplant-statistic-get.md in the vendor's
documentation.
"""

from __future__ import annotations

from infra.sandbox.bitrix24.answer import Answer, page_answer
from infra.sandbox.bitrix24.filters import Column, Kind, json_column
from infra.sandbox.bitrix24.params import Params, integer, pick
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import raw, read_page

_NUMBERS = (
    *("PORTAL_USER_ID", "CALL_TYPE", "CALL_DURATION", "CALL_VOTE", "COST", "CRM_ENTITY_ID"),
    *("CRM_ACTIVITY_ID", "REST_APP_ID", "TRANSCRIPT_ID", "SESSION_ID", "REDIAL_ATTEMPT"),
    "RECORD_DURATION",
)
_TEXTS = (
    *("CALL_ID", "EXTERNAL_CALL_ID", "CALL_CATEGORY", "PORTAL_NUMBER", "PHONE_NUMBER"),
    *("CALL_LOG", "CALL_RECORD_URL", "COST_CURRENCY", "CALL_FAILED_CODE", "CALL_FAILED_REASON"),
    *("CRM_ENTITY_TYPE", "REST_APP_NAME", "TRANSCRIPT_PENDING", "COMMENT"),
)
_COLUMNS = {
    "ID": Column(sql="id", kind=Kind.NUMBER),
    "CALL_START_DATE": Column(sql="started_at", kind=Kind.MOMENT),
    **{name: json_column(name, Kind.NUMBER, spelled_as_text=True) for name in _NUMBERS},
    **{name: json_column(name, Kind.TEXT) for name in _TEXTS},
}


def list_calls(portal: Portal, params: Params) -> Answer:
    """Serve `voximplant.statistic.get`; it counts always, also for a negative `start`."""
    reader = portal.filters(_COLUMNS.get, strict=False)
    sort = pick(params, "SORT", "sort")
    direction = pick(params, "ORDER", "order") or "ASC"
    page = read_page(
        portal.store,
        "call",
        reader.where(pick(params, "FILTER", "filter")),
        reader.order({sort: direction} if isinstance(sort, str) else {}),
        max(0, integer(pick(params, "start", "START"))),
    )
    rows = [raw(text) for text in page.texts]
    return page_answer(rows, rows=len(rows), total=page.total or 0, start=page.start)


METHODS = {
    "voximplant.statistic.get": Method(
        run=list_calls, scope="telephony", denial=("ACCESS_DENIED", "Access denied!", 403)
    )
}
