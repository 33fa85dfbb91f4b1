"""Papers and talks of the demo company as facts for the ledger. Store rows play no part here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from infra.sandbox.ledger import reporting
from infra.sandbox.trade_ledger import ActivityFact, InvoiceFact, ResponseFact, RowFact, TradeFacts
from infra.sandbox.worlds.demo.company import AS_OF, BASE_CURRENCY, RATES
from infra.sandbox.worlds.demo.facts import manager_of
from infra.sandbox.worlds.demo.goods import Line
from infra.sandbox.worlds.demo.papers import DELIVERIES, Paper, Papers
from infra.sandbox.worlds.demo.records import Deal, Lead, Sales
from infra.sandbox.worlds.demo.talks import Owner, Talk

LEAD_ROWS, DEAL_ROWS, QUOTE_ROWS, INVOICE_ROWS = "L", "D", "Q", "SI"
DELIVERY_ROWS = f"T{DELIVERIES:x}"  # crm/data-types.md: T and the type's number in hexadecimal

Owned = tuple[str, int, str, Sequence[Line]]


def trade_facts(sales: Sales, papers: Papers, talks: Sequence[Talk]) -> TradeFacts:
    """State what a correct report must find."""
    won = {deal.deal_id for deal in papers.deal_lines if deal.is_won}
    return TradeFacts(
        rows=[
            _row(owned, line, is_revenue=owned[0] == DEAL_ROWS and owned[1] in won)
            for owned in owned_lines(papers)
            for line in owned[3]
        ],
        invoices=[_invoice(paper) for paper in papers.invoices],
        activities=[
            ActivityFact(
                provider_id=talk.provider,
                type_id=talk.kind,
                direction=talk.way,
                is_completed=talk.is_completed,
            )
            for talk in talks
        ],
        responses=list(_responses(sales, talks)),
    )


def owned_lines(papers: Papers) -> Iterator[Owned]:
    """Yield owner type, owner id, currency and lines of everything that has lines."""
    for deal, lines in papers.deal_lines.items():
        yield DEAL_ROWS, deal.deal_id, deal.currency, lines
    for lead, lines in papers.lead_lines.items():
        yield LEAD_ROWS, lead.lead_id, BASE_CURRENCY, lines
    kinds: Iterable[tuple[str, list[Paper]]] = (
        (QUOTE_ROWS, papers.quotes),
        (INVOICE_ROWS, papers.invoices),
        (DELIVERY_ROWS, papers.deliveries),
    )
    for owner_type, written in kinds:
        for paper in written:
            yield owner_type, paper.number, paper.deal.currency, paper.lines


def _row(owned: Owned, line: Line, *, is_revenue: bool) -> RowFact:
    owner_type, owner_id, currency, _ = owned
    return RowFact(
        owner_type=owner_type,
        owner_id=owner_id,
        currency=currency,
        product_id=str(line.good.product_id),
        quantity=line.quantity,
        amount=line.amount,
        revenue_reporting=reporting(line.amount, RATES[currency]) * is_revenue,
    )


def _invoice(paper: Paper) -> InvoiceFact:
    currency = paper.deal.currency
    paid_on = paper.paid_on
    if paid_on is not None:
        state = "paid" if paid_on <= paper.due else "paid_late"
    elif paper.stage[1] == "F":
        state = "declined"
    else:
        state = "open" if paper.due >= AS_OF else "overdue"
    return InvoiceFact(
        state=state,
        currency=currency,
        amount=paper.amount,
        amount_reporting=reporting(paper.amount, RATES[currency]),
        paid_month=None if paid_on is None else f"{paid_on:%Y-%m}",
    )


def _responses(sales: Sales, talks: Sequence[Talk]) -> Iterator[ResponseFact]:
    """Inquiries are leads, and deals that no lead gave birth to."""
    first: dict[Owner, datetime] = {}
    for talk in talks:
        answered = talk.answered_at
        if answered is not None:
            first[talk.owner] = min(first.get(talk.owner, answered), answered)
    for lead in sales.leads:
        if not lead.is_deleted:
            yield _response("lead", lead, first.get(lead))
    for deal in sales.deals:
        if deal.lead is None and not deal.is_deleted and not deal.is_recurring:
            yield _response("deal", deal, first.get(deal))


def _response(entity: str, record: Lead | Deal, answered: datetime | None) -> ResponseFact:
    seconds = None if answered is None else int((answered - record.created).total_seconds())
    return ResponseFact(entity=entity, manager_id=manager_of(record.manager_id), seconds=seconds)
