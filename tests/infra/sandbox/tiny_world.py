"""A company small enough to be checked whole, with what a protocol can get wrong planted in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from infra.sandbox.store import COMPANY, CONTACT, DEAL, LEAD, GoogleDay, Store, YandexDay
from tests.infra.sandbox import google_levels

DEALS = 231
MANAGER, CUSTOMER = "1000000001", "2000000002"
LOGIN = "tiny-direct"
META = {
    "world": "tiny",
    "as_of": "2026-11-22",
    "timezone": "Europe/Moscow",
    "now": "2026-11-23T04:00:00+03:00",
    "portal_mode": "1",
    "base_currency": "RUB",
    "webhook_user": "1",
    "webhook_secret": "tinysecret000001",
    "google_client_id": "tiny-client",
    "google_client_secret": "tiny-secret",
    "google_refresh_token": "tiny-refresh",
    "google_customer_id": CUSTOMER,
    "yandex_token": "tiny-token",
}
_UTM = ("utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm")


def build(path: Path) -> None:
    """Write the world's store."""
    with Store.create(path) as store:
        store.set_meta(META)
        store.add_items(DEAL, (deal(number) for number in range(1, DEALS + 1)))
        store.add_items(DEAL, [deal(9001)], deleted=True)
        store.add_items(LEAD, (lead(number) for number in range(1, 61)))
        store.add_items(CONTACT, (contact(number) for number in range(1, 6)))
        store.add_items(COMPANY, (company(number) for number in range(1, 3)))
        store.add_stage_history(DEAL, list(_history()))
        store.add_calls(call(number) for number in range(1, 121))
        _add_dictionaries(store)
        _add_spend(store)


def instant(number: int, hour: int = 10) -> str:
    """Return a moment of November in the portal's offset."""
    return f"2026-11-{1 + number % 20:02d}T{hour:02d}:{number % 60:02d}:00+03:00"


def deal(number: int, **changed: Any) -> dict[str, Any]:
    """Return one deal; every third is won, some hold what PHP and JSON disagree about."""
    won = number % 3 == 0
    fields: dict[str, Any] = {
        "id": number,
        "createdTime": instant(number),
        "updatedTime": instant(number, hour=15),
        "createdBy": 1,
        "updatedBy": 2,
        "assignedById": 1 + number % 3,
        "opened": "Y",
        "webformId": 0,
        "lastActivityBy": 1,
        "lastActivityTime": instant(number, hour=16),
        **dict.fromkeys(_UTM),
        "utmSource": "yandex" if number % 2 else None,
        "originatorId": None,
        "originId": None,
        "sourceId": "WEB" if number % 5 else "CALL",
        "sourceDescription": "",
        "comments": None,
        "observers": [],
        "title": f"Сделка №{number} «Ромашка» & Co",
        "typeId": "SALE",
        "categoryId": number % 2,
        "stageId": ("C1:WON" if number % 2 else "WON") if won else "NEW",
        "stageSemanticId": "S" if won else "P",
        "isNew": "N" if won else "Y",
        "isRecurring": "N",
        "isReturnCustomer": "N",
        "isRepeatedApproach": "N",
        "closed": "Y" if won else "N",
        "probability": None if won else 50,
        "opportunity": Decimal(number * 100) + Decimal("0.10"),
        "isManualOpportunity": "Y",
        "taxValue": Decimal(0),
        "currencyId": "USD" if number % 7 == 0 else "RUB",
        "begindate": f"2026-11-{1 + number % 20:02d}T03:00:00+03:00",
        "closedate": None if number % 4 == 0 else "2026-11-21T03:00:00+03:00",
        "leadId": number if number <= 60 else None,
        "companyId": 0,
        "contactId": 1 + number % 5,
        "contactIds": [1 + number % 5],
        "quoteId": None,
        "additionalInfo": None,
        "locationId": None,
        "movedBy": 1,
        "movedTime": instant(number, hour=14),
        "UF_CRM_GCLID": f"gclid-{number}" if number % 10 == 0 else None,
        "UF_CRM_1721244482250": number % 2 == 0,
        "parentId1220": None,
        "entityTypeId": 2,
    }
    return fields | changed


def lead(number: int, **changed: Any) -> dict[str, Any]:
    """Return one lead, with a phone."""
    fields: dict[str, Any] = {
        "id": number,
        "createdTime": instant(number, hour=9),
        "updatedTime": instant(number, hour=12),
        "createdBy": 1,
        "updatedBy": 1,
        "assignedById": 2,
        "opened": "Y",
        "webformId": 0,
        **dict.fromkeys(_UTM),
        "title": f"Лид {number}",
        "name": "Иван",
        "secondName": None,
        "lastName": "Ёлкин",
        "companyTitle": None,
        "companyId": 0,
        "contactId": 0,
        "contactIds": [],
        "stageId": "CONVERTED" if number % 2 else "JUNK",
        "stageSemanticId": "S" if number % 2 else "F",
        "opportunity": Decimal("1500.5"),
        "currencyId": "RUB",
        "isManualOpportunity": "Y",
        "sourceId": "WEB",
        "birthdate": None,
        "dateClosed": None,
        "address": None,
        "hasPhone": "Y",
        "fm": [{"id": 100 + number, "typeId": "PHONE", "valueType": "WORK", "value": "+7 999"}],
        "observers": [],
        "entityTypeId": 1,
    }
    return fields | changed


