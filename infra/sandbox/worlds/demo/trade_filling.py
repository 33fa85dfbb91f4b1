"""Puts the demo company's papers, talks and own fields where the sandbox serves them from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from infra.sandbox.store import QUOTE, SMART_INVOICE, Store
from infra.sandbox.worlds import directory, payloads, trade_payloads
from infra.sandbox.worlds.demo import company, own_fields, papers, trade_items
from infra.sandbox.worlds.demo.papers import CLAIMS, DELIVERIES, Papers
from infra.sandbox.worlds.demo.talks import Talk
from infra.sandbox.worlds.demo.trade_facts import owned_lines

_FIRST_ROW = 10_001
_OLD_INVOICE_STAGES = {
    "N": ("Новый", "P"),
    "S": ("Отправлен", "P"),
    "P": ("Оплачен", "S"),
    "D": ("Не оплачен", "F"),
}
_OLD_INVOICES = 24
_FIRST_STATUS = 500


def dictionaries() -> dict[str, list[directory.Entry]]:
    """Return the entries of the new entities by the kind of dictionary they stand in."""
    set_up = company.OPENED.isoformat()
    return {
        "type": [
            directory.smart_type(
                type_id=type_id,
                entity_type_id=entity_type_id,
                title=title,
                moment=set_up,
                has_products=has_products,
            )
            for type_id, entity_type_id, title, has_products in (
                (12, DELIVERIES, "Отгрузки", True),
                (14, CLAIMS, "Гарантийные обращения", False),
            )
        ],
        "category": [
            directory.smart_pipeline(
                category_id=category_id, entity_type_id=entity_type_id, name="Общая"
            )
            for category_id, entity_type_id in (
                (papers.INVOICE_PIPELINE, SMART_INVOICE),
                (papers.DELIVERY_PIPELINE, DELIVERIES),
                (papers.CLAIM_PIPELINE, CLAIMS),
            )
        ],
        "status": _statuses(),
        "field": own_fields.fields(),
    }


def add(store: Store, written: Papers, talks: Sequence[Talk], calls: Mapping[int, Any]) -> None:
    """Add everything but the dictionaries.

    Args:
        store: the world.
        written: the papers.
        talks: the activities.
        calls: rows of the telephony's statistics by their id.
    """
    store.add_items(QUOTE, map(trade_items.quote, written.quotes))
    store.add_items(SMART_INVOICE, map(trade_items.invoice, written.invoices))
    store.add_items(DELIVERIES, map(trade_items.delivery, written.deliveries))
    store.add_items(CLAIMS, map(trade_items.claim, written.claims))
    for entity_type_id, kind in (
        (SMART_INVOICE, written.invoices),
        (DELIVERIES, written.deliveries),
        (CLAIMS, written.claims),
    ):
        store.add_stage_history(entity_type_id, trade_items.paper_history(kind))
    store.add_product_rows(trade_items.product_rows(_FIRST_ROW, owned_lines(written)))
    store.add_activities(
        trade_items.activity(talk, None if talk.call is None else calls[talk.call.call_id])
        for talk in talks
    )
    store.add_invoices(_old_invoice(number) for number in range(1, _OLD_INVOICES + 1))


def _statuses() -> list[directory.Entry]:
    rows = [
        (entity, stage, name, semantics, category)
        for entity, stages, category in (
            ("QUOTE_STATUS", papers.QUOTE_STAGES, None),
            ("INVOICE_STATUS", _OLD_INVOICE_STAGES, None),
            (f"SMART_INVOICE_STAGE_{papers.INVOICE_PIPELINE}", papers.INVOICE_STAGES, 3),
            (f"DYNAMIC_{DELIVERIES}_STAGE_{papers.DELIVERY_PIPELINE}", papers.DELIVERY_STAGES, 9),
            (f"DYNAMIC_{CLAIMS}_STAGE_{papers.CLAIM_PIPELINE}", papers.CLAIM_STAGES, 11),
        )
        for stage, (name, semantics) in stages.items()
    ]
    return directory.statuses(
        payloads.status(
            row_id=_FIRST_STATUS + 2 * number,
            entity=entity,
            status_id=stage,
            name=name,
            sort=10 * number,
            semantics=semantics,
            category_id=category,
        )
        for number, (entity, stage, name, semantics, category) in enumerate(rows, start=1)
    )


def _old_invoice(number: int) -> dict[str, Any]:
    """An invoice of the first weeks, when the company had not yet gone over to the new ones."""
    day = f"2024-11-{number + 2:02}"
    is_paid = number % 4 != 0
    paid = f"2024-12-{number + 2:02}"
    saved = f"{paid if is_paid else day}T12:00:00+03:00"
    price = Decimal(1250) * number + Decimal("0.50")
    return payloads.record(
        trade_payloads.OLD_INVOICE_FIELDS,
        {
            "ID": str(number),
            "ACCOUNT_NUMBER": str(number),
            "ORDER_TOPIC": f"Счёт {number}",
            "DATE_BILL": f"{day}T03:00:00+03:00",
            "DATE_INSERT": f"{day}T10:00:00+03:00",
            "DATE_UPDATE": saved,
            "DATE_STATUS": saved,
            "DATE_PAY_BEFORE": f"2024-12-{number + 1:02}T03:00:00+03:00",
            "DATE_PAYED": saved if is_paid else "",
            "PAY_VOUCHER_DATE": f"{paid}T03:00:00+03:00" if is_paid else "",
            "PAYED": "Y" if is_paid else "N",
            "STATUS_ID": "P" if is_paid else "S",
            "PRICE": f"{price:.2f}",
            "RESPONSIBLE_ID": "20",
            "UF_DEAL_ID": str(500 + number),
        },
    )
