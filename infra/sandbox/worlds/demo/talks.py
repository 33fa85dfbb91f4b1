"""Activities: what was said and written around a lead or a deal.

A call's activity belongs to the lead, or to the deal that the caller had last begun. What answers
a customer for the first time is told apart from what a robot sends, and from what was planned.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.sandbox.worlds.demo.company import CLOSED, SELLER_BY_ID
from infra.sandbox.worlds.demo.people import Person
from infra.sandbox.worlds.demo.records import Call, Deal, Lead, Sales
from infra.sandbox.worlds.demo.telephony import INCOMING

INCOMING_WAY, OUTGOING_WAY, NO_WAY = 1, 2, 0
MEETING, CALL, MAIL, BY_PROVIDER = 1, 2, 4, 6  # crm.enum.activitytype
VOICE, LETTER, VISIT, CHAT, TASK = (
    *("VOXIMPLANT_CALL", "CRM_EMAIL", "CRM_MEETING"),
    *("IMOPENLINES_SESSION", "CRM_TODO"),
)
FIRST_CALL_ACTIVITY = 40_000  # what the calls themselves say: their number beyond this one
_FIRST_OTHER = 100_001
_ROBOT = 0
_CHATTING = ("vk_ads", "telegram_ads", "organic_social", "classifieds")

Owner = Lead | Deal | Person


@dataclass(slots=True, kw_only=True)
class Talk:
    """One activity; `author_id` 0 is a robot. `call` is set for what came by telephone."""

    owner: Owner
    provider: str
    kind: int
    way: int
    began: datetime
    ended: datetime
    manager_id: int
    author_id: int
    is_completed: bool
    call: Call | None = None
    talk_id: int = 0

    @property
    def answered_at(self) -> datetime | None:
        """When a person of the company answered by it; None where it is no answer."""
        if self.author_id == _ROBOT or not self.is_completed:
            return None
        if self.call is not None:
            return self.began if self.call.code == "200" else None
        if self.provider == LETTER:
            return self.began if self.way == OUTGOING_WAY else None
        return self.ended if self.provider == CHAT else None


def talk(rng: random.Random, sales: Sales) -> list[Talk]:
    """Everything that was said, in the order of the ids."""
    calls = list(_calls(rng, sales))
    others = [
        talk
        for lead in sales.leads
        if not lead.is_deleted
        for talk in _around_lead(rng, lead)
        if talk.ended < CLOSED
    ]
    others += [
        talk
        for deal in sales.deals
        if not deal.is_deleted and not deal.is_recurring
        for talk in _around_deal(rng, deal)
        if talk.ended < CLOSED
    ]
    others.sort(key=lambda talk: talk.began)
    for number, other in enumerate(others, start=_FIRST_OTHER):
        other.talk_id = number
    return [*calls, *others]


def _calls(rng: random.Random, sales: Sales) -> Iterator[Talk]:
    """The calls that are bound to somebody; those that are not lost their activity."""
    deals: dict[Person, list[Deal]] = defaultdict(list)
    for deal in sales.deals:
        if deal.person is not None and not deal.is_deleted and not deal.is_recurring:
            deals[deal.person].append(deal)
    for call in sales.calls:
        owner = call.record if isinstance(call.record, Lead) else _deal_of(deals, call)
        if owner is None:
            continue
        is_missed = call.kind == INCOMING and call.code != "200"
        yield Talk(
            owner=owner,
            provider=VOICE,
            kind=CALL,
            way=INCOMING_WAY if call.kind == INCOMING else OUTGOING_WAY,
            began=call.started,
            ended=call.started + timedelta(seconds=call.seconds),
            manager_id=call.manager_id,
            author_id=call.manager_id,
            is_completed=not is_missed or rng.random() < 0.7,
            call=call,
            talk_id=FIRST_CALL_ACTIVITY + call.call_id,
        )


def _deal_of(deals: dict[Person, list[Deal]], call: Call) -> Owner | None:
    person = call.record
    if not isinstance(person, Person):
        return None
    begun = deals.get(person, [])  # in the order of their creation
    place = bisect_right([deal.created for deal in begun], call.started)
    if place:
        return begun[place - 1]
    return person if person.contact_id else None


def _around_lead(rng: random.Random, lead: Lead) -> Iterator[Talk]:
    chance = rng.random()
    manager_id = lead.manager_id or 1
    if lead.signals.channel_code in _CHATTING and rng.random() < 0.4:
        ended = lead.created + _pause(rng, manager_id, 25)
        yield _other(lead, CHAT, BY_PROVIDER, INCOMING_WAY, lead.created, ended, manager_id)
    if lead.person.email is None:
        return
    if chance < 0.08:
        sent = lead.created + timedelta(seconds=20)
        yield _other(lead, LETTER, MAIL, OUTGOING_WAY, sent, sent, manager_id, author_id=_ROBOT)
    if chance < 0.2:
        sent = lead.created + _pause(rng, manager_id, 160)
        yield _other(lead, LETTER, MAIL, OUTGOING_WAY, sent, sent, manager_id)


def _around_deal(rng: random.Random, deal: Deal) -> Iterator[Talk]:
    chance = rng.random()
    manager_id = deal.manager_id or 1
    if chance < 0.22:
        met = deal.created + timedelta(days=rng.uniform(0.5, 6))
        later = met + timedelta(hours=1)
        is_over = chance > 0.03
        yield _other(deal, VISIT, MEETING, NO_WAY, met, later, manager_id, is_completed=is_over)
    if 0.1 < chance < 0.45 and deal.person is not None and deal.person.email is not None:
        sent = deal.created + _pause(rng, manager_id, 400)
        yield _other(deal, LETTER, MAIL, OUTGOING_WAY, sent, sent, manager_id)
        if chance < 0.25:
            came = sent + _pause(rng, manager_id, 900)
            yield _other(deal, LETTER, MAIL, INCOMING_WAY, came, came, manager_id)
    if chance > 0.45 and deal.stage[1] == "P":
        planned = deal.created + timedelta(days=rng.uniform(1, 20))
        yield _other(
            deal, TASK, BY_PROVIDER, NO_WAY, planned, planned, manager_id, is_completed=False
        )


def _other(
    owner: Owner,
    provider: str,
    kind: int,
    way: int,
    began: datetime,
    ended: datetime,
    manager_id: int,
    *,
    author_id: int | None = None,
    is_completed: bool = True,
) -> Talk:
    return Talk(
        owner=owner,
        provider=provider,
        kind=kind,
        way=way,
        began=began.replace(microsecond=0),
        ended=ended.replace(microsecond=0),
        manager_id=manager_id,
        author_id=manager_id if author_id is None else author_id,
        is_completed=is_completed,
    )


def _pause(rng: random.Random, manager_id: int, mean_minutes: float) -> timedelta:
    """Good sellers answer sooner."""
    seller = SELLER_BY_ID.get(manager_id)
    speed = seller.selling if seller is not None else 0.7
    return timedelta(minutes=1 + rng.expovariate(speed / mean_minutes))
