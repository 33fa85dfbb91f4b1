"""The papers and talks of the demo company as the portal's API gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from infra.sandbox.store import CONTACT, DEAL, LEAD
from infra.sandbox.worlds import payloads, trade_payloads
from infra.sandbox.worlds.demo.company import CLOSED, RATES, ZONE
from infra.sandbox.worlds.demo.goods import CENT, Line
from infra.sandbox.worlds.demo.own_fields import CARRIER, GUARANTEE
from infra.sandbox.worlds.demo.papers import (
    CLAIMS,
    DELIVERIES,
    DELIVERY_PIPELINE,
    INVOICE_PIPELINE,
    Paper,
)
from infra.sandbox.worlds.demo.people import Person
from infra.sandbox.worlds.demo.records import Deal, Lead
from infra.sandbox.worlds.demo.talks import CHAT, LETTER, TASK, VISIT, VOICE, Owner, Talk

_TYPES = {VOICE: "CALL", LETTER: "EMAIL", VISIT: "MEETING", CHAT: "1", TASK: "TODO"}
_SUBJECTS = {
    (VOICE, 1): "Входящий звонок",
    (VOICE, 2): "Исходящий звонок",
    (LETTER, 1): "Re: Коммерческое предложение",
    (LETTER, 2): "Коммерческое предложение",
    (VISIT, 0): "Встреча: замер",
    (CHAT, 1): "Чат открытой линии",
    (TASK, 0): "Связаться с клиентом",
}
_LETTER_TEXT = "Добрый день! Высылаем расчёт по вашему запросу. " * 12


def quote(paper: Paper) -> dict[str, Any]:
    """One quote of `crm.item.list`."""
    is_open = paper.stage[1] == "P"
    return payloads.record(
        trade_payloads.QUOTE_FIELDS,
        _card(paper)
        | {
            "title": f"Предложение №{paper.number}: {paper.deal.title}",
            "quoteNumber": str(paper.number),
            "closed": "N" if is_open else "Y",
            "dealId": paper.deal.deal_id,
            "leadId": None if paper.deal.lead is None else paper.deal.lead.lead_id,
            "actualDate": _day(paper.due),
            "closedate": _day(paper.due),
            "personTypeId": 2 if paper.deal.person and paper.deal.person.organisation else 1,
        },
    )


def invoice(paper: Paper) -> dict[str, Any]:
    """One smart invoice of `crm.item.list`; `closedate` is the day to pay before."""
    return payloads.record(
        trade_payloads.SMART_INVOICE_FIELDS,
        _smart_card(paper)
        | {
            "title": f"Счёт №{paper.number}",
            "accountNumber": f"СД-{paper.number:05}",
            "categoryId": INVOICE_PIPELINE,
            "closedate": _day(paper.due),
        },
    )


def delivery(paper: Paper) -> dict[str, Any]:
    """One item of the smart process «Отгрузки»."""
    card = _smart_card(paper) | {
        "title": f"Отгрузка №{paper.number}",
        "categoryId": DELIVERY_PIPELINE,
        "closedate": _day(paper.due),
        "entityTypeId": DELIVERIES,
    }
    carrier = {CARRIER: 71 + paper.number % 3}
    return payloads.record(trade_payloads.SMART_PROCESS_FIELDS, card) | carrier


def claim(paper: Paper) -> dict[str, Any]:
    """One item of the smart process «Гарантийные обращения», whose items have no sum."""
    card = _smart_card(paper) | {
        "title": f"Обращение №{paper.number}",
        "categoryId": paper.entries[-1].pipeline,
        "entityTypeId": CLAIMS,
    }
    guarantee = {GUARANTEE: "Y" if paper.stage[1] != "F" else "N"}
    return payloads.record(trade_payloads.SMART_PROCESS_FIELDS, card) | guarantee


def paper_history(papers: Sequence[Paper]) -> Iterator[dict[str, Any]]:
    """Rows of `crm.stagehistory.list`, numbered in the order of their moments."""
    entries = [(entry, paper) for paper in papers for entry in paper.entries]
    entries.sort(key=lambda row: (row[0].moment, row[1].number))
    for number, (entry, paper) in enumerate(entries, start=1):
        yield payloads.deal_entry(
            row_id=number,
            type_id=entry.type_id,
            deal_id=paper.number,
            moment=entry.moment.isoformat(),
            pipeline=entry.pipeline,
            stage=entry.stage,
        )


def product_rows(
    first: int, owned: Iterable[tuple[str, int, str, Sequence[Line]]]
) -> Iterator[dict[str, Any]]:
    """Rows of `crm.item.productrow.list`, numbered from `first` on.

    Args:
        first: number of the first row.
        owned: owner type, owner id, currency and lines.
    """
    row_id = first
    for owner_type, owner_id, currency, lines in owned:
        rate = RATES[currency]
        for place, line in enumerate(lines, start=1):
            yield {
                **trade_payloads.PRODUCT_ROW_FIELDS,
                "id": row_id,
                "ownerId": owner_id,
                "ownerType": owner_type,
                "productId": line.good.product_id,
                "productName": line.good.name,
                "price": line.price,
                "priceAccount": line.price if rate == 1 else _cents(line.price * rate),
                **_prices(line),
                "quantity": line.quantity,
                "discountRate": line.discount_rate,
                "taxRate": line.tax_rate,
                "measureCode": line.good.measure[0],
                "measureName": line.good.measure[1],
                "sort": 10 * place,
                "type": line.good.type_id,
            }
            row_id += 1


def activity(talk: Talk, call: Mapping[str, Any] | None) -> dict[str, Any]:
    """One row of `crm.activity.list`; `call` is the row of the telephony's statistics."""
    owner_type, owner_id = _owner(talk.owner)
    ended = talk.ended.isoformat()
    began = talk.began.isoformat()
    saved = min(talk.ended + timedelta(seconds=4), CLOSED - timedelta(seconds=1)).isoformat()
    row: dict[str, Any] = {
        **trade_payloads.ACTIVITY_FIELDS,
        "ID": str(talk.talk_id),
        "OWNER_ID": str(owner_id),
        "OWNER_TYPE_ID": str(owner_type),
        "TYPE_ID": str(talk.kind),
        "PROVIDER_ID": talk.provider,
        "PROVIDER_TYPE_ID": _TYPES[talk.provider],
        "SUBJECT": _SUBJECTS[talk.provider, talk.way],
        "CREATED": began,
        "LAST_UPDATED": saved,
        "START_TIME": began,
        "END_TIME": ended,
        "DEADLINE": ended,
        "COMPLETED": "Y" if talk.is_completed else "N",
        "STATUS": "2" if talk.is_completed else "1",
        "RESPONSIBLE_ID": str(talk.manager_id),
        "DIRECTION": str(talk.way),
        "AUTHOR_ID": str(talk.author_id),
        "EDITOR_ID": str(talk.manager_id),
    }
    if call is not None:
        row["ORIGIN_ID"] = f"VI_{call['CALL_ID']}"
        row["SETTINGS"] = {"MISSED_CALL": True} if not talk.is_completed else []
        row["COMMUNICATIONS"] = [_spoken_to(talk, call)]
    elif talk.provider == LETTER:
        row |= {"DESCRIPTION": _LETTER_TEXT, "DESCRIPTION_TYPE": "3"}
    return row


