"""The sections of a ledger that tell what was sold in lines, invoiced, and answered how soon.

As in `ledger`, the figures come from a world's own objects and from no store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFact:
    """One product row.

    Args:
        owner_type: short code of what it belongs to: L, D, Q, SI or T and the type in hexadecimal.
        owner_id: the item.
        currency: of the amount.
        product_id: the product.
        quantity: how much of it.
        amount: price times quantity, VAT included.
        revenue_reporting: the same in the reporting currency where a counted deal was won by it,
            rounded row by row; else 0.
    """

    owner_type: str
    owner_id: int
    currency: str
    product_id: str
    quantity: Decimal
    amount: Decimal
    revenue_reporting: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFact:
    """One smart invoice.

    Args:
        state: `paid`, `paid_late`, `open`, `overdue` (on the world's last day) or `declined`.
        currency: of the amount.
        amount: what is to be paid.
        amount_reporting: the same in the reporting currency, rounded invoice by invoice.
        paid_month: `YYYY-MM` of the payment; None where it was not paid.
    """

    state: str
    currency: str
    amount: Decimal
    amount_reporting: Decimal
    paid_month: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFact:
    """One activity: by whom it is provided, its type and direction (1 incoming, 2 outgoing)."""

    provider_id: str
    type_id: int
    direction: int
    is_completed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFact:
    """One inquiry: who is responsible, and after how many seconds a person first answered it."""

    entity: str
    manager_id: str
    seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFacts:
    """All of it; a world that has nothing of the kind leaves it empty."""

    rows: Sequence[RowFact] = ()
    invoices: Sequence[InvoiceFact] = ()
    activities: Sequence[ActivityFact] = ()
    responses: Sequence[ResponseFact] = ()


def sections(facts: TradeFacts) -> dict[str, Any]:
    """Add the facts up."""
    return {
        "product_rows": _product_rows(facts.rows),
        "products": _products(facts.rows),
        "invoices": _invoices(facts.invoices),
        "payments_by_month": _payments(facts.invoices),
        "activities": _activities(facts.activities),
        "first_response": _responses(facts.responses),
    }


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal("0.00"))


def _product_rows(rows: Sequence[RowFact]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], list[RowFact]] = defaultdict(list)
    for row in rows:
        found[row.owner_type, row.currency].append(row)
    return [
        {
            "owner_type": owner_type,
            "currency": currency,
            "owners": len({row.owner_id for row in group}),
            "rows": len(group),
            "quantity": _total(row.quantity for row in group),
            "amount": _total(row.amount for row in group),
        }
        for (owner_type, currency), group in sorted(found.items())
    ]


def _products(rows: Sequence[RowFact]) -> list[dict[str, Any]]:
    found: dict[str, list[RowFact]] = defaultdict(list)
    for row in rows:
        if row.owner_type == "D":
            found[row.product_id].append(row)
    return [
        {
            "product_id": product_id,
            "rows": len(group),
            "quantity": _total(row.quantity for row in group),
            "revenue_reporting": _total(row.revenue_reporting for row in group),
        }
        for product_id, group in sorted(found.items())
    ]


def _invoices(invoices: Sequence[InvoiceFact]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], list[InvoiceFact]] = defaultdict(list)
    for invoice in invoices:
        found[invoice.state, invoice.currency].append(invoice)
    return [
        {
            "state": state,
            "currency": currency,
            "invoices": len(group),
            "amount": _total(invoice.amount for invoice in group),
            "amount_reporting": _total(invoice.amount_reporting for invoice in group),
        }
        for (state, currency), group in sorted(found.items())
    ]


def _payments(invoices: Sequence[InvoiceFact]) -> list[dict[str, Any]]:
    found: dict[str, list[InvoiceFact]] = defaultdict(list)
    for invoice in invoices:
        if invoice.paid_month is not None:
            found[invoice.paid_month].append(invoice)
    return [
        {
            "month": month,
            "invoices": len(group),
            "paid_reporting": _total(invoice.amount_reporting for invoice in group),
        }
        for month, group in sorted(found.items())
    ]


def _activities(activities: Sequence[ActivityFact]) -> list[dict[str, Any]]:
    found: dict[tuple[str, int, int], list[bool]] = defaultdict(list)
    for one in activities:
        found[one.provider_id, one.type_id, one.direction].append(one.is_completed)
    return [
        {
            "provider_id": provider_id,
            "type_id": type_id,
            "direction": direction,
            "activities": len(group),
            "completed": sum(group),
        }
        for (provider_id, type_id, direction), group in sorted(found.items())
    ]


def _responses(responses: Sequence[ResponseFact]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    for one in responses:
        found[one.entity, one.manager_id].append(one.seconds)
    return [
        {
            "entity": entity,
            "manager_id": manager_id,
            "inquiries": len(group),
            "answered": sum(seconds is not None for seconds in group),
            "response_seconds": sum(seconds or 0 for seconds in group),
        }
        for (entity, manager_id), group in sorted(found.items())
    ]
