"""A portal of many deals for measuring: sixty fields each, written quickly, the same every time.

Built once per size and kept under the system's temporary directory; a later version of this file or
of the store's tables gets a world of its own and removes the older ones.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, Store

CACHE = Path(tempfile.gettempdir()) / "bitrix24-bi-warehouse-bench"
NOW = datetime.fromisoformat("2026-11-23T04:00:00+03:00")
META = {
    "world": "bench",
    "as_of": "2026-11-22",
    "timezone": "Europe/Moscow",
    "now": NOW.isoformat(),
    "portal_mode": "1",
    "base_currency": "RUB",
    "webhook_user": "1",
    "webhook_secret": "benchsecret00001",
}

_FIRST_CREATED = datetime.fromisoformat("2019-01-09T09:00:00+03:00")
_SHARE_OF_GAPS = 0.08
"""How often the next id follows a few that are gone: deleted, merged, or never finished."""

_WIDE_GAPS = 5
"""Ranges of ids that an import left empty, over the whole portal."""

_STAGES = ("NEW", "PREPARATION", "EXECUTING", "FINAL_INVOICE", "WON", "LOSE")
_SOURCES = ("CALL", "WEB", "EMAIL", "WEBFORM", "ADVERTISING", "RC_GENERATOR")
_WORDS = (
    *("договор подписан", "ждём оплату", "перезвонить после обеда", "нужен расчёт доставки"),
    *("просил скидку", "замер назначен", "материал выбран", "смета отправлена на согласование"),
)


def deals_world(rows: int) -> Path:
    """Return the directory of a world of so many deals, built if it is not there yet."""
    edition = _edition()
    _remove_others(edition)
    directory = CACHE / edition / str(rows)
    if not directory.is_dir():
        draft = directory.with_name(f"{rows}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        write_deals(draft / STORE_NAME, rows)
        draft.rename(directory)
    return directory


def copied(world: Path, to: Path) -> Path:
    """Copy a world that nobody serves, to be changed."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    shutil.copyfile(world / STORE_NAME, to / STORE_NAME)
    return to


def write_deals(path: Path, rows: int) -> None:
    """Write the store of a world."""
    with Store.create(path) as store:
        store.set_meta(META)
    with sqlite3.connect(path) as connection:
        connection.execute("pragma synchronous = off")
        connection.executemany(
            "insert into item (entity_type_id, id, created_time, updated_time, payload)"
            " values (?, ?, ?, ?, ?)",
            ((DEAL, *deal) for deal in deals(rows)),
        )
    connection.close()


def deals(rows: int) -> Iterator[tuple[int, str, str, str]]:
    """Yield deals in the order of their ids: id, created, updated, the JSON of the API."""
    chance = random.Random(rows)  # noqa: S311 - no secret, the same each time
    wide = {chance.randrange(rows) for _ in range(_WIDE_GAPS)}
    step = (NOW - _FIRST_CREATED) / (rows + 1)
    number = 0
    for index in range(rows):
        number += chance.randint(2, 9) if chance.random() < _SHARE_OF_GAPS else 1
        if index in wide:
            number += rows // 40
        created = _FIRST_CREATED + step * index
        updated = min(created + timedelta(hours=chance.randrange(2_000)), NOW - timedelta(days=1))
        yield _deal(number, index, created, updated)


def _deal(
    number: int, index: int, created: datetime, updated: datetime
) -> tuple[int, str, str, str]:
    made = created.isoformat(timespec="seconds")
    touched = updated.isoformat(timespec="seconds")
    stage = index % len(_STAGES)
    remark = " ".join(_WORDS[(index + word) % len(_WORDS)] for word in range(9))
    payload = _TEMPLATE % {
        "id": number,
        "index": index,
        "created": made,
        "updated": touched,
        "day": made[:10],
        "stage": _STAGES[stage],
        "semantics": "PPPPSF"[stage],
        "closed": "NNNNYY"[stage],
        "source": _SOURCES[index % len(_SOURCES)],
        "manager": 1 + index % 40,
        "contact": 1 + index // 2,
        "company": index // 9 if index % 3 else 0,
        "thousands": 1 + index % 900,
        "remark": remark,
    }
    return number, made, touched, payload


