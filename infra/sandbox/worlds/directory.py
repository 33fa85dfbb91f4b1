"""The portal's small dictionaries in the form of their API methods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

Entry = tuple[str, dict[str, Any]]


def user(
    *,
    user_id: int,
    name: str,
    last_name: str,
    second_name: str = "",
    position: str = "",
    departments: Sequence[int] = (),
    active: bool = True,
    registered: str,
    gender: str = "",
) -> Entry:
    """One person of user.get; dismissed people stay with ACTIVE false."""
    return str(user_id), {
        "ID": str(user_id),
        "ACTIVE": active,
        "NAME": name,
        "LAST_NAME": last_name,
        "SECOND_NAME": second_name,
        "EMAIL": f"user{user_id}@example.com",
        "LAST_LOGIN": registered,
        "DATE_REGISTER": registered,
        "TIME_ZONE": "",
        "IS_ONLINE": "N",
        "TIMESTAMP_X": {},
        "LAST_ACTIVITY_DATE": {},
        "PERSONAL_GENDER": gender,
        "PERSONAL_WWW": "",
        "PERSONAL_BIRTHDAY": "",
        "PERSONAL_MOBILE": "",
        "PERSONAL_CITY": "",
        "WORK_PHONE": "",
        "WORK_POSITION": position,
        "UF_EMPLOYMENT_DATE": "",
        "UF_DEPARTMENT": list(departments),
        "USER_TYPE": "employee",
    }


def department(
    *, department_id: int, name: str, parent: int | None = None, head: int | None = None
) -> Entry:
    """One node of department.get; the root has no PARENT, a headless one no UF_HEAD."""
    payload: dict[str, Any] = {"ID": str(department_id), "NAME": name, "SORT": 500}
    if parent is not None:
        payload["PARENT"] = str(parent)
    if head is not None:
        payload["UF_HEAD"] = str(head)
    return str(department_id), payload


def pipeline(*, pipeline_id: int, name: str, sort: int) -> Entry:
    """One pipeline of crm.category.list; 0 is the one that every portal has."""
    payload: dict[str, Any] = {
        "id": pipeline_id,
        "name": name,
        "sort": sort,
        "entityTypeId": 2,
        "isDefault": "N" if pipeline_id else "Y",
    }
    if pipeline_id:
        payload |= {"originId": "", "originatorId": ""}
    return str(pipeline_id), payload


def currency(
    *, code: str, amount: Decimal, count: int, is_base: bool, name: str, sort: int, updated: str
) -> Entry:
    """One currency of crm.currency.list: `amount` of the base currency buys `count` of it."""
    return code, {
        "CURRENCY": code,
        "AMOUNT_CNT": str(count),
        "AMOUNT": f"{amount:.4f}",
        "SORT": str(sort),
        "BASE": "Y" if is_base else "N",
        "FULL_NAME": name,
        "LID": "ru",
        "FORMAT_STRING": "# ₽" if code == "RUB" else f"# {code}",
        "DEC_POINT": ".",
        "THOUSANDS_SEP": "&nbsp;",
        "DECIMALS": "2",
        "DATE_UPDATE": updated,
    }


def statuses(entries: Iterable[dict[str, Any]]) -> list[Entry]:
    """Entries of crm.status.list under their ids."""
    return [(entry["ID"], entry) for entry in entries]
