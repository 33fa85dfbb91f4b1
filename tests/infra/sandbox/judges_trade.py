"""What must hold of the lists of trade: judgements as functions that raise AssertionError.

Public clients, unpatched, read what the store holds; the others look at what these never ask.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from tests.infra.sandbox.asking import read_with_b24pysdk, read_with_fast_bitrix24
from tests.infra.sandbox.judges import Judge
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.trade_world import LIST_FIELD, OWNER, REPAIRS

Read = Callable[[Served, str, Mapping[str, Any]], list[dict[str, Any]]]
_BOTH: tuple[Read, ...] = (read_with_fast_bitrix24, read_with_b24pysdk)


def clients_read_activities(world: Served) -> None:
    """Both clients get every activity with all that comes unasked."""
    stored = {
        row["ID"]: {name: value for name, value in row.items() if name != "COMMUNICATIONS"}
        for row in _stored(world, "activity")
    }
    for read in _BOTH:
        rows = read(world, "crm.activity.list", {})
        assert {row["ID"]: row for row in rows} == stored, read.__name__
        assert len(rows) == len(stored), read.__name__


def clients_read_a_smart_process(world: Served) -> None:
    """Both clients get every living item, its own fields under their own names."""
    stored = _by_id(_stored(world, "item", f"entity_type_id = {REPAIRS} AND deleted = 0"))
    params = {"entityTypeId": REPAIRS, "select": ["*"], "useOriginalUfNames": "Y"}
    for read in _BOTH:
        rows = read(world, "crm.item.list", params)
        assert _by_id(rows) == stored, read.__name__


def clients_read_its_history(world: Served) -> None:
    """Both clients get every entry into a stage."""
    stored = _stored(world, "stage_history", f"entity_type_id = {REPAIRS}")
    for read in _BOTH:
        rows = read(world, "crm.stagehistory.list", {"entityTypeId": REPAIRS})
        assert sorted(rows, key=lambda row: row["ID"]) == stored, read.__name__


def b24pysdk_reads_product_rows(world: Served) -> None:
    """More than a page of rows, of two owners at once and of nobody else."""
    stored = _by_id(_stored(world, "product_row", f"owner_type = 'D' AND owner_id IN ({OWNER}, 8)"))
    owners = {"=ownerType": "D", "=ownerId": [OWNER, 8]}
    rows = read_with_b24pysdk(world, "crm.item.productrow.list", {"filter": owners})
    assert _by_id(rows) == stored


def pages_tell_their_total(world: Served) -> None:
    """A page says how many rows there are and where the next one starts; the last says no more."""
    for method, params, total in (
        ("crm.activity.list", {}, len(_stored(world, "activity"))),
        ("crm.item.productrow.list", {"filter": _owner()}, _rows_of_owner(world)),
    ):
        starts, read = [0], 0
        while True:
            page = world.rest(method, **params, start=starts[-1])
            rows = page["result"]
            read += len(rows["productRows"] if isinstance(rows, dict) else rows)
            assert page["total"] == total, method
            if "next" not in page:
                break
            starts.append(page["next"])
        assert read == total, method
        assert starts == list(range(0, total, 50)), method
        uncounted = world.rest(method, **params, start=-1)
        assert not {"total", "next"} & set(uncounted), method


def spans_of_ids_add_up(world: Served) -> None:
    """Counts by spans of ids are those of the whole, and ids that are named come."""
    for method, params, key, rows in (
        ("crm.item.list", {"entityTypeId": REPAIRS}, "id", "item"),
        ("crm.activity.list", {}, "ID", "activity"),
        ("crm.stagehistory.list", {"entityTypeId": REPAIRS}, "ID", "stage_history"),
    ):
        living = f"entity_type_id = {REPAIRS}" if rows != "activity" else "1"
        living += " AND deleted = 0" if rows == "item" else ""
        total = len(_stored(world, rows, living))
        spans = [(0, 30), (30, 99), (99, 10_000)]
        counts = [
            world.rest(method, **params, filter={f">{key}": low, f"<={key}": high}, select=[key])[
                "total"
            ]
            for low, high in spans
        ]
        assert counts == [30, 69, total - 99], method
        named = world.rest(method, **params, filter={f"@{key}": [5, 77, 10**6]}, select=[key])
        assert named["total"] == 2, method


def bodies_come_unless_left_out(world: Served) -> None:
    """A mail's body comes unasked, who received it only when named."""
    usual = world.rest("crm.activity.list")["result"][0]
    assert usual["DESCRIPTION"]
    assert "COMMUNICATIONS" not in usual
    chosen = world.rest("crm.activity.list", select=["SUBJECT", "COMMUNICATIONS"])["result"][0]
    assert list(chosen) == ["ID", "SUBJECT", "COMMUNICATIONS"]
    assert chosen["COMMUNICATIONS"][0]["VALUE"] == "client@example.com"