def _spoken_to(talk: Talk, call: Mapping[str, Any]) -> dict[str, Any]:
    owner_type, owner_id = _owner(talk.owner)
    return {
        "ID": str(talk.talk_id),
        "TYPE": "PHONE",
        "VALUE": call["PHONE_NUMBER"],
        "ENTITY_ID": str(owner_id),
        "ENTITY_TYPE_ID": str(owner_type),
        "ENTITY_SETTINGS": [],
    }


def _owner(owner: Owner) -> tuple[int, int]:
    if isinstance(owner, Lead):
        return LEAD, owner.lead_id
    return (DEAL, owner.deal_id) if isinstance(owner, Deal) else (CONTACT, owner.contact_id)


def _prices(line: Line) -> dict[str, Decimal]:
    """The same price before the discount and without the tax; the discount is of one unit."""
    tax = 1 + Decimal(line.tax_rate or 0) / 100
    brutto = line.price
    if line.discount_rate:
        brutto = _cents(line.price / (1 - Decimal(line.discount_rate) / 100))
    exclusive = _cents(line.price / tax)
    netto = _cents(brutto / tax)
    return {
        "priceExclusive": exclusive,
        "priceNetto": netto,
        "priceBrutto": brutto,
        "discountSum": netto - exclusive,
    }


def _card(paper: Paper) -> dict[str, Any]:
    """What quotes and smart items have in common."""
    deal, last = paper.deal, paper.entries[-1]
    person = deal.person
    contact = _contact(person)
    updated = min(last.moment + timedelta(minutes=2), CLOSED - timedelta(seconds=1)).isoformat()
    manager = deal.manager_id
    return {
        "id": paper.number,
        "stageId": last.stage[0],
        "currencyId": deal.currency,
        "opportunity": paper.amount,
        "taxValue": _tax(paper.lines),
        "companyId": person.organisation.company_id if person and person.organisation else 0,
        "contactId": contact,
        "contactIds": [contact] if contact else [],
        "begindate": _day(paper.created.date()),
        "assignedById": manager,
        "createdBy": manager or 1,
        "updatedBy": manager or 1,
        "createdTime": paper.created.isoformat(),
        "updatedTime": updated,
        "lastActivityTime": updated,
    }


def _smart_card(paper: Paper) -> dict[str, Any]:
    previous = paper.entries[-2].stage[0] if len(paper.entries) > 1 else ""
    return _card(paper) | {
        "movedTime": paper.entries[-1].moment.isoformat(),
        "previousStageId": previous,
        "parentId2": paper.deal.deal_id,
    }


def _contact(person: Person | None) -> int:
    return 0 if person is None else person.contact_id


def _tax(lines: Sequence[Line]) -> Decimal:
    """The VAT that is contained in the lines."""
    taxes = (line.amount * line.tax_rate / (100 + line.tax_rate) for line in lines if line.tax_rate)
    return _cents(sum(taxes, Decimal(0)))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _day(day: date) -> str:
    return datetime(day.year, day.month, day.day, 3, tzinfo=ZONE).isoformat()