_STRINGS: dict[str, object] = {
    "title": "Сделка №%(id)s: кухня по индивидуальному проекту",
    "createdTime": "%(created)s",
    "updatedTime": "%(updated)s",
    "movedTime": "%(updated)s",
    "lastActivityTime": "%(updated)s",
    "begindate": "%(day)sT03:00:00+03:00",
    "closedate": "%(day)sT03:00:00+03:00",
    "stageId": "%(stage)s",
    "stageSemanticId": "%(semantics)s",
    "sourceId": "%(source)s",
    "sourceDescription": "Заявка с сайта, форма «Рассчитать стоимость»",
    "comments": "%(remark)s",
    "closed": "%(closed)s",
    "originId": "crm-%(index)s",
    "utmSource": "yandex",
    "utmMedium": "cpc",
    "utmCampaign": "kitchen_%(manager)s",
    "utmContent": "banner-%(thousands)s",
    "utmTerm": "кухни на заказ",
    "UF_CRM_GCLID": "Cj0KCQiA%(id)s-aBhDyARIsAH%(index)s",
    "UF_CRM_YM_CLIENT_ID": "16%(index)s4321",
    "UF_CRM_1721244482252": "%(thousands)s|RUB",
    "UF_CRM_1721244482250": "Адрес доставки: Москва, улица Строителей, дом %(manager)s",
}
_NUMBERS = {
    "id": "%(id)s",
    "createdBy": "%(manager)s",
    "updatedBy": "%(manager)s",
    "movedBy": "%(manager)s",
    "assignedById": "%(manager)s",
    "lastActivityBy": "%(manager)s",
    "contactId": "%(contact)s",
    "contactIds": "[%(contact)s]",
    "companyId": "%(company)s",
    "opportunity": "%(thousands)s490.50",
    "UF_CRM_1721244482251": "[%(manager)s, 7]",
}
_STANDING: dict[str, object] = {
    **{"typeId": "SALE", "categoryId": 0, "currencyId": "RUB", "opened": "Y", "isNew": "N"},
    **{"isRecurring": "N", "isReturnCustomer": "N", "isRepeatedApproach": "N"},
    **{"isManualOpportunity": "Y", "taxValue": 0, "probability": None, "leadId": None},
    **{"quoteId": None, "webformId": 0, "observers": [], "additionalInfo": None},
    **{"locationId": None, "originatorId": None, "parentId1220": None},
    **{f"UF_CRM_17300000000{number:02d}": None for number in range(6)},
    "entityTypeId": DEAL,
}


def _template() -> str:
    fields = {**_NUMBERS, **_STRINGS, **_STANDING}
    assert len(fields) == 60, len(fields)
    parts = (
        f'"{name}":{value}' if name in _NUMBERS else _member(name, value)
        for name, value in fields.items()
    )
    return "{" + ",".join(parts) + "}"


def _member(name: str, value: object) -> str:
    return f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=False)}"


_TEMPLATE = _template()


def _edition() -> str:
    """Return what a world's contents depend on, as a hash: this file and the store's tables."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        with Store.create(Path(scratch) / STORE_NAME) as store:
            tables = store.query("SELECT sql FROM sqlite_master ORDER BY name")
        made_of = Path(__file__).read_bytes() + repr(tables).encode()
        return hashlib.sha256(made_of).hexdigest()[:12]


def _remove_others(edition: str) -> None:
    if not CACHE.is_dir():
        return
    for old in CACHE.iterdir():
        if old.name != edition:
            shutil.rmtree(old, ignore_errors=True)
