"""Who was in which department when, as the landings of a small company show it."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse
from tests.dbt.test_small_company import COMPANY, land_company, rows

ROWS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
EVERYTHING = ("+fct_leads", "+dim_manager_version", "+dim_department_version")
WHAT_PEOPLE_CHANGE = (
    *("stg_bitrix24__users", "stg_bitrix24__departments"),
    *("int_managers__*", "int_departments__*", "manager_history", "department_history"),
    *("dim_manager", "dim_department", "dim_manager_version", "dim_department_version"),
    "fct_leads",
)
LATER = "2026-03-10T12:00:00+03:00"


def seen_later(warehouse: Warehouse, stream: str, key: str) -> None:
    """Date what was landed last: the fixture lands everything at one moment."""
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        connection.execute(
            SQL("update {} set _extracted_at = %s where _key = %s").format(
                Identifier("raw_bitrix24", stream)
            ),
            (LATER, key),
        )


@pytest.fixture(scope="module")
def moved(module_warehouse: Warehouse, parsed, land) -> Warehouse:
    """The small company, in which user 10 then goes to another department that is renamed."""
    land_company(module_warehouse, land)
    lead = COMPANY["bitrix24"]["leads"]["1"]
    just_before = {"id": 7, "createdTime": "2026-03-10T11:59:59+03:00"}
    just_then = {"id": 8, "createdTime": LATER}
    land(module_warehouse, "bitrix24", "leads", {"7": lead | just_before, "8": lead | just_then})
    parsed.build("--select", *EVERYTHING, *ROWS, warehouse=module_warehouse)
    user = COMPANY["bitrix24"]["users"]["10"]
    department = COMPANY["bitrix24"]["departments"]["1"]
    land(module_warehouse, "bitrix24", "users", {"10": user | {"UF_DEPARTMENT": [1]}})
    land(module_warehouse, "bitrix24", "departments", {"1": department | {"NAME": "Holding"}})
    seen_later(module_warehouse, "users", "10")
    seen_later(module_warehouse, "departments", "1")
    parsed.build("--select", *WHAT_PEOPLE_CHANGE, *ROWS, warehouse=module_warehouse)
    return module_warehouse


def test_a_fact_stays_in_the_department_of_its_moment(moved: Warehouse) -> None:
    assert rows(
        moved,
        "select lead_id, at_creation.department_id, at_present.department_id from fct_leads"
        " join dim_department as at_creation using (department_key)"
        " join dim_manager using (manager_key) join dim_department as at_present"
        " on at_present.department_key = dim_manager.department_key"
        " where manager_id = '10' order by 1",
    ) == [("1", "2", "1"), ("7", "2", "1"), ("8", "1", "1")]


def test_versions_follow_each_other(moved: Warehouse) -> None:
    assert rows(
        moved,
        "select manager_id, department_name, valid_from::date::text, valid_before::date::text,"
        " observed_from is null, is_present from dim_manager_version order by 1, valid_from",
    ) == [
        ("", "Не указан", "1900-01-01", "9999-12-31", True, True),
        ("10", "Sales", "1900-01-01", "2026-03-10", False, False),
        ("10", "Holding", "2026-03-10", "9999-12-31", False, True),
        ("11", "Не указан", "1900-01-01", "9999-12-31", False, True),
    ]
    assert rows(
        moved,
        "select department_name, is_present from dim_department_version"
        " where department_id = '1' order by valid_from",
    ) == [("Company", False), ("Holding", True)]


def test_a_subtree_is_what_begins_with_the_path_of_its_head(moved: Warehouse) -> None:
    assert rows(
        moved,
        "select below.department_id from dim_department as head"
        " join dim_department as below"
        " on starts_with(below.department_key_path, head.department_key_path)"
        " where head.department_id = '1' order by 1",
    ) == [("1",), ("2",)]


def test_a_gap_between_versions_is_seen(moved: Warehouse, parsed) -> None:
    with psycopg.connect(moved.dsn("transformer")) as connection:
        connection.execute(
            "update marts_build.dim_manager_version"
            " set valid_before = valid_before - interval '1 second'"
            " where manager_id = '10' and not is_present"
        )
    done = parsed.run("test", "--select", "one_version_at_a_time", warehouse=moved)
    assert "one_version_at_a_time: Got 2 results" in done.said
