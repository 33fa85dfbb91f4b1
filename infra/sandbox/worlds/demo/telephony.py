"""Calls with those who asked and those who buy: answered, missed, short, called back."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from infra.sandbox.worlds.demo.company import CLOSED, SELLERS
from infra.sandbox.worlds.demo.people import Person
from infra.sandbox.worlds.demo.records import Call, Lead, Sales

OUTGOING, INCOMING, CALLBACK = "1", "2", "4"
_FAILURES = ("304", "603", "603-S", "486", "404", "480")


def ring(rng: random.Random, sales: Sales) -> None:
    """Fill in the calls, in their order."""
    for lead in sales.leads:
        if not lead.person.phones or lead.is_deleted:
            continue
        for number in range(rng.choices((0, 1, 2, 3), (22, 52, 19, 7))[0]):
            began = lead.created + timedelta(minutes=rng.expovariate(1 / 60), hours=20 * number)
            _add(rng, sales, began, lead, lead.manager_id)
    for deal in sales.deals:
        if deal.person is None or not deal.person.phones or deal.is_deleted:
            continue
        for _ in range(rng.choices((0, 1, 2, 3), (38, 34, 18, 10))[0]):
            began = deal.created + timedelta(days=rng.expovariate(1 / 6))
            _add(rng, sales, began, deal.person, deal.manager_id)
    sales.calls.sort(key=lambda call: call.started)


def _add(
    rng: random.Random,
    sales: Sales,
    began: datetime,
    record: Lead | Person,
    manager_id: int | None,
) -> None:
    if began >= CLOSED:
        return
    person = record.person if isinstance(record, Lead) else record
    is_answered = rng.random() < 0.72
    seconds = 0
    if is_answered:
        seconds = (
            rng.randrange(1, 10) if rng.random() < 0.12 else int(rng.expovariate(1 / 150)) + 10
        )
    sales.calls.append(
        Call(
            started=began.replace(microsecond=0),
            manager_id=manager_id or rng.choice(SELLERS).user_id,
            phone=person.dialled,
            kind=rng.choices((OUTGOING, INCOMING, CALLBACK), (62, 34, 4))[0],
            seconds=seconds,
            code="200" if is_answered else rng.choices(_FAILURES, (50, 12, 14, 14, 5, 5))[0],
            record=None if rng.random() < 0.03 else record,
        )
    )
