"""What is written around a sale: quotes, invoices, deliveries, claims, and the lines of each.

Drawn after the sales, from chances of its own, so that the sales stay as they are.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from infra.sandbox.worlds.demo import goods
from infra.sandbox.worlds.demo.company import CLOSED, CORPORATE, Stage
from infra.sandbox.worlds.demo.goods import CENT, Line
from infra.sandbox.worlds.demo.records import CREATED, FINISHED, MOVED, Deal, Entry, Lead, Sales

INVOICE_PIPELINE, DELIVERY_PIPELINE, CLAIM_PIPELINE = 3, 9, 11
DELIVERIES, CLAIMS = 1038, 128  # entityTypeId of the company's two smart processes

QUOTE_STAGES: dict[str, tuple[str, str]] = {
    "DRAFT": ("Черновик", "P"),
    "SENT": ("Отправлено", "P"),
    "APPROVED": ("Принято", "S"),
    "DECLAINED": ("Отклонено", "F"),  # spelled so by the vendor
}
INVOICE_STAGES: dict[str, tuple[str, str]] = {
    "DT31_3:N": ("Новый", "P"),
    "DT31_3:S": ("Отправлен клиенту", "P"),
    "DT31_3:P": ("Оплачен", "S"),
    "DT31_3:D": ("Не оплачен", "F"),
}
DELIVERY_STAGES: dict[str, tuple[str, str]] = {
    "DT1038_9:NEW": ("Запланирована", "P"),
    "DT1038_9:PREPARATION": ("Комплектация", "P"),
    "DT1038_9:CLIENT": ("В пути", "P"),
    "DT1038_9:SUCCESS": ("Доставлена", "S"),
    "DT1038_9:FAIL": ("Отменена", "F"),
}
CLAIM_STAGES: dict[str, tuple[str, str]] = {
    "DT128_11:NEW": ("Обращение", "P"),
    "DT128_11:WORK": ("Выезд мастера", "P"),
    "DT128_11:SUCCESS": ("Устранено", "S"),
    "DT128_11:FAIL": ("Отказано", "F"),
}
_LATE_SHARE, _UNPAID_SHARE = 0.18, 0.05


@dataclass(slots=True, kw_only=True, eq=False)
class Paper:
    """A quote, an invoice, a delivery or a claim of a deal.

    `due` is the day until which a quote holds or an invoice is to be paid. `amount` is what its
    card says; `lines` may add up to something else where it was typed in by hand.
    """

    deal: Deal
    amount: Decimal
    lines: tuple[Line, ...]
    entries: list[Entry]
    due: date
    number: int = 0

    @property
    def created(self) -> datetime:
        """When it was written."""
        return self.entries[0].moment

    @property
    def stage(self) -> Stage:
        """Where it stands now."""
        return self.entries[-1].stage

    @property
    def paid_on(self) -> date | None:
        """The day on which an invoice was paid."""
        return self.entries[-1].moment.date() if self.stage[1] == "S" else None


@dataclass(slots=True, kw_only=True)
class Papers:
    """All of it, each kind in the order of its numbers."""

    deal_lines: dict[Deal, tuple[Line, ...]] = field(default_factory=dict)
    lead_lines: dict[Lead, tuple[Line, ...]] = field(default_factory=dict)
    quotes: list[Paper] = field(default_factory=list)
    invoices: list[Paper] = field(default_factory=list)
    deliveries: list[Paper] = field(default_factory=list)
    claims: list[Paper] = field(default_factory=list)


def write(rng: random.Random, sales: Sales) -> Papers:
    """Write the papers of every deal that is neither deleted nor a template."""
    papers = Papers()
    for lead in sales.leads:
        if lead.is_return and not lead.is_deleted:
            papers.lead_lines[lead] = goods.lines(rng, Decimal(rng.randrange(2000, 90000)))
    for deal in sales.deals:
        if deal.is_deleted or deal.is_recurring or deal.amount == 0:
            continue
        lines = _lines(rng, deal)
        if lines:
            papers.deal_lines[deal] = lines
        papers.quotes.extend(_quotes(rng, deal, lines))
        papers.invoices.extend(_invoices(rng, deal, lines))
        papers.deliveries.extend(_deliveries(rng, deal, lines))
        papers.claims.extend(_claims(rng, deal))
    for kind in (papers.quotes, papers.invoices, papers.deliveries, papers.claims):
        kind.sort(key=lambda paper: paper.created)
        for number, paper in enumerate(kind, start=1):
            paper.number = number
    return papers


def _lines(rng: random.Random, deal: Deal) -> tuple[Line, ...]:
    """Most deals have lines that make up their amount; some none, some others than they should."""
    chance = rng.random()
    if chance < 0.12:
        return ()
    amount = deal.amount if chance > 0.17 else (deal.amount * Decimal("1.05")).quantize(CENT)
    return goods.lines(rng, amount)


def _quotes(rng: random.Random, deal: Deal, lines: tuple[Line, ...]) -> Iterator[Paper]:
    if not lines or rng.random() > (0.55 if deal.pipeline == CORPORATE else 0.16):
        return
    steps = [(deal.created + _hours(rng, 30), "DRAFT")]
    steps.append((steps[-1][0] + _hours(rng, 10), "SENT"))
    if deal.stage[1] != "P":
        last = "APPROVED" if deal.is_won else "DECLAINED"
        steps.append((steps[-1][0] + _hours(rng, 70), last))
    entries = _entries(steps, 0, QUOTE_STAGES)
    if entries:
        due = entries[0].moment.date() + timedelta(days=14)
        total = sum((line.amount for line in lines), Decimal(0))
        yield Paper(deal=deal, amount=total, lines=lines, entries=entries, due=due)


def _invoices(rng: random.Random, deal: Deal, lines: tuple[Line, ...]) -> Iterator[Paper]:
    """Won deals are invoiced, in two parts now and then; open ones before the work begins."""
    is_due = deal.is_won or deal.stage[0] in ("PREPAYMENT_INVOICE", "EXECUTING", "C2:CONTRACT")
    if not is_due or rng.random() < 0.1:
        return
    parts = 2 if deal.pipeline == CORPORATE and rng.random() < 0.4 else 1
    began = deal.entries[-1].moment - timedelta(days=6)
    left = deal.amount
    for part in range(parts):
        amount = left if part == parts - 1 else (deal.amount / 2).quantize(CENT)
        left -= amount
        steps = _payment(rng, max(began, deal.created) + timedelta(days=3 * part), deal)
        entries = _entries(steps, INVOICE_PIPELINE, INVOICE_STAGES)
        if entries:
            own = lines if parts == 1 and lines else goods.lines(rng, amount)
            due = entries[0].moment.date() + timedelta(days=5)
            yield Paper(deal=deal, amount=amount, lines=own, entries=entries, due=due)


def _payment(rng: random.Random, written: datetime, deal: Deal) -> list[tuple[datetime, str]]:
    steps = [(written + _hours(rng, 4), "DT31_3:N")]
    steps.append((steps[-1][0] + _hours(rng, 3), "DT31_3:S"))
    fate = rng.random()
    sent = steps[-1][0]
    if fate < _UNPAID_SHARE:
        steps.append((sent + timedelta(days=30), "DT31_3:D"))
    elif deal.is_won or fate < 0.4:
        is_late = fate < _UNPAID_SHARE + _LATE_SHARE
        pause = _hours(rng, 200) + timedelta(days=6) if is_late else _hours(rng, 30)
        steps.append((sent + pause, "DT31_3:P"))
    return steps


def _deliveries(rng: random.Random, deal: Deal, lines: tuple[Line, ...]) -> Iterator[Paper]:
    if not deal.is_won or not lines or rng.random() > 0.6:
        return
    stages = ["DT1038_9:NEW", "DT1038_9:PREPARATION", "DT1038_9:CLIENT", "DT1038_9:SUCCESS"]
    if rng.random() < 0.04:
        stages[2:] = ["DT1038_9:FAIL"]
    moment = deal.entries[-1].moment
    steps = [(moment := moment + _hours(rng, 30), stage) for stage in stages]
    entries = _entries(steps, DELIVERY_PIPELINE, DELIVERY_STAGES)
    if entries:
        due = entries[0].moment.date() + timedelta(days=7)
        yield Paper(deal=deal, amount=deal.amount, lines=lines[:2], entries=entries, due=due)


def _claims(rng: random.Random, deal: Deal) -> Iterator[Paper]:
    if not deal.is_won or rng.random() > 0.03:
        return
    moment = deal.entries[-1].moment + timedelta(days=10)
    stages = ("DT128_11:NEW", "DT128_11:WORK", rng.choice(("DT128_11:SUCCESS", "DT128_11:FAIL")))
    steps = [(moment := moment + _hours(rng, 60), stage) for stage in stages]
    entries = _entries(steps, CLAIM_PIPELINE, CLAIM_STAGES)
    if entries:
        due = entries[0].moment.date() + timedelta(days=10)
        yield Paper(deal=deal, amount=Decimal(0), lines=(), entries=entries, due=due)


def _entries(
    steps: list[tuple[datetime, str]], pipeline: int, stages: dict[str, tuple[str, str]]
) -> list[Entry]:
    """The stages that were entered before the world ends."""
    entries: list[Entry] = []
    for moment, stage in steps:
        if moment >= CLOSED - timedelta(minutes=5):
            break
        semantics = stages[stage][1]
        type_id = CREATED if not entries else MOVED if semantics == "P" else FINISHED
        entries.append(
            Entry(
                moment=moment.replace(microsecond=0),
                pipeline=pipeline,
                stage=(stage, semantics),
                type_id=type_id,
            )
        )
    return entries


def _hours(rng: random.Random, mean: float) -> timedelta:
    return timedelta(hours=rng.expovariate(1 / mean), minutes=5)
