"""Two years of selling: who asked, who took care of it, what came of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from infra.sandbox.worlds.demo import company, lifecycle, marketing, people, signals
from infra.sandbox.worlds.demo.company import CORPORATE, RETAIL, SELLER_BY_ID, ZONE, Manager
from infra.sandbox.worlds.demo.people import Person
from infra.sandbox.worlds.demo.records import Deal, Lead, Sales
from infra.sandbox.worlds.demo.signals import Signals

# How well the people that a channel brings convert, buy, and how much they spend.
_QUALITY: dict[str, tuple[float, float, float]] = {
    "google_ads": (1.05, 1.05, 1.05),
    "yandex_direct": (1.10, 1.00, 1.00),
    "vk_ads": (0.60, 0.65, 0.85),
    "telegram_ads": (0.55, 0.70, 0.90),
    "classifieds": (0.80, 0.75, 0.65),
    "maps": (1.15, 1.10, 0.95),
    "influencers": (0.85, 0.90, 1.15),
    "offline": (0.75, 0.85, 1.20),
    "partners_cpa": (0.50, 0.55, 0.80),
    "word_of_mouth": (1.60, 1.45, 1.25),
    "existing_base": (1.50, 1.40, 1.10),
    "outbound": (0.40, 0.70, 1.60),
}
_USUAL = (1.0, 1.0, 1.0)

_FREE_A_DAY = {
    "organic_search": 2.3,
    "organic_social": 0.5,
    "mailing": 0.4,
    "referral": 0.3,
    "other_paid": 0.2,
    "word_of_mouth": 0.9,
    "existing_base": 0.2,
    "offline": 0.1,
    "outbound": 0.3,
    "partners_cpa": 0.2,
    signals.UNKNOWN: 3.6,
}
_HOURS = (1, 1, 1, 1, 1, 1, 2, 4, 8, 14, 18, 19, 18, 16, 16, 17, 17, 15, 13, 11, 9, 7, 4, 2)
_GOODS = ("Окна", "Балкон под ключ", "Кондиционер", "Остекление", "Двери", "Мультисплит-система")


class Market:
    """Draws the whole history of sales; the same seed draws the same history."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.sales = Sales()
        self._customers: list[Person] = []
        self._has_bought: set[Person] = set()

    def run(self) -> Sales:
        """Live through every day."""
        for day in marketing.days():
            for campaign in marketing.CAMPAIGNS:
                for _ in range(marketing.inquiries(self._rng, campaign, day)):
                    self._arrive(day, signals.from_campaign(self._rng, campaign))
            for channel, mean in _FREE_A_DAY.items():
                for _ in range(marketing.poisson(self._rng, mean * marketing.demand(day))):
                    self._arrive(day, self._free(channel))
        return self.sales

    def _free(self, channel: str) -> Signals:
        if channel == signals.UNKNOWN:
            return signals.silent(self._rng)
        return signals.free(self._rng, channel)

    def _arrive(self, day: date, marks: Signals) -> None:
        created = _moment(self._rng, day)
        if self._customers and self._rng.random() < 0.02:
            person, is_return = self._rng.choice(self._customers), True
        else:
            person, is_return = people.person(self._rng, len(self.sales.people)), False
            self.sales.people.append(person)
            if self._rng.random() < 0.13:
                person.organisation = people.organisation(self._rng)
        if self._rng.random() < 0.05:
            self._sell(person, created, marks, lead=None)
        else:
            self._ask(person, created, marks, is_return=is_return)

    def _ask(self, person: Person, created: datetime, marks: Signals, *, is_return: bool) -> None:
        manager = self._assigned(person, created)
        quality = _QUALITY.get(marks.channel_code, _USUAL)[0]
        converts = self._rng.random() < 0.315 * quality * manager.selling
        entries = lifecycle.lead_entries(self._rng, created, converts=converts)
        lead = Lead(
            created=created,
            person=person,
            signals=marks,
            title=self._rng.choice(("Заявка с сайта", "Входящий звонок", "Вопрос о цене"))
            + f": {self._rng.choice(_GOODS)}",
            manager_id=self._present(manager, entries[-1].moment, entries[-1].stage[1]),
            entries=entries,
            is_return=is_return,
        )
        self.sales.leads.append(lead)
        if lead.stage == company.LEAD_CONVERTED:
            moment = entries[-1].moment
            self._sell(person, moment, self._taken_over(marks), lead=lead)
            if self._rng.random() < 0.015:  # a lead can give birth to several deals
                later = min(moment + timedelta(minutes=7), company.CLOSED - timedelta(seconds=1))
                self._sell(person, later, self._taken_over(marks), lead=lead)

    def _taken_over(self, marks: Signals) -> Signals:
        """What of a lead's marks stands on its deal: all, nothing, or UTM marks of its own."""
        fate = self._rng.random()
        if fate < 0.72:
            return marks
        own = signals.from_campaign(self._rng, self._rng.choice(marketing.CAMPAIGNS))
        # A deal with UTM marks and a lead with a click id would be two visits mixed up.
        is_clear = own.source is not None and marks.gclid is None and marks.yclid is None
        return own if fate > 0.96 and is_clear else signals.SILENT

    def _sell(
        self, person: Person, created: datetime, marks: Signals, *, lead: Lead | None
    ) -> None:
        origin = lead.signals if lead is not None and marks.is_silent else marks
        _, winning, spending = _QUALITY.get(origin.channel_code, _USUAL)
        manager = self._assigned(person, created)
        if lead is not None and lead.manager_id in SELLER_BY_ID:
            manager = SELLER_BY_ID[lead.manager_id]
        pipeline = CORPORATE if person.organisation else RETAIL
        wins = self._rng.random() < 0.36 * winning * manager.closing
        entries = lifecycle.deal_entries(self._rng, created, pipeline, wins=wins)
        amount, currency = self._amount(pipeline, spending)
        last = entries[-1]
        is_open = last.stage[1] == "P"
        planned = created.date() + timedelta(days=21)
        deal = Deal(
            created=created,
            person=person,
            lead=lead,
            signals=marks,
            origin=origin,
            title=f"{self._rng.choice(_GOODS)} — {person.full_name}",
            manager_id=self._present(manager, last.moment, last.stage[1]),
            amount=amount,
            currency=currency,
            entries=entries,
            close_date=planned if is_open else last.moment.date(),
            is_return=person in self._has_bought,
        )
        self.sales.deals.append(deal)
        if deal.is_won:
            self._customers.append(person)
            self._has_bought.add(person)
            self._come_back(person, last.moment)

    def _come_back(self, person: Person, bought: datetime) -> None:
        created = bought + timedelta(days=self._rng.uniform(30, 260))
        if self._rng.random() > 0.24 or created >= company.CLOSED:
            return
        fate = self._rng.random()
        if fate < 0.6:
            marks = signals.silent(self._rng)
        elif fate < 0.85:
            marks = signals.free(self._rng, self._rng.choice(("existing_base", "mailing")))
        else:
            marks = signals.from_campaign(self._rng, self._rng.choice(marketing.CAMPAIGNS))
        self._sell(person, created.replace(microsecond=0), marks, lead=None)

    def _assigned(self, person: Person, moment: datetime) -> Manager:
        if person in self._has_bought:
            pool: Sequence[Manager] = company.SERVICE_SELLERS
        elif person.organisation:
            pool = company.CORPORATE_SELLERS
        else:
            pool = company.RETAIL_SELLERS
        return self._employed(pool, moment.date())

    def _employed(self, pool: Sequence[Manager], day: date) -> Manager:
        there = [m for m in pool if m.joined <= day and (m.left is None or day <= m.left)]
        return self._rng.choices(there, [m.weight for m in there])[0]

    def _present(self, manager: Manager, last_moved: datetime, semantics: str) -> int:
        """Who is responsible today: open work of the dismissed was handed over, some also moved."""
        gone = manager.left is not None and (semantics == "P" or last_moved.date() > manager.left)
        if gone or self._rng.random() < 0.03:
            pool = [m for m in company.SELLERS if m.department_id == manager.department_id]
            return self._employed(pool, company.AS_OF).user_id
        return manager.user_id

    def _amount(self, pipeline: int, spending: float) -> tuple[Decimal, str]:
        if self._rng.random() < 0.01:
            return Decimal(0), "RUB"
        if pipeline == RETAIL:
            value = 54_000 * spending * self._rng.lognormvariate(0, 0.6)
            return Decimal(repr(value)).quantize(Decimal("0.01")), "RUB"
        value = 240_000 * spending * self._rng.lognormvariate(0, 0.8)
        currency = self._rng.choices(("RUB", "USD", "KZT"), (88, 10, 2))[0]
        value /= float(company.RATES[currency])
        return Decimal(repr(value)).quantize(Decimal("0.01")), currency


def _moment(rng: random.Random, day: date) -> datetime:
    hour = rng.choices(range(24), _HOURS)[0]
    return datetime(
        day.year, day.month, day.day, hour, rng.randrange(60), rng.randrange(60), tzinfo=ZONE
    )
