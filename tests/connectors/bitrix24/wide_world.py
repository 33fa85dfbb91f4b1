"""The tiny world of the sandbox's tests, with smart processes, papers, product rows and mails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.client import Bitrix24
from connectors.stream import Account, Changes, Page, Record
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import QUOTE, SMART_INVOICE, Store
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import build, instant

REPAIRS, VISITS, NOTES = 1036, 1040, 1044
"""Types of smart processes: with pipelines and stages, with stages only, with neither."""

OLD = "2020-05-05T05:05:05+03:00"


@contextmanager
def portal(directory: Path) -> Iterator[Served]:
    """Serve the world."""
    build(directory / STORE_NAME)
    with Store.open(directory / STORE_NAME) as store:
        fill(store)
    with served(directory) as one:
        yield one


def fill(store: Store) -> None:
    """Add what the tiny world lacks."""
    store.add_dictionary(
        "type",
        [
            _type(11, REPAIRS, "Repairs", categories="Y", stages="Y"),
            _type(12, VISITS, "Visits", categories="N", stages="Y"),
            _type(13, NOTES, "Notes", categories="N", stages="N"),
        ],
    )
    store.add_dictionary(
        "category",
        [
            ("7", {"id": 7, "name": "Счета", "sort": 5, "entityTypeId": 31, "isDefault": "Y"}),
            ("9", {"id": 9, "name": "Repairs", "sort": 5, "entityTypeId": 1036, "isDefault": "Y"}),
        ],
    )
    store.add_items(QUOTE, (thing(QUOTE, number) for number in range(1, 4)))
    store.add_items(SMART_INVOICE, (thing(SMART_INVOICE, number) for number in range(1, 61)))
    store.add_items(REPAIRS, (thing(REPAIRS, number) for number in range(1, 121)))
    store.add_items(VISITS, (thing(VISITS, number) for number in range(1, 3)))
    for kind, number in ((SMART_INVOICE, 1), (REPAIRS, 5), (VISITS, 2)):
        store.add_stage_history(kind, [entry(kind, number)])
    store.add_product_rows(line(number, owner) for number, owner in enumerate(_owners(), start=1))
    store.add_product_rows([line(9_001, 1, owner_type="L"), line(9_002, 2, owner_type="Q")])
    store.add_product_rows([line(9_003, 3, owner_type="SI")])
    store.add_activities(activity(number) for number in range(1, 71))
    store.add_invoices(invoice(number) for number in range(1, 4))


def _owners() -> Iterator[int]:
    """Yield the deals that have product rows: two have some, one has more than a page."""
    yield from (2, 2, 3)
    yield from [7] * 130


def _type(number: int, kind: int, title: str, *, categories: str, stages: str) -> Any:
    flags = {"isCategoriesEnabled": categories, "isStagesEnabled": stages}
    return str(kind), {"id": number, "entityTypeId": kind, "title": title, **flags}


def thing(kind: int, number: int, **changed: Any) -> dict[str, Any]:
    """Return an item of any kind."""
    fields: dict[str, Any] = {
        "id": number,
        "title": f"Нечто {number}",
        "createdTime": instant(number, hour=9),
        "updatedTime": instant(number, hour=12),
        "opportunity": 100,
        "currencyId": "RUB",
        "entityTypeId": kind,
    }
    return fields | changed


def entry(kind: int, number: int) -> dict[str, Any]:
    """Return an entry of an item into a stage."""
    return {
        "ID": 100 + number,
        "TYPE_ID": 1,
        "OWNER_ID": number,
        "CREATED_TIME": instant(number),
        "CATEGORY_ID": 9,
        "STAGE_SEMANTIC_ID": "P",
        "STAGE_ID": f"DT{kind}_9:NEW",
    }


def line(number: int, owner: int, *, owner_type: str = "D", **changed: Any) -> dict[str, Any]:
    """Return a product row."""
    fields: dict[str, Any] = {
        "id": number,
        "ownerId": owner,
        "ownerType": owner_type,
        "productId": 5,
        "productName": "Колесо",
        "price": 100,
        "quantity": 2,
        "sort": 10,
    }
    return fields | changed


def activity(number: int, **changed: Any) -> dict[str, Any]:
    """Return an activity, with what must not land."""
    fields: dict[str, Any] = {
        "ID": str(number),
        "OWNER_ID": "1",
        "OWNER_TYPE_ID": "2",
        "TYPE_ID": "4",
        "PROVIDER_ID": "CRM_EMAIL",
        "SUBJECT": "Счёт",
        "CREATED": instant(number, hour=9),
        "LAST_UPDATED": instant(number, hour=12),
        "START_TIME": instant(number, hour=9),
        "COMPLETED": "Y",
        "DIRECTION": "2",
        "DESCRIPTION": "the body of a mail",
        "SETTINGS": [],
        "PROVIDER_PARAMS": [],
    }
    return fields | changed


def invoice(number: int) -> dict[str, Any]:
    """Return an invoice of the old kind."""
    return {
        "ID": str(number),
        "ACCOUNT_NUMBER": f"A-{number}",
        "DATE_INSERT": instant(number, hour=9),
        "DATE_UPDATE": instant(number, hour=12),
        "PRICE": "100.50",
        "CURRENCY": "RUB",
        "STATUS_ID": "N",
    }


@contextmanager
def client_of(world: Served, shared: Path, **settings: Any) -> Iterator[Bitrix24]:
    """Open the product's client on a served portal."""
    given = {"webhook_url": world.settings["BITRIX24_WEBHOOK_URL"], "plan": "enterprise"}
    configured = SOURCE.settings(**(given | settings))
    account = Account(name="main", settings=configured, shared=str(shared))
    with closing(Bitrix24(account)) as client:
        yield client


def read(client: Bitrix24, stream: str, window: Changes | None = None) -> list[Page]:
    """Read a window of a stream to its end."""
    return list(client.pages(SOURCE.stream(stream), window or Changes()))


def records(pages: list[Page]) -> list[Record]:
    """Return the records in the order in which they came."""
    return [record for page in pages for record in page.records]


def keys(pages: list[Page]) -> list[str]:
    """Return the keys in the order in which they came."""
    return [record.key for record in records(pages)]