def activities_come_by_their_beginning(world: Served) -> None:
    """Nothing asked for, the order is that of `START_TIME`, not that of the ids."""
    rows = world.rest("crm.activity.list")["result"]
    begun = [row["START_TIME"] for row in rows]
    assert begun == sorted(begun)
    assert [row["ID"] for row in rows] != sorted((row["ID"] for row in rows), key=int)


def product_rows_need_an_owner(world: Served) -> None:
    """Without type and id of an owner there are none; others' rows never come."""
    for conditions in ({"=ownerType": "D"}, {"=ownerId": OWNER}, {">id": 0}):
        answer = world.rest_response("crm.item.productrow.list", filter=conditions)
        assert answer.status_code == 400
        assert answer.json()["error"] == "REQUIRED_ARG_MISSING"
    rows = world.rest("crm.item.productrow.list", filter=_owner() | {">id": ROW_BEFORE_LAST})
    assert [row["id"] for row in rows["result"]["productRows"]] == [ROW_BEFORE_LAST + 1]
    smart = {"=ownerType": "T40e", "=ownerId": OWNER}
    assert world.rest("crm.item.productrow.list", filter=smart)["total"] == 1


def fields_have_titles_and_values(world: Served) -> None:
    """A list field tells its title and its words; a filter by a value finds the items."""
    fields = world.rest("crm.item.fields", entityTypeId=REPAIRS)["result"]["fields"]
    field = fields["ufCrm5_101"]
    assert field["upperName"] == LIST_FIELD
    assert field["title"] == "Кто чинит"
    assert field["items"] == [{"ID": "41", "VALUE": "Мастер"}, {"ID": "42", "VALUE": "Подрядчик"}]
    assert (field["isDynamic"], field["isMultiple"], field["type"]) == (True, True, "enumeration")
    assert fields["stageId"]["statusType"] == f"DYNAMIC_{REPAIRS}_STAGE_9"
    assert (fields["parentId2"]["title"], fields["title"]["title"]) == ("Сделка", "Название")
    invoices = world.rest("crm.item.fields", entityTypeId=31)["result"]["fields"]
    assert invoices["stageId"]["statusType"] == "SMART_INVOICE_STAGE_3"
    page = world.rest("crm.item.list", entityTypeId=REPAIRS, filter={"ufCrm5_101": 42})
    assert page["total"] == len(
        [
            item
            for item in _stored(world, "item", f"entity_type_id = {REPAIRS} AND deleted = 0")
            if 42 in item[LIST_FIELD]
        ]
    )


ROW_BEFORE_LAST = 129
JUDGES: tuple[Judge, ...] = (
    clients_read_activities,
    clients_read_a_smart_process,
    clients_read_its_history,
    b24pysdk_reads_product_rows,
    pages_tell_their_total,
    spans_of_ids_add_up,
    bodies_come_unless_left_out,
    activities_come_by_their_beginning,
    product_rows_need_an_owner,
    fields_have_titles_and_values,
)


def _owner() -> dict[str, Any]:
    return {"=ownerType": "D", "=ownerId": OWNER}


def _rows_of_owner(world: Served) -> int:
    return len(_stored(world, "product_row", f"owner_type = 'D' AND owner_id = {OWNER}"))


def _stored(world: Served, table: str, where: str = "1") -> list[dict[str, Any]]:
    found = world.store.query(f"SELECT payload FROM {table} WHERE {where} ORDER BY id")  # noqa: S608
    return [json.loads(text) for (text,) in found]


def _by_id(rows: Iterable[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Rows by id, money as exact numbers."""
    read = list(rows)
    found = {
        row["id"]: {
            name: Decimal(str(value)) if isinstance(value, float) else value
            for name, value in row.items()
        }
        for row in read
    }
    assert len(found) == len(read)
    return found
