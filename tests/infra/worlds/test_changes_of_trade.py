"""What is made, saved anew and deleted around a sale leaves the traces that a portal leaves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from infra.sandbox.changes import (
    change_item,
    create_item,
    delete_item,
    owner_type,
    replace_product_rows,
)
from infra.sandbox.control import UnknownChange, apply_change
from infra.sandbox.payload_text import decode
from infra.sandbox.store import DEAL, LEAD, QUOTE, SMART_INVOICE, Store
from infra.sandbox.text_changes import (
    ACTIVITIES,
    OLD_INVOICES,
    change_record,
    create_record,
    delete_record,
)
from tests.infra.sandbox.tiny_world import DEALS, build
from tests.infra.sandbox.trade_world import ACTIVITIES as ACTIVITY_COUNT
from tests.infra.sandbox.trade_world import OWNER, REPAIR_ITEMS, REPAIRS, ROWS, add_trade

FIRST_CHANGE = "2026-11-23T04:00:01+03:00"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trade") / "store.sqlite"
    build(path)
    add_trade(path)
    return path


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "store.sqlite"
    path.write_bytes(built.read_bytes())
    with Store.open(path) as opened:
        yield opened


def _rows(store: Store, owner: int = OWNER, kind: str = "D") -> list[dict]:
    found = store.query(
        "select payload from product_row where owner_type = ? and owner_id = ? order by id",
        (kind, owner),
    )
    return [decode(text) for (text,) in found]


def _history(store: Store, kind: int, owner: int) -> list[dict]:
    found = store.query(
        "select payload from stage_history where entity_type_id = ? and owner_id = ? order by id",
        (kind, owner),
    )
    return [decode(text) for (text,) in found]


@pytest.mark.parametrize(
    ("kind", "code"),
    [(LEAD, "L"), (DEAL, "D"), (QUOTE, "Q"), (SMART_INVOICE, "SI"), (1038, "T40e")],
)
def test_short_codes_of_owners(kind: int, code: str) -> None:
    assert owner_type(kind) == code


@pytest.mark.parametrize(("kind", "last"), [(REPAIRS, 900), (DEAL, 9001), (QUOTE, 3)])
def test_a_new_record_stands_in_the_first_stage(store: Store, kind: int, last: int) -> None:
    made = create_item(store, kind, title="Новое")
    assert made == last + 1  # also where the last one is deleted
    record = store.item(kind, made)
    assert record is not None
    assert record["title"] == "Новое"
    assert record["createdTime"] == record["updatedTime"] == FIRST_CHANGE
    entries = _history(store, kind, made)
    if kind == QUOTE:
        assert (record["stageId"], entries) == ("DRAFT", [])
    else:
        assert [(e["TYPE_ID"], e["STAGE_ID"]) for e in entries] == [(1, record["stageId"])]
        assert entries[0]["CREATED_TIME"] == FIRST_CHANGE


def test_a_record_that_comes_back_with_its_old_instants(store: Store) -> None:
    old = "2020-01-01T10:00:00+03:00"
    made = create_item(store, DEAL, createdTime=old, updatedTime=old)
    sql = "select created_time, updated_time from item where entity_type_id = 2 and id = ?"
    assert store.query(sql, (made,)) == [(old, old)]
    assert made == 9002


def test_a_stage_of_a_smart_process(store: Store) -> None:
    change_item(store, REPAIRS, 5, stageId="DT1038_9:SUCCESS")
    record = store.item(REPAIRS, 5)
    assert (record["previousStageId"], record["movedTime"]) == ("DT1038_9:NEW", FIRST_CHANGE)
    assert "stageSemanticId" not in record
    last = _history(store, REPAIRS, 5)[-1]
    assert (last["TYPE_ID"], last["STAGE_SEMANTIC_ID"], last["CATEGORY_ID"]) == (3, "S", 9)


def test_saved_rows_are_new_rows_and_bump_their_owner(store: Store) -> None:
    before = store.item(DEAL, OWNER)
    assert len(_rows(store)) == ROWS
    ids = replace_product_rows(
        store,
        DEAL,
        OWNER,
        [
            {"productName": "Окно", "price": Decimal("100.50"), "quantity": 2},
            {"productName": "Монтаж", "price": 50},
        ],
    )
    assert ids == [601, 602]
    rows = _rows(store)
    assert [row["id"] for row in rows] == ids
    assert [(row["productName"], row["quantity"], row["sort"]) for row in rows] == [
        ("Окно", 2, 10),
        ("Монтаж", 1, 20),
    ]
    assert rows[0]["priceBrutto"] == Decimal("100.50")
    deal = store.item(DEAL, OWNER)
    assert deal["updatedTime"] == FIRST_CHANGE > before["updatedTime"]
    assert deal["opportunity"] == before["opportunity"]  # kept by hand
    assert len(_rows(store, 8)) == 1


def test_an_amount_that_follows_its_rows(store: Store) -> None:
    replace_product_rows(store, SMART_INVOICE, 4, [{"price": Decimal("12.25"), "quantity": 4}])
    assert store.item(SMART_INVOICE, 4)["opportunity"] == Decimal("49.00")


def test_ids_are_never_given_twice(store: Store) -> None:
    first = replace_product_rows(store, DEAL, OWNER, [{"price": 1}])
    assert replace_product_rows(store, DEAL, OWNER, []) == []
    assert replace_product_rows(store, DEAL, OWNER, [{"price": 1}]) == [first[0] + 1]
    item = create_item(store, REPAIRS)
    (entry,) = _history(store, REPAIRS, item)
    delete_item(store, REPAIRS, item)
    again = create_item(store, REPAIRS)
    assert again == item + 1
    assert _history(store, REPAIRS, again)[0]["ID"] == entry["ID"] + 1
    made = create_record(store, ACTIVITIES)
    delete_record(store, ACTIVITIES, made)
    assert create_record(store, ACTIVITIES) == made + 1


def test_what_belongs_to_a_deal_goes_with_it(store: Store) -> None:
    mine = "select count(*) from activity where owner_type_id = 2 and owner_id = 7"
    assert store.query(mine)[0][0] > 0
    delete_item(store, DEAL, OWNER)
    assert _rows(store) == []
    assert _rows(store, kind="T40e") != []
    assert _history(store, DEAL, OWNER) == []
    assert store.query(mine) == [(0,)]
    assert store.query("select count(*) from item where deleted = 0 and entity_type_id = 2") == [
        (DEALS - 1,)
    ]


def test_an_edited_activity(store: Store) -> None:
    moment = change_record(store, ACTIVITIES, 3, COMPLETED="N", OWNER_ID="99")
    ((owner, updated, text),) = store.query(
        "select owner_id, updated, payload from activity where id = 3"
    )
    assert (owner, updated) == (99, moment) == (99, FIRST_CHANGE)
    assert decode(text)["LAST_UPDATED"] == moment
    assert decode(text)["COMPLETED"] == "N"
    assert decode(text)["CREATED"] < moment


def test_a_new_activity_and_one_that_goes(store: Store) -> None:
    made = create_record(store, ACTIVITIES, SUBJECT="Звонок")
    assert made == ACTIVITY_COUNT + 1
    ((created, started, text),) = store.query(
        "select created, started, payload from activity where id = ?", (made,)
    )
    assert created == started == FIRST_CHANGE
    assert decode(text)["SUBJECT"] == "Звонок"
    delete_record(store, ACTIVITIES, made)
    with pytest.raises(KeyError):
        change_record(store, ACTIVITIES, made, SUBJECT="x")


def test_a_paid_old_invoice(store: Store) -> None:
    moment = change_record(store, OLD_INVOICES, 1, STATUS_ID="P", PAYED="Y")
    assert store.query("select updated from invoice where id = 1") == [(moment,)]


@pytest.mark.parametrize(
    "change",
    [
        {"entity": "1038", "create": {"colour": "red"}},
        {"entity": "1038", "create": {"stageId": "NO_SUCH"}},
        {"entity": "1999", "create": {}},
        {"entity": "deal", "id": 10**6, "product_rows": []},
        {"entity": "deal", "id": 7, "product_rows": [{"colour": "red"}]},
        {"entity": "activity", "id": 1, "fields": {"COLOUR": "red"}},
        {"entity": "activity", "id": 10**6, "delete": True},
        {"entity": "no such", "id": 1, "fields": {}},
    ],
)
def test_a_refused_change_leaves_no_trace(store: Store, change: dict) -> None:
    tables = ("item", "stage_history", "product_row", "activity", "meta")
    before = [store.query(f"select * from {table}") for table in tables]  # noqa: S608 - constants
    with pytest.raises(UnknownChange):
        apply_change(store, change)
    assert [store.query(f"select * from {table}") for table in tables] == before  # noqa: S608


def test_changes_in_the_words_of_the_control_route(store: Store) -> None:
    made = apply_change(store, {"entity": "1038", "create": {"opportunity": "12.50"}})
    assert made == 901
    assert store.item(REPAIRS, 901)["opportunity"] == Decimal("12.50")
    rows = [{"productName": "Ремонт: сложный", "price": "9.50", "quantity": "2"}]
    assert apply_change(store, {"entity": "1038", "id": 901, "product_rows": rows}) is None
    assert store.item(REPAIRS, 901)["opportunity"] == Decimal("19.00")
    assert apply_change(store, {"entity": "invoice", "create": {"PRICE": "5.00"}}) == 3
    apply_change(store, {"entity": "1038", "id": 901, "delete": True})
    living = "select count(*) from item where entity_type_id = 1038 and deleted = 0"
    assert store.query(living) == [(REPAIR_ITEMS,)]
