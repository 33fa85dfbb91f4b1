"""The fields that the demo company added to its portal, of every type that portals use.

Their values show what real portals hold against a reader: several values or `false` for none, money
and address in one text, ids of a list in place of its words.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from infra.sandbox.store import CONTACT, DEAL, LEAD
from infra.sandbox.worlds.demo.company import SELLERS, ZONE
from infra.sandbox.worlds.demo.papers import CLAIMS, DELIVERIES
from infra.sandbox.worlds.demo.records import Deal
from infra.sandbox.worlds.directory import Entry, custom_field

OBJECT_TYPE, EXTRAS, PREPAYMENT, MEASURED_ON = (f"UF_CRM_17300000{n:02}" for n in range(1, 5))
ENGINEER, INSTALMENTS, RECOMMENDED_BY, AREA = (f"UF_CRM_17300000{n:02}" for n in range(5, 9))
PHONES_ON_SITE, SITE, CONTRACT = (f"UF_CRM_17300000{n:02}" for n in range(9, 12))
LEAD_OBJECT_TYPE, CONSENT = "UF_CRM_1730000101", "UF_CRM_1730000201"
CARRIER, GUARANTEE = "UF_CRM_12_1730000301", "UF_CRM_14_1730000401"

_OBJECTS = {45: "Квартира", 46: "Частный дом", 47: "Офис", 48: "Новостройка"}
_LEAD_OBJECTS = {61: "Квартира", 62: "Частный дом", 63: "Офис"}
_EXTRAS = {51: "Вывоз мусора", 52: "Ночной монтаж", 53: "Подъём на этаж", 54: "Откосы"}
_CARRIERS = {71: "Своя машина", 72: "Транспортная компания", 73: "Самовывоз"}
_NO_VALUES: tuple[object, ...] = ([], [], [], False)
"""How an empty field of several values comes; `false` is PHP's."""


def fields() -> list[Entry]:
    """Every custom field as `crm.item.fields` describes it."""
    marks = ("UF_CRM_GCLID", "Google Click ID"), ("UF_CRM_YCLID", "Yandex Click ID")
    described = [
        custom_field(entity_type_id=entity, name=name, title=title)
        for entity in (LEAD, DEAL)
        for name, title in marks
    ]
    rows: tuple[tuple[int, str, str, str, dict[str, Any]], ...] = (
        (DEAL, OBJECT_TYPE, "Тип объекта", "enumeration", {"items": _OBJECTS}),
        (
            *(DEAL, EXTRAS, "Дополнительные услуги", "enumeration"),
            {"items": _EXTRAS, "is_multiple": True},
        ),
        (DEAL, PREPAYMENT, "Предоплата", "money", {}),
        (DEAL, MEASURED_ON, "Дата замера", "date", {}),
        (DEAL, ENGINEER, "Инженер", "employee", {}),
        (DEAL, INSTALMENTS, "Нужна рассрочка", "boolean", {}),
        (DEAL, RECOMMENDED_BY, "Кто рекомендовал", "crm", {"settings": _LINKED}),
        (DEAL, AREA, "Площадь, м²", "double", {"settings": {"PRECISION": 2}}),
        (DEAL, PHONES_ON_SITE, "Телефоны на объекте", "string", {"is_multiple": True}),
        (DEAL, SITE, "Адрес объекта", "address", {}),
        (DEAL, CONTRACT, "Договор подписан", "datetime", {}),
        (LEAD, LEAD_OBJECT_TYPE, "Тип объекта", "enumeration", {"items": _LEAD_OBJECTS}),
        (CONTACT, CONSENT, "Согласие на рассылку", "boolean", {}),
        (DELIVERIES, CARRIER, "Перевозчик", "enumeration", {"items": _CARRIERS}),
        (CLAIMS, GUARANTEE, "По гарантии", "boolean", {}),
    )
    return described + [
        custom_field(entity_type_id=entity, name=name, title=title, kind=kind, **more)
        for entity, name, title, kind, more in rows
    ]


_LINKED = {"LEAD": "N", "CONTACT": "Y", "COMPANY": "Y", "DEAL": "N"}


def of_deal(rng: random.Random, deal: Deal) -> dict[str, Any]:
    """What is written into a deal's own fields."""
    chance = rng.random()
    created = deal.created
    contact = 0 if deal.person is None else deal.person.contact_id
    prepaid = (deal.amount * Decimal("0.3")).quantize(Decimal("0.01"))
    engineer = SELLERS[deal.deal_id % len(SELLERS)].user_id
    return {
        OBJECT_TYPE: 45 + int(chance * 4) if chance < 0.8 else None,
        EXTRAS: [51, 54] if chance < 0.1 else [52] if chance < 0.3 else rng.choice(_NO_VALUES),
        PREPAYMENT: f"{prepaid:f}|{deal.currency}" if 0.2 < chance < 0.7 else None,
        MEASURED_ON: _day(created + timedelta(days=2)) if chance < 0.6 else None,
        ENGINEER: engineer if 0.4 < chance < 0.9 else None,
        INSTALMENTS: "Y" if chance < 0.15 else "N",
        RECOMMENDED_BY: f"C_{contact}" if contact and 0.5 < chance < 0.6 else "",
        AREA: Decimal(20 + int(chance * 900)) / 10 if chance < 0.5 else None,
        PHONES_ON_SITE: ["+7 495 000 12 34", "1234"] if chance < 0.05 else rng.choice(_NO_VALUES),
        SITE: _address(deal.deal_id) if 0.3 < chance < 0.8 else "",
        CONTRACT: (created + timedelta(days=3)).isoformat() if chance < 0.25 else None,
    }


def of_lead(lead_id: int) -> dict[str, Any]:
    """What is written into a lead's own field: here the id of the list comes as text."""
    return {LEAD_OBJECT_TYPE: str(61 + lead_id % 3) if lead_id % 5 else ""}


def _address(number: int) -> str:
    return f"Москва, ул. Вымышленная, д. {number % 90 + 1}|55.75{number % 100:02};37.61|{number}"


def _day(moment: datetime) -> str:
    """A date as items give it: midnight UTC in the portal's own offset."""
    return datetime(moment.year, moment.month, moment.day, 3, tzinfo=ZONE).isoformat()
