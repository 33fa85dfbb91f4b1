"""Records have the keys of the vendor's printed answers, no more and no less.

The answers are the licensed samples beside the protocols' tests (see SOURCE.md there).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[1] / "sandbox" / "samples" / "bitrix24"
# A portal's own fields and links to its own smart processes.
_OWN = re.compile(r"^(ufCrm|UF_CRM_|parentId|PARENT_ID_)")
# crm.item.* names these otherwise than the older methods (crm/universal/object-fields).
_RENAMED = {
    "DATE_CREATE": "createdTime",
    "DATE_MODIFY": "updatedTime",
    "CREATED_BY_ID": "createdBy",
    "MODIFY_BY_ID": "updatedBy",
    "MOVED_BY_ID": "movedBy",
    "COMPANY_TYPE": "typeId",
    "PHONE": "fm",
    "EMAIL": "fm",
    "ADDRESS_2": "address2",
    "REG_ADDRESS_2": "regAddress2",
}


def _sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))["result"]


def _stock(keys: Any) -> set[str]:
    return {key for key in keys if not _OWN.match(key)}


def _camel(name: str) -> str:
    if name in _RENAMED:
        return _RENAMED[name]
    first, *rest = name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def _keys(demo, sql: str) -> set[str]:
    return _stock(json.loads(demo.store.query(sql)[0][0]))


def _item(demo, entity_type_id: int) -> set[str]:
    return _keys(demo, f"select payload from item where entity_type_id = {entity_type_id} limit 1")  # noqa: S608 - a constant


def test_leads(demo) -> None:
    assert _item(demo, 1) == _stock(_sample("crm-item-get")["item"])


@pytest.mark.parametrize(
    ("entity_type_id", "sample", "only_in_items"),
    [
        (
            2,
            "crm-deal-get",
            {"entityTypeId", "webformId", "contactIds", "observers", "orderStage"}
            | {"eventDate", "eventId", "eventDescription"},
        ),
        (
            3,
            "crm-contact-get",
            {"entityTypeId", "webformId", "companyIds", "observers", "categoryId", "fm"}
            | {"shortName", "login", "phoneMobile", "phoneWork", "phoneMailing", "emailHome"}
            | {"emailWork", "emailMailing", "skype", "icq", "imol", "email", "phone"},
        ),
        (
            4,
            "crm-company-get",
            {"entityTypeId", "webformId", "contactIds", "observers", "categoryId", "fm"}
            | {"phoneMobile", "phoneWork", "phoneMailing", "emailHome", "emailWork"}
            | {"emailMailing", "skype", "icq", "imol", "email", "phone", "sourceDescription"},
        ),
    ],
)
def test_items_without_a_camel_case_sample(
    demo, entity_type_id: int, sample: str, only_in_items: set[str]
) -> None:
    documented = {_camel(key) for key in _stock(_sample(sample))}
    assert _item(demo, entity_type_id) == documented | only_in_items


def test_quotes(demo) -> None:
    documented = {_camel(key) for key in _stock(_sample("crm-quote-get"))}
    documented = documented - {"statusId"} | {"stageId"}
    only_in_items = {"entityTypeId", "webformId", "contactIds", "isManualOpportunity"}
    assert _item(demo, 7) == documented | only_in_items


@pytest.mark.parametrize("entity_type_id", [128, 1038])
def test_items_of_smart_processes(demo, entity_type_id: int) -> None:
    """Of its fields only the linked contacts themselves are no part of an item."""
    described = set(_stock(_sample("crm-item-fields")["fields"])) - {"contacts"}
    marks = {"utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm"}
    assert _item(demo, entity_type_id) == described | marks | {"entityTypeId"}
    assert {"parentId2"} <= _own(demo, entity_type_id)


def test_smart_invoices(demo) -> None:
    """They are items of a smart process with three fields more."""
    more = {"accountNumber", "comments", "locationId"}
    assert _item(demo, 31) == _item(demo, 1038) | more
    assert {"parentId2", "parentId7"} == _own(demo, 31)


def _own(demo, entity_type_id: int) -> set[str]:
    sql = f"select payload from item where entity_type_id = {entity_type_id} limit 1"  # noqa: S608
    return {key for key in json.loads(demo.store.query(sql)[0][0]) if _OWN.match(key)}


@pytest.mark.parametrize(
    ("table", "sample"),
    [("product_row", "crm-item-productrow-list"), ("activity", "crm-activity-list")],
)
def test_rows_of_lists(demo, table: str, sample: str) -> None:
    printed = _sample(sample)
    (first, *_) = printed["productRows"] if isinstance(printed, dict) else printed
    record = json.loads(demo.store.query(f"select payload from {table} limit 1")[0][0])  # noqa: S608
    assert set(record) - {"COMMUNICATIONS"} == set(first)
    texts = {key for key, value in first.items() if isinstance(value, str)}
    assert {
        key for key in texts if record[key] is not None and type(record[key]) is not str
    } == set()


def test_smart_process_types(demo) -> None:
    assert [set(kind) for kind in demo.store.dictionary("type")] == [
        set(_sample("crm-type-list")["types"][0])
    ] * 2


def test_every_custom_field_is_described(demo) -> None:
    """And every described one is there, with a title that is not its code."""
    described = {
        (entity, field["upperName"]): field["title"]
        for entity, field in (
            (int(key.partition("/")[0]), json.loads(text))
            for key, text in demo.store.query(
                "select id, payload from dictionary where kind = 'field'"
            )
        )
    }
    used = {
        (entity, key)
        for entity in (1, 2, 3, 4, 7, 31, 128, 1038)
        for key in _own(demo, entity)
        if key.startswith("UF_")
    }
    assert used == set(described)
    assert all(title and not title.startswith("UF_") for title in described.values())


def test_stage_history(demo) -> None:
    sql = "select payload from stage_history where entity_type_id = 2 limit 1"
    assert _keys(demo, sql) == set(_sample("crm-stage-history-list")["items"][0])


@pytest.mark.parametrize("world", ["demo", "school"])
def test_calls(request: pytest.FixtureRequest, world: str) -> None:
    built = request.getfixturevalue(world)
    expected = _sample("voximplant-statistic-get")[0]
    record = json.loads(built.store.query("select payload from call limit 1")[0][0])
    assert set(record) == set(expected)
    assert all(isinstance(record[key], str) for key in ("ID", "CALL_DURATION", "CALL_TYPE"))


@pytest.mark.parametrize(
    ("kind", "sample"),
    [("status", "crm-status-list"), ("currency", "crm-currency-list"), ("user", "user-get")],
)
def test_dictionaries(demo, kind: str, sample: str) -> None:
    record = demo.store.dictionary(kind)[0]
    expected = _sample(sample)[0]
    assert set(record) == set(expected)
    texts = {key for key, value in expected.items() if isinstance(value, str)}
    assert all(isinstance(record[key], str) for key in texts)


def test_pipelines(demo) -> None:
    expected = {
        entry["isDefault"]: set(entry) for entry in _sample("crm-category-list")["categories"]
    }
    pipelines = [e for e in demo.store.dictionary("category") if e["entityTypeId"] == 2]
    found = {entry["isDefault"]: set(entry) for entry in pipelines}
    assert found == expected


def test_departments(demo) -> None:
    root, child = demo.store.dictionary("department")[:2]
    expected = set(_sample("department-get")[0])
    assert set(child) - {"UF_HEAD"} == expected
    assert set(root) - {"UF_HEAD"} == expected - {"PARENT"}
