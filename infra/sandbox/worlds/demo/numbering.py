"""Ids as a portal gives them: rising with creation, with gaps where something was never saved."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import datetime
from operator import attrgetter
from typing import TypeVar

from infra.sandbox.worlds.demo.people import Organisation, Person
from infra.sandbox.worlds.demo.records import Sales

T = TypeVar("T")


def number(rng: random.Random, sales: Sales) -> dict[Person, datetime]:
    """Give every record its id.

    Returns:
        The people who became contacts, with the moment they did, in the order of their ids.
    """
    sales.leads.sort(key=attrgetter("created"))
    sales.deals.sort(key=attrgetter("created"))
    _run(rng, 1001, sales.leads, lambda lead, given: setattr(lead, "lead_id", given))
    _run(rng, 501, sales.deals, lambda deal, given: setattr(deal, "deal_id", given))
    _run(rng, 1, sales.calls, lambda call, given: setattr(call, "call_id", given))
    contacts = _contacts(sales)
    _run(rng, 201, contacts, lambda person, given: setattr(person, "contact_id", given))
    firms = dict.fromkeys(p.organisation for p in contacts if p.organisation is not None)
    _run(
        rng,
        11,
        [*sales.own_companies, *firms],
        lambda firm, given: setattr(firm, "company_id", given),
    )
    return contacts


def organisations(contacts: dict[Person, datetime]) -> dict[Organisation, datetime]:
    """The firms of the contacts, with the moment they were saved."""
    firms: dict[Organisation, datetime] = {}
    for person, created in contacts.items():
        if person.organisation is not None:
            firms.setdefault(person.organisation, created)
    return firms


def _contacts(sales: Sales) -> dict[Person, datetime]:
    contacts: dict[Person, datetime] = {}
    for deal in sales.deals:
        if deal.person is None:
            continue
        contacts.setdefault(deal.person, deal.created)
        if deal.person.second_contact is not None:
            contacts.setdefault(deal.person.second_contact, deal.created)
    return contacts


def _run(
    rng: random.Random, first: int, records: Iterable[T], give: Callable[[T, int], None]
) -> None:
    following = first
    for record in records:
        give(record, following)
        following += 1 if rng.random() < 0.95 else 2
