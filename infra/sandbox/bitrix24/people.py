"""`user.get`, `user.current`, `department.get`.

Source: api-reference/user and api-reference/departments in the vendor's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

from infra.sandbox.bitrix24.answer import Answer, ApiError, page_answer
from infra.sandbox.bitrix24.filters import Clause, Column, Kind, json_column
from infra.sandbox.bitrix24.params import Params, pick, truthy
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import raw, read_page

_USER_TEXTS = (
    *("NAME", "LAST_NAME", "SECOND_NAME", "EMAIL", "WORK_POSITION", "USER_TYPE", "XML_ID"),
    *("DATE_REGISTER", "LAST_LOGIN", "IS_ONLINE", "TIME_ZONE", "PERSONAL_GENDER"),
)
_ID = json_column("ID", Kind.NUMBER, spelled_as_text=True)
_USER_COLUMNS: dict[str, Column] = {
    "ID": _ID,
    "ACTIVE": Column(
        sql="""CASE json_extract(payload, '$."ACTIVE"') WHEN 1 THEN 'Y' ELSE 'N' END""",
        kind=Kind.FLAG,
    ),
    "UF_DEPARTMENT": json_column("UF_DEPARTMENT", Kind.LIST),
    **{name: json_column(name, Kind.TEXT) for name in _USER_TEXTS},
}
_DEPARTMENT_COLUMNS: dict[str, Column] = {
    "ID": _ID,
    "NAME": json_column("NAME", Kind.TEXT),
    "SORT": json_column("SORT", Kind.NUMBER),
    **{
        name: json_column(name, Kind.NUMBER, spelled_as_text=True) for name in ("PARENT", "UF_HEAD")
    },
}


def list_users(portal: Portal, params: Params) -> Answer:
    """Serve `user.get`: dismissed employees too, unless the filter asks for `ACTIVE`."""
    conditions = pick(params, "FILTER", "filter")
    if conditions is None:
        conditions = {name: params[name] for name in params if name in _USER_COLUMNS}
    return _people(portal, params, "user", _USER_COLUMNS, conditions)


def current_user(portal: Portal, _params: Params) -> Answer:
    """Serve `user.current`: whose webhook it is."""
    found = portal.store.query(
        "SELECT payload FROM dictionary WHERE kind = 'user' AND id = ?",
        (portal.store.meta("webhook_user"),),
    )
    if not found:
        raise ApiError(
            code="user_access_error",
            description="The user does not have access to the portal",
            status=401,
        )
    return Answer(result=raw(found[0][0]), rows=1)


def list_departments(portal: Portal, params: Params) -> Answer:
    """Serve `department.get`, whose filter stands among its parameters."""
    conditions = {
        name: params[name] for name in ("ID", "NAME", "PARENT", "UF_HEAD") if name in params
    }
    return _people(portal, params, "department", _DEPARTMENT_COLUMNS, conditions)


def _people(
    portal: Portal,
    params: Params,
    kind: str,
    columns: Mapping[str, Column],
    conditions: object,
) -> Answer:
    reader = portal.filters(columns.get, strict=False)
    where = reader.where(conditions)
    sort = pick(params, "SORT", "sort")
    direction = pick(params, "ORDER", "order")
    if isinstance(direction, dict):
        order = reader.order(direction, tie_break=_ID.sql)
    else:
        order = reader.order(
            {sort: direction or "ASC"} if isinstance(sort, str) else {}, tie_break=_ID.sql
        )
    start = pick(params, "start", "START")
    page = read_page(
        portal.store,
        "dictionary",
        Clause(sql=f"kind = ? AND {where.sql}", values=(kind, *where.values)),
        order,
        start,
    )
    rows = [raw(text) for text in page.texts]
    if page.total is None:
        return Answer(result=rows, rows=len(rows))
    return page_answer(rows, rows=len(rows), total=page.total, start=page.start)


def profile(portal: Portal, _params: Params) -> Answer:
    """Serve `profile`: who the webhook acts as, for any webhook."""
    user = portal.store.query(
        "SELECT json_extract(payload, '$.NAME'), json_extract(payload, '$.LAST_NAME')"
        " FROM dictionary WHERE kind = 'user' AND id = ?",
        (portal.store.meta("webhook_user"),),
    )
    name, last_name = user[0] if user else ("", "")
    return Answer(
        result={
            "ID": portal.store.meta("webhook_user"),
            "ADMIN": truthy(portal.store.all_meta().get("webhook_admin", "Y")),
            "NAME": name,
            "LAST_NAME": last_name,
            "PERSONAL_GENDER": "",
            "TIME_ZONE": "",
        }
    )


METHODS = {
    "user.get": Method(run=list_users, scope="user"),
    "user.current": Method(run=current_user, scope="user"),
    "department.get": Method(run=list_departments, scope="department"),
    "profile": Method(run=profile, scope=None),
}
