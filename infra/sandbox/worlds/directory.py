"""The portal's small dictionaries in the form of their API methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def smart_type(
    *, type_id: int, entity_type_id: int, title: str, moment: str, has_products: bool
) -> Entry:
    """One smart process of `crm.type.list` under its entity type id.

    Args:
        type_id: number of the type, which names its custom fields (`UF_CRM_<type_id>_…`).
        entity_type_id: what its items are asked for by.
        title: what people call it.
        moment: when it was set up.
        has_products: whether its items have product rows.
    """
    on, off = "Y", "N"
    return str(entity_type_id), {
        "id": type_id,
        "title": title,
        "code": "",
        "createdBy": 1,
        "entityTypeId": entity_type_id,
        "customSectionId": None,
        "isCategoriesEnabled": off,
        "isStagesEnabled": on,
        "isBeginCloseDatesEnabled": on,
        "isClientEnabled": on,
        "isUseInUserfieldEnabled": on,
        "isLinkWithProductsEnabled": on if has_products else off,
        "isMycompanyEnabled": on,
        "isDocumentsEnabled": off,
        "isSourceEnabled": on,
        "isObserversEnabled": on,
        "isRecyclebinEnabled": on,
        "isAutomationEnabled": on,
        "isBizProcEnabled": off,
        "isSetOpenPermissions": on,
        "isPaymentsEnabled": off,
        "isCountersEnabled": off,
        "createdTime": moment,
        "updatedTime": moment,
        "updatedBy": 1,
    }


def smart_pipeline(*, category_id: int, entity_type_id: int, name: str) -> Entry:
    """The one pipeline of an invoice or a smart process, as `crm.category.list` gives it."""
    return f"{entity_type_id}/{category_id}", {
        "id": category_id,
        "name": name,
        "sort": 500,
        "entityTypeId": entity_type_id,
        "isDefault": "Y",
        "originId": "",
        "originatorId": "",
    }


def custom_field(
    *,
    entity_type_id: int,
    name: str,
    title: str,
    kind: str = "string",
    is_multiple: bool = False,
    items: Mapping[int, str] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Entry:
    """One custom field of `crm.item.fields`.

    Args:
        entity_type_id: whose field it is.
        name: `UF_CRM_…`.
        title: what people call it.
        kind: its type.
        is_multiple: whether it holds several values.
        items: the values of an enumeration by their ids.
        settings: what its type is set to.
    """
    described: dict[str, Any] = {
        "type": kind,
        **dict.fromkeys(("isRequired", "isReadOnly", "isImmutable"), False),
        "isMultiple": is_multiple,
        "isDynamic": True,
    }
    if items is not None:
        described["items"] = [{"ID": str(key), "VALUE": value} for key, value in items.items()]
    described["title"] = title
    described |= dict.fromkeys(("listLabel", "formLabel", "filterLabel"), title)
    described |= {"settings": dict(settings or {}), "upperName": name}
    return f"{entity_type_id}/{name}", described
