"""Every answer that the vendor printed lands, types in staging, and each of its fields is told of.

A field is read by the staging model of its stream, or the model's `meta.left_in_payload` says why
it is not, or it is of the open kinds: a custom field or a link to a parent, which have models of
their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse
from tests.dbt.vendor_samples import SAMPLES, Fields, Sample, answer

OPEN_KINDS = re.compile(r"^(UF_|uf[A-Z]|parentId\d+$)")
EMPTY = (None, False, "", [], {})
FIRST_EMPTY = 900_001
# Stream: the field of the id, the key of the landing, the column of the id.
IDS = {
    "deals": ("id", "{}", "deal_id"),
    "leads": ("id", "{}", "lead_id"),
    "contacts": ("id", "{}", "contact_id"),
    "companies": ("id", "{}", "company_id"),
    "quotes": ("id", "{}", "quote_id"),
    "smart_invoices": ("id", "{}", "smart_invoice_id"),
    "smart_process_items": ("id", "128/{}", "item_id"),
    "invoices": ("ID", "{}", "invoice_id"),
    "deal_product_rows": ("id", "{0}:{0}", "deal_id"),
}


def rows(warehouse: Warehouse, model: str) -> list[dict[str, Any]]:
    with psycopg.connect(warehouse.dsn("transformer"), row_factory=dict_row) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(
            SQL("select * from staging.{}").format(Identifier(model))
        ).fetchall()


def model_of(stream: str) -> str:
    return f"stg_bitrix24__{stream}"


def read_by(model: Mapping[str, Any]) -> set[str]:
    """Return the names of the payload that a staging model reads."""
    listed = re.findall(r"jsonb_to_record\([^)]*\) as \w+ \((.*?)\n\s*\)", model["sql"], re.DOTALL)
    return {
        name.strip('"')
        for each in listed
        for name in re.findall(r'"?\w+"?(?= \w+,?\n)', each + "\n")
    } | set(re.findall(r"_payload\s*->>?\s*'(\w+)'", model["sql"]))


def staging(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the staging models by name, with all of their SQL under `sql`."""
    macros = manifest["macros"]
    return {
        node["name"]: {
            **node,
            "sql": "\n".join(
                [
                    node["raw_code"],
                    *(macros[name]["macro_sql"] for name in node["depends_on"]["macros"]),
                ]
            ),
        }
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "staging"
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The samples in staging, and what dbt knows of the models there."""

    warehouse: Warehouse
    models: Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def built(module_warehouse: Warehouse, parsed, land) -> Built:
    """All samples, and records in which nothing is written, landed and staged by one run."""
    models = staging(parsed.manifest)
    for sample in SAMPLES:
        land(module_warehouse, "bitrix24", sample.stream, sample.records())
    for stream, (field, key, _) in IDS.items():
        names = read_by(models[model_of(stream)]) - {field, "ownerId"}
        records = {
            key.format(number): {
                field: number,
                "ownerId": number,
                **dict.fromkeys(names, empty),
            }
            for number, empty in enumerate(EMPTY, start=FIRST_EMPTY)
        }
        land(module_warehouse, "bitrix24", stream, records)
    done = parsed.run("run", "--select", "path:models/staging/bitrix24", warehouse=module_warehouse)
    assert done.is_success, done.said
    return Built(warehouse=module_warehouse, models=models)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.stream}-{one.file}")
def test_every_field_of_a_sample_is_told_of(built: Built, sample: Sample) -> None:
    node = built.models[model_of(sample.stream)]
    left = set(node["config"]["meta"].get("left_in_payload", {}))
    read = read_by(node)
    assert read, "the SQL is not understood"
    assert not left & read, "said to be left, and read"
    sent = {name for row in sample.records().values() for name in row}
    assert {name for name in sent if not OPEN_KINDS.match(name)} - read - left == set()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.stream}-{one.file}")
def test_every_record_of_a_sample_is_staged(built: Built, sample: Sample) -> None:
    staged = rows(built.warehouse, model_of(sample.stream))
    assert len(staged) >= len(sample.records())


def test_every_field_of_the_open_kinds_has_its_row(built: Built) -> None:
    sent = [name for s in SAMPLES for row in s.records().values() for name in row]
    custom = {row["field_code"] for row in rows(built.warehouse, "stg_bitrix24__custom_fields")}
    assert custom >= {name for name in sent if re.match("UF_CRM|uf", name)}
    parents = rows(built.warehouse, "stg_bitrix24__item_parents")
    assert {
        (row["entity_type_id"], row["item_id"], row["parent_entity_type_id"], row["parent_item_id"])
        for row in parents
    } == {("2", "410", "1220", "22"), ("3", "43", "1224", "12")}


def test_the_documented_fields_of_a_smart_process_are_told_of(built: Built) -> None:
    """No item of one was printed, but what its fields are was."""
    found = answer("crm-item-fields")
    node = built.models["stg_bitrix24__smart_process_items"]
    told = read_by(node) | set(node["config"]["meta"]["left_in_payload"])
    assert {name for name in found["result"]["fields"] if not OPEN_KINDS.match(name)} <= told


MOMENT = datetime(2024, 8, 30, 12, 29, tzinfo=UTC)
EXPECTED: Mapping[str, tuple[str, str, Fields]] = {
    "deals": (
        "deal_id", "410",
        {
            "deal_title": "New Deal #1", "pipeline_id": "0", "stage_id": "PREPARATION",
            "stage_semantic": "P", "lead_id": None, "company_id": "9", "contact_id": "84",
            "responsible_id": "1", "deal_amount": Decimal("1000000.00"), "tax_amount": Decimal(0),
            "currency_code": "EUR", "probability_percent": Decimal(99), "created_at": MOMENT,
            "begin_on": date(2024, 8, 30), "close_on": date(2024, 9, 9), "is_closed": False,
            "is_public": True, "is_recurring_template": False, "utm_source": "google",
            "utm_campaign": None, "contact_ids": [],
        },
    ),
    "leads": (
        "lead_id", "250",
        {
            "lead_title": "Lead #250", "company_id": None, "contact_id": None, "webform_id": None,
            "lead_amount": Decimal("999.9"), "has_phone": True, "has_open_line": False,
            "closed_at": None, "moved_at": datetime(2024, 7, 22, 15, 0, 8, tzinfo=UTC),
            "observer_ids": [], "position_name": "Admin", "stage_semantic": "P",
        },
    ),
    "contacts": (
        "contact_id", "43",
        {
            "contact_type_id": "PARTNER", "company_id": "12", "is_export_allowed": False,
            "has_email": True, "utm_campaign": "summer_sale", "lead_id": None,
            "updated_at": datetime(2024, 8, 15, 8, 38, 21, tzinfo=UTC),
        },
    ),
    "companies": (
        "company_id", "2909",
        {
            "company_type_id": "CUSTOMER", "revenue_amount": Decimal(0), "industry_id": "IT",
            "employee_range_id": "EMPLOYEES_1", "is_own_company": False, "is_public": False,
            "last_communication_at": None,
            "created_at": datetime(2024, 3, 11, 15, 36, 46, tzinfo=UTC),
        },
    ),
    "quotes": (
        "quote_id", "43",
        {
            "stage_id": "SENT", "quote_amount": Decimal(150000), "own_company_id": "340",
            "begin_on": date(2026, 3, 13), "close_on": date(2026, 3, 20), "deal_id": None,
            "valid_through_on": date(2026, 3, 20), "quote_number": "43", "payer_type_id": "1",
        },
    ),
    "deal_product_rows": (
        "product_row_id", "17649",
        {
            "deal_id": "13142", "product_name": "iphone 14", "quantity": Decimal(3),
            "price_amount": Decimal(90000), "line_amount": Decimal(270000),
            # 270,000 × 10 / 110; three times the tax of one unit would be 24,545.46
            "tax_percent": Decimal(10), "line_tax_amount": Decimal("24545.45"),
            "line_net_amount": Decimal("245454.55"), "line_discount_amount": Decimal(30000),
            "discount_type_code": "percent", "discount_percent": Decimal(10),
            "discount_net_amount": Decimal("9090.91"), "measure_code": "796", "store_id": "19",
        },
    ),
    "fields": (
        "field_code", "STAGE_ID",
        {
            "entity_type_id": "1268", "field_type": "crm_status", "field_title": "Stage",
            "status_list": "DYNAMIC_1268_STAGE_52", "is_custom": False, "options": [],
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("stream", EXPECTED)
def test_a_sample_has_its_types(built: Built, stream: str) -> None:
    column, value, expected = EXPECTED[stream]
    (found,) = (row for row in rows(built.warehouse, model_of(stream)) if row[column] == value)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("stream", IDS)
def test_nothing_written_is_nothing_in_each_of_its_spellings(built: Built, stream: str) -> None:
    column = IDS[stream][2]
    found = [
        row
        for row in rows(built.warehouse, model_of(stream))
        if row[column].isdecimal() and int(row[column]) >= FIRST_EMPTY
    ]
    assert len(found) == len(EMPTY)
    told = re.compile(r"^(account|entity_type_id|product_row_id|is_tax_included|_.*)$")
    for row in found:
        values = {n: v for n, v in row.items() if n != column and not told.match(n)}
        assert {n: v for n, v in values.items() if v} == {}


def test_names_tell_types(built: Built) -> None:
    """docs/naming.md, in every staging model of this portal."""
    types = {
        "_at": "timestamp with time zone", "_on": "date", "_amount": "numeric", "_id": "text",
        "_ids": "jsonb",
    }  # fmt: skip
    with psycopg.connect(built.warehouse.dsn("transformer")) as connection:
        columns = connection.execute(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = 'staging' and table_name like 'stg_bitrix24%'"
        ).fetchall()
    assert len(columns) > 300
    wrong = [
        (table, column, kind)
        for table, column, kind in columns
        for end, expected in types.items()
        if column.endswith(end) and kind != expected
    ]
    wrong += [one for one in columns if re.match("(is|has)_", one[1]) and one[2] != "boolean"]
    assert wrong == []