def contact(number: int, **changed: Any) -> dict[str, Any]:
    """Return one contact."""
    fields: dict[str, Any] = {
        "id": number,
        "createdTime": instant(number, hour=8),
        "updatedTime": instant(number, hour=8),
        "assignedById": 1,
        "name": "Анна",
        "lastName": f"Контактова {number}",
        "export": "Y",
        "typeId": "CLIENT",
        "birthdate": None,
        "companyId": 0,
        "companyIds": [],
        "hasPhone": "N",
        "fm": [],
        "entityTypeId": 3,
    }
    return fields | changed


def company(number: int, **changed: Any) -> dict[str, Any]:
    """Return one company."""
    fields: dict[str, Any] = {
        "id": number,
        "createdTime": instant(number, hour=7),
        "updatedTime": instant(number, hour=7),
        "assignedById": 1,
        "title": f"ООО «Ромашка {number}»",
        "typeId": "CUSTOMER",
        "revenue": Decimal(0),
        "isMyCompany": "Y" if number == 1 else "N",
        "contactIds": [],
        "fm": [],
        "entityTypeId": 4,
    }
    return fields | changed


def call(number: int) -> dict[str, Any]:
    """Return one call, its values text as the telephony gives them."""
    return {
        "ID": str(number),
        "PORTAL_USER_ID": "2",
        "PORTAL_NUMBER": "reg1",
        "PHONE_NUMBER": "+79990000000",
        "CALL_ID": f"call-{number}",
        "CALL_DURATION": str(number % 90),
        "CALL_START_DATE": instant(number, hour=13),
        "COST": "0.0000",
        "CALL_FAILED_CODE": "200" if number % 4 else "304",
        "CALL_TYPE": "2",
        "RECORD_FILE_ID": None,
    }


def _history() -> Iterator[dict[str, Any]]:
    for number in range(1, DEALS + 1):
        yield {
            "ID": number,
            "TYPE_ID": 1,
            "OWNER_ID": number,
            "CREATED_TIME": instant(number),
            "CATEGORY_ID": number % 2,
            "STAGE_SEMANTIC_ID": "P",
            "STAGE_ID": "NEW",
        }


def _add_dictionaries(store: Store) -> None:
    users = [
        (
            str(number),
            {
                "ID": str(number),
                "ACTIVE": number != 3,
                "NAME": "Пётр",
                "LAST_NAME": f"Менеджеров {number}",
                "UF_DEPARTMENT": [1],
            },
        )
        for number in range(1, 4)
    ]
    store.add_dictionary("user", users)
    store.add_dictionary(
        "department", [("1", {"ID": "1", "NAME": "Продажи", "SORT": 500, "PARENT": None})]
    )
    statuses = [
        ("101", "DEAL_STAGE", "NEW", None),
        ("111", "DEAL_STAGE", "WON", "S"),
        ("201", "DEAL_STAGE_1", "C1:NEW", None),
        ("202", "DEAL_STAGE_1", "C1:WON", "S"),
        ("301", "SOURCE", "WEB", None),
    ]
    store.add_dictionary(
        "status",
        [
            (
                number,
                {
                    "ID": number,
                    "ENTITY_ID": entity,
                    "STATUS_ID": status,
                    "NAME": status,
                    "SORT": "10",
                    "SEMANTICS": semantics,
                },
            )
            for number, entity, status, semantics in statuses
        ],
    )
    store.add_dictionary(
        "category",
        [
            ("0", {"id": 0, "name": "Основная", "sort": 100, "entityTypeId": 2, "isDefault": "Y"}),
            ("1", {"id": 1, "name": "Повторные", "sort": 200, "entityTypeId": 2, "isDefault": "N"}),
        ],
    )
    store.add_dictionary(
        "currency",
        [
            ("RUB", {"CURRENCY": "RUB", "AMOUNT_CNT": "1", "AMOUNT": "1.0000", "BASE": "Y"}),
            ("USD", {"CURRENCY": "USD", "AMOUNT_CNT": "1", "AMOUNT": "90.5000", "BASE": "N"}),
        ],
    )


def _add_spend(store: Store) -> None:
    days = [f"2026-11-{day:02d}" for day in range(1, 21)]
    store.add_google(
        customers=[
            (MANAGER, None, {"id": MANAGER, "descriptiveName": "Агентство", "manager": True}),
            (
                CUSTOMER,
                MANAGER,
                {
                    "id": CUSTOMER,
                    "descriptiveName": "Ромашка",
                    "currencyCode": "USD",
                    "timeZone": "Europe/Moscow",
                    "manager": False,
                    "status": "ENABLED",
                },
            ),
        ],
        campaigns=[
            (CUSTOMER, number, {"id": number, "name": f"Кампания {number}", "status": "ENABLED"})
            for number in ("111", "222")
        ],
        days=[
            GoogleDay(
                customer_id=CUSTOMER,
                campaign_id=campaign,
                day=day,
                cost_micros=0 if index % 5 == 4 else 1_230_000 * (index + 1),
                impressions=0 if index % 5 == 4 else 100,
                clicks=0 if index % 5 == 4 else 10,
                interactions=0 if index % 5 == 4 else 10,
                conversions="0" if index % 5 == 4 else "1.5",
                conversions_value="0",
            )
            for campaign in ("111", "222")
            for index, day in enumerate(days)
        ],
    )
    google_levels.add(store, CUSTOMER)
    store.add_yandex(
        clients=[(LOGIN, {"Login": LOGIN, "ClientId": 77, "Currency": "RUB"})],
        days=[
            YandexDay(
                login=LOGIN,
                campaign_id=555,
                campaign_name='Поиск "бренд"',
                campaign_type="TEXT_CAMPAIGN",
                day=day,
                impressions=1000,
                clicks=50,
                cost_micros=1_220_000_000,
                vat_percent="22",
                conversions=index % 2,
            )
            for index, day in enumerate(days)
        ],
    )
