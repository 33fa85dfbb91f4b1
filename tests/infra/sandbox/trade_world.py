"""The tiny world with what is written and said around its deals, a little of everything."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from infra.sandbox.store import QUOTE, SMART_INVOICE, Store
from infra.sandbox.worlds import directory, payloads, trade_payloads
from tests.infra.sandbox.tiny_world import instant

REPAIRS, CATEGORY = 1038, 9
OWNER, ROWS = 7, 130
"""The deal with more than a page of product rows."""

ACTIVITIES, REPAIR_ITEMS = 160, 170
LIST_FIELD, LINK_FIELD = "UF_CRM_5_101", "UF_CRM_5_102"
STAGES = ("DT1038_9:NEW", "P"), ("DT1038_9:SUCCESS", "S")


def add_trade(path: Path) -> None:
    """Add it to the tiny world's store."""
    with Store.open(path) as store:
        _add_dictionaries(store)
        store.add_items(QUOTE, (quote(number) for number in range(1, 4)))
        store.add_items(SMART_INVOICE, (invoice(number) for number in range(1, 61)))
        store.add_items(REPAIRS, (repair(number) for number in range(1, REPAIR_ITEMS + 1)))
        store.add_items(REPAIRS, [repair(900)], deleted=True)
        store.add_stage_history(
            REPAIRS,
            (
                payloads.deal_entry(
                    row_id=number,
                    type_id=1,
                    deal_id=number,
                    moment=instant(number),
                    pipeline=CATEGORY,
                    stage=STAGES[0],
                )
                for number in range(1, 121)
            ),
        )
        store.add_product_rows(row(number) for number in range(1, ROWS + 1))
        store.add_product_rows([row(500, owner_id=8), row(501, owner_id=9)])
        store.add_product_rows([row(600, owner_type="T40e", owner_id=OWNER)])
        store.add_activities(activity(number) for number in range(1, ACTIVITIES + 1))
        store.add_invoices([old_invoice(1), old_invoice(2)])


def _add_dictionaries(store: Store) -> None:
    moment = instant(1)
    store.add_dictionary(
        "type",
        [
            directory.smart_type(
                type_id=5, entity_type_id=REPAIRS, title="Ремонт", moment=moment, has_products=True
            )
        ],
    )
    store.add_dictionary(
        "category",
        [
            directory.smart_pipeline(category_id=CATEGORY, entity_type_id=REPAIRS, name="Общая"),
            directory.smart_pipeline(category_id=3, entity_type_id=SMART_INVOICE, name="Общая"),
        ],
    )
    store.add_dictionary(
        "field",
        [
            directory.custom_field(
                entity_type_id=REPAIRS,
                name=LIST_FIELD,
                title="Кто чинит",
                kind="enumeration",
                is_multiple=True,
                items={41: "Мастер", 42: "Подрядчик"},
            ),
            directory.custom_field(
                entity_type_id=REPAIRS, name=LINK_FIELD, title="Срочно", kind="boolean"
            ),
        ],
    )
    rows = [
        *((f"DYNAMIC_{REPAIRS}_STAGE_{CATEGORY}", stage, semantics) for stage, semantics in STAGES),
        ("SMART_INVOICE_STAGE_3", "DT31_3:N", "P"),
        ("SMART_INVOICE_STAGE_3", "DT31_3:P", "S"),
        ("QUOTE_STATUS", "DRAFT", "P"),
        ("QUOTE_STATUS", "APPROVED", "S"),
    ]
    store.add_dictionary(
        "status",
        directory.statuses(
            payloads.status(
                row_id=number, entity=entity, status_id=stage, name=stage, sort=1, semantics=meaning
            )
            for number, (entity, stage, meaning) in enumerate(rows, start=700)
        ),
    )


def _saved(number: int) -> dict[str, Any]:
    moments = {"createdTime": instant(number, hour=9), "updatedTime": instant(number, hour=12)}
    return {"id": number, **moments, "opportunity": Decimal(number) + Decimal("0.50")}


def quote(number: int) -> dict[str, Any]:
    """Return a quote of a deal."""
    own = {"dealId": number, "quoteNumber": str(number)}
    return payloads.record(trade_payloads.QUOTE_FIELDS, _saved(number) | own)


def invoice(number: int) -> dict[str, Any]:
    """Return a smart invoice of a deal."""
    own = {"parentId2": number, "categoryId": 3, "stageId": "DT31_3:N"}
    return payloads.record(trade_payloads.SMART_INVOICE_FIELDS, _saved(number) | own)


def repair(number: int) -> dict[str, Any]:
    """Return an item of the smart process; every third is for the company's own fields' sake."""
    own = {
        "parentId2": number,
        "categoryId": CATEGORY,
        "stageId": STAGES[0][0],
        "entityTypeId": REPAIRS,
    }
    fields = payloads.record(trade_payloads.SMART_PROCESS_FIELDS, _saved(number) | own)
    masters = [41, 42] if number % 3 == 0 else []
    return fields | {LIST_FIELD: masters, LINK_FIELD: "Y" if number % 2 else "N"}


def row(number: int, *, owner_type: str = "D", owner_id: int = OWNER) -> dict[str, Any]:
    """Return a product row; those of one owner are sorted against the order of their ids."""
    own = {
        "id": number,
        "ownerType": owner_type,
        "ownerId": owner_id,
        "productId": 1 + number % 3,
        "productName": f"Товар {number}",
        "price": Decimal(number),
        "sort": 1000 - number,
    }
    return payloads.record(trade_payloads.PRODUCT_ROW_FIELDS, own)


def activity(number: int) -> dict[str, Any]:
    """Return an activity, a mail with a body and its receiver; later ones began earlier."""
    began = f"2026-10-{28 - number % 28:02}T09:00:{number % 60:02}+03:00"
    own = {
        "ID": str(number),
        "OWNER_ID": str(1 + number % 9),
        "OWNER_TYPE_ID": "2",
        "TYPE_ID": "4",
        "PROVIDER_ID": "CRM_EMAIL",
        "SUBJECT": f"Письмо {number} «Ромашке»",
        "CREATED": instant(number, hour=8),
        "LAST_UPDATED": instant(number, hour=9),
        "START_TIME": began,
        "END_TIME": began,
        "DEADLINE": began,
        "DESCRIPTION": "Добрый день! " * 20,
    }
    received = {"COMMUNICATIONS": [{"ID": "1", "TYPE": "EMAIL", "VALUE": "client@example.com"}]}
    return payloads.record(trade_payloads.ACTIVITY_FIELDS, own) | received


def old_invoice(number: int) -> dict[str, Any]:
    """Return an old invoice, with a custom field."""
    own = {
        "ID": str(number),
        "DATE_INSERT": instant(number, hour=9),
        "DATE_UPDATE": instant(number, hour=12),
        "PRICE": "100.50",
    }
    return payloads.record(trade_payloads.OLD_INVOICE_FIELDS, own) | {"UF_CRM_77": "x"}
