"""The demo company's records as the portal's API gives them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from infra.sandbox.worlds import payloads
from infra.sandbox.worlds.demo.company import CLOSED, ZONE
from infra.sandbox.worlds.demo.people import Organisation, Person
from infra.sandbox.worlds.demo.records import Call, Deal, Entry, Lead
from infra.sandbox.worlds.demo.signals import Signals

ROBOT = 1  # saves what no person saves


def lead(record: Lead) -> dict[str, Any]:
    """One lead of crm.item.list; its contact is the person it became, or already was."""
    person = record.person
    last = record.entries[-1]
    is_linked = record.is_return or last.stage[1] == "S"
    contact_id = person.contact_id if is_linked else 0
    firm = person.organisation
    return payloads.record(
        payloads.LEAD_FIELDS,
        _saved(record.created, last.moment, record.manager_id)
        | _marks(record.signals)
        | _person(person, first_field=20 * person.number)
        | {
            "id": record.lead_id,
            "title": record.title,
            "companyTitle": None if firm is None else firm.title,
            "companyId": firm.company_id if firm is not None and contact_id else 0,
            "contactId": contact_id,
            "contactIds": [contact_id] if contact_id else [],
            "stageId": last.stage[0],
            "stageSemanticId": last.stage[1],
            "isReturnCustomer": _flag(record.is_return),
            "dateClosed": None if last.stage[1] == "P" else last.moment.isoformat(),
            "movedTime": last.moment.isoformat(),
        },
    )


def deal(record: Deal) -> dict[str, Any]:
    """One deal of crm.item.list."""
    last = record.entries[-1]
    person = record.person
    firm = person.organisation if person is not None else None
    contacts = [p.contact_id for p in (person, person and person.second_contact) if p is not None]
    has_moved = record.dated_by in ("stage_history", "moved_time")
    return payloads.record(
        payloads.DEAL_FIELDS,
        _saved(record.created, last.moment, record.manager_id)
        | _marks(record.signals)
        | {
            "id": record.deal_id,
            "title": record.title,
            "categoryId": record.pipeline,
            "stageId": last.stage[0],
            "stageSemanticId": last.stage[1],
            "isNew": _flag(len(record.entries) == 1),
            "isRecurring": _flag(record.is_recurring),
            "isReturnCustomer": _flag(record.is_return),
            "closed": _flag(last.stage[1] != "P"),
            "opportunity": record.amount,
            "isManualOpportunity": "Y",
            "currencyId": record.currency,
            "begindate": _day(record.created.date()),
            "closedate": _day(record.close_date),
            "leadId": None if record.lead is None else record.lead.lead_id,
            "companyId": 0 if firm is None else firm.company_id,
            "contactId": contacts[0] if contacts else 0,
            "contactIds": contacts,
            "movedTime": last.moment.isoformat() if has_moved else None,
        },
    )


def contact(person: Person, created: datetime) -> dict[str, Any]:
    """One contact of crm.item.list."""
    firm = person.organisation
    return payloads.record(
        payloads.CONTACT_FIELDS,
        _saved(created, created, ROBOT)
        | _person(person, first_field=20 * person.number + 10)
        | {
            "id": person.contact_id,
            "companyId": 0 if firm is None else firm.company_id,
            "companyIds": [] if firm is None else [firm.company_id],
        },
    )


def company(firm: Organisation, created: datetime) -> dict[str, Any]:
    """One company of crm.item.list."""
    return payloads.record(
        payloads.COMPANY_FIELDS,
        _saved(created, created, ROBOT)
        | {"id": firm.company_id, "title": firm.title, "isMyCompany": _flag(firm.is_own)},
    )


def lead_history(leads: list[Lead]) -> Iterator[dict[str, Any]]:
    """Rows of crm.stagehistory.list for leads, numbered in the order of their moments."""
    rows = sorted(
        (
            (entry, lead.lead_id)
            for lead in leads
            if not lead.is_deleted  # its history goes with it
            for entry in lead.entries
        ),
        key=_in_order,
    )
    for number, (entry, lead_id) in enumerate(rows, start=1):
        yield payloads.lead_entry(
            row_id=number,
            type_id=entry.type_id,
            lead_id=lead_id,
            moment=entry.moment.isoformat(),
            stage=entry.stage,
        )


def deal_history(deals: list[Deal]) -> Iterator[dict[str, Any]]:
    """Rows of crm.stagehistory.list for deals, numbered in the order of their moments."""
    rows = sorted(
        ((entry, deal.deal_id) for deal in deals for entry in deal.served_entries), key=_in_order
    )
    for number, (entry, deal_id) in enumerate(rows, start=1):
        yield payloads.deal_entry(
            row_id=number,
            type_id=entry.type_id,
            deal_id=deal_id,
            moment=entry.moment.isoformat(),
            pipeline=entry.pipeline,
            stage=entry.stage,
        )


def call(rng: random.Random, record: Call) -> dict[str, Any]:
    """One row of voximplant.statistic.get."""
    entity, entity_id = None, None
    if isinstance(record.record, Lead):
        entity, entity_id = "LEAD", str(record.record.lead_id)
    elif record.record is not None and record.record.contact_id:
        entity, entity_id = "CONTACT", str(record.record.contact_id)
    is_answered = record.code == "200"
    return payloads.call(
        {
            "ID": str(record.call_id),
            "PORTAL_USER_ID": str(record.manager_id),
            "PORTAL_NUMBER": "reg120045",
            "PHONE_NUMBER": record.phone if rng.random() < 0.8 else record.phone.removeprefix("+"),
            "CALL_ID": f"{rng.randrange(16**16):016X}.{_unix(record.started)}.{record.call_id}",
            "CALL_DURATION": str(record.seconds),
            "CALL_START_DATE": record.started.isoformat(),
            "CALL_RECORD_URL": "" if is_answered else None,
            "CALL_VOTE": str(rng.randrange(3, 6)) if is_answered and rng.random() < 0.1 else None,
            "COST_CURRENCY": "RUB",
            "CALL_FAILED_CODE": record.code,
            "CALL_FAILED_REASON": "Success call" if is_answered else "Skipped call",
            "CRM_ENTITY_TYPE": entity,
            "CRM_ENTITY_ID": entity_id,
            "CRM_ACTIVITY_ID": str(40_000 + record.call_id),
            "RECORD_DURATION": str(record.seconds) if is_answered else None,
            "RECORD_FILE_ID": 90_000 + record.call_id if is_answered else None,
            "CALL_TYPE": record.kind,
        }
    )


def _in_order(row: tuple[Entry, int]) -> tuple[datetime, int]:
    return row[0].moment, row[1]


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())


def _saved(created: datetime, moved: datetime, manager_id: int | None) -> dict[str, Any]:
    updated = min(moved + timedelta(minutes=3), CLOSED - timedelta(seconds=1)).isoformat()
    return {
        "createdTime": created.isoformat(),
        "updatedTime": updated,
        "lastActivityTime": updated,
        "assignedById": manager_id,
        "createdBy": manager_id or ROBOT,
        "updatedBy": manager_id or ROBOT,
    }


def _marks(signals: Signals) -> dict[str, Any]:
    return {
        "utmSource": signals.source,
        "utmMedium": signals.medium,
        "utmCampaign": signals.campaign_mark,
        "utmContent": signals.content,
        "utmTerm": signals.term,
        "sourceId": signals.source_id,
        "UF_CRM_GCLID": signals.gclid,
        "UF_CRM_YCLID": signals.yclid,
    }


def _person(person: Person, *, first_field: int) -> dict[str, Any]:
    """Names and multifields; a lead's multifields and its contact's have ids of their own."""
    values = [("PHONE", "WORK", phone) for phone in person.phones]
    if person.email is not None:
        values.append(("EMAIL", "WORK", person.email))
    first_phone = person.phones[0] if person.phones else ""
    return {
        "name": person.name,
        "secondName": person.second_name,
        "lastName": person.last_name,
        "hasPhone": _flag(bool(person.phones)),
        "hasEmail": _flag(person.email is not None),
        "phone": first_phone,
        "phoneWork": first_phone,
        "email": person.email or "",
        "emailWork": person.email or "",
        "fm": [
            {"id": number, "valueType": kind, "value": value, "typeId": type_id}
            for number, (type_id, kind, value) in enumerate(values, start=first_field)
        ],
    }


def _day(day: date | None) -> str | None:
    """A date field: the portal sends midnight UTC in its own offset."""
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, 3, tzinfo=ZONE).isoformat()


def _flag(is_so: bool) -> str:  # noqa: FBT001 - a pure conversion
    return "Y" if is_so else "N"
