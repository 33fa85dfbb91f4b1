"""The records of a company that is given as files, as the portal's API gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from infra.sandbox.store import CONTACT, DEAL, Store
from infra.sandbox.worlds import directory, payloads
from infra.sandbox.worlds.files.definition import SEMANTICS, Definition
from infra.sandbox.worlds.files.records import Call, Company, Contact, Deal

_OWNER = 1  # whose webhook reads the portal


def add_dictionaries(store: Store, definition: Definition, users: Mapping[str, int]) -> None:
    """The funnel, its stages and sources, the people and the one currency."""
    registered = _midnight(definition.first_day)
    title = definition.title
    store.add_dictionary("department", [directory.department(department_id=1, name=title)])
    store.add_dictionary("category", [directory.pipeline(pipeline_id=0, name=title, sort=100)])
    people = {"Portal Administrator": _OWNER, **users}
    store.add_dictionary(
        "user",
        [
            directory.user(
                user_id=user_id,
                name=name.partition(" ")[0],
                last_name=name.partition(" ")[2],
                departments=(1,),
                registered=registered,
            )
            for name, user_id in people.items()
        ],
    )
    base = directory.currency(
        code=definition.currency,
        amount=Decimal(1),
        count=1,
        is_base=True,
        name=definition.currency,
        sort=100,
        updated=registered,
    )
    store.add_dictionary("currency", [base])
    store.add_dictionary("status", _statuses(definition))


def _statuses(definition: Definition) -> list[directory.Entry]:
    stages = [("DEAL_STAGE", s.id, s.name, SEMANTICS[s.semantics]) for s in definition.stages]
    sources = [("SOURCE", s.code, name, "P") for name, s in definition.sources.items()]
    return directory.statuses(
        payloads.status(
            row_id=100 + number,
            entity=entity,
            status_id=status_id,
            name=name,
            sort=10 * number,
            semantics=semantics,
        )
        for number, (entity, status_id, name, semantics) in enumerate((*stages, *sources), 1)
    )


def add_records(
    store: Store, definition: Definition, company: Company, users: Mapping[str, int]
) -> None:
    """Deals, contacts and calls."""
    template = payloads.DEAL_FIELDS | dict.fromkeys(definition.deals.custom_fields)
    store.add_items(DEAL, (_deal(definition, template, d, users) for d in company.deals))
    store.add_items(CONTACT, (_contact(contact, users) for contact in company.contacts))
    store.add_calls(_call(call, users) for call in company.calls)


def _deal(
    definition: Definition, template: Mapping[str, Any], deal: Deal, users: Mapping[str, int]
) -> dict[str, Any]:
    owner = None if deal.owner is None else users[deal.owner]
    created = deal.created.isoformat()
    contact_id = deal.contact_id or 0
    return payloads.record(
        template,
        {
            "id": deal.deal_id,
            "title": deal.title or f"Deal {deal.deal_id}",
            "createdTime": created,
            "updatedTime": created,
            "lastActivityTime": created,
            "assignedById": owner,
            "createdBy": owner or _OWNER,
            "updatedBy": owner or _OWNER,
            "stageId": deal.stage.id,
            "stageSemanticId": deal.semantics,
            "closed": "N" if deal.semantics == "P" else "Y",
            "opportunity": deal.amount,
            "isManualOpportunity": "Y",
            "currencyId": definition.currency,
            "begindate": _midnight(deal.created.date()),
            "closedate": _midnight(deal.closed),
            "sourceId": None if deal.source is None else definition.sources[deal.source].code,
            "contactId": contact_id,
            "contactIds": [contact_id] if contact_id else [],
            **{f"utm{name.title()}": value for name, value in deal.marks.items()},
            **deal.custom,
        },
    )


def _contact(contact: Contact, users: Mapping[str, int]) -> dict[str, Any]:
    owner = None if contact.owner is None else users[contact.owner]
    return payloads.record(
        payloads.CONTACT_FIELDS,
        {
            "id": contact.contact_id,
            "lastName": f"Contact {contact.contact_id}",
            "createdTime": contact.created.isoformat(),
            "updatedTime": contact.modified.isoformat(),
            "lastActivityTime": contact.modified.isoformat(),
            "assignedById": owner,
            "createdBy": owner or _OWNER,
            "updatedBy": owner or _OWNER,
        },
    )


def _call(call: Call, users: Mapping[str, int]) -> dict[str, Any]:
    return payloads.call(
        {
            "ID": str(call.call_id),
            "PORTAL_USER_ID": "0" if call.owner is None else str(users[call.owner]),
            "CALL_ID": f"export.{call.call_id}",
            "CALL_DURATION": str(call.seconds),
            "CALL_START_DATE": call.started.isoformat(),
            "CALL_FAILED_CODE": call.code,
            "CRM_ENTITY_TYPE": None if call.contact_id is None else "CONTACT",
            "CRM_ENTITY_ID": None if call.contact_id is None else str(call.contact_id),
            "CALL_TYPE": call.kind,
        }
    )


def _midnight(day: date | None) -> str | None:
    """A date field: the portal sends midnight UTC in its own offset, here UTC itself."""
    return None if day is None else datetime.combine(day, time(), UTC).isoformat()
