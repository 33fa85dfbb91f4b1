"""Each hazard, planted into the golden portal, is found by its dbt test; nothing is committed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.postgres import Warehouse
from tests.dbt.conftest import Dbt
from tests.golden.hazards import ABSENT, PLANTED, Planted

PAGE = Path(__file__).parents[2] / "docs" / "hazards.md"
ALL = {f"H{number}" for number in range(1, 36)}


@pytest.fixture(scope="session")
def dbt_tests(golden: Warehouse, golden_dbt: Dbt) -> Mapping[str, Mapping[str, Any]]:
    """The tests that stand in files of their own, as compiled for the golden portal."""
    return {
        node["name"]: node
        for node in golden_dbt.manifest["nodes"].values()
        if node["resource_type"] == "test"
    }


def finds(connection: psycopg.Connection[Any], code: str) -> bool:
    """Whether a test fails: by a row, or by a value that does not fit its type."""
    try:
        return connection.execute(code.encode()).fetchone() is not None
    except psycopg.DataError:
        return True


@pytest.mark.parametrize("planted", PLANTED, ids=lambda one: one.hazard)
def test_a_planted_hazard_is_found(
    golden: Warehouse, dbt_tests: Mapping[str, Mapping[str, Any]], planted: Planted
) -> None:
    node = dbt_tests[planted.test]
    with psycopg.connect(golden.dsn("transformer")) as connection:
        assert not finds(connection, node["compiled_code"]), "fails before anything was planted"
        connection.execute(planted.statement.encode())
        assert finds(connection, node["compiled_code"])
        connection.rollback()
    assert planted.hazard in node["config"]["meta"]["hazard"]


def test_every_hazard_is_proven_or_called_absent() -> None:
    proven = {one.hazard for one in PLANTED}
    assert proven | set(ABSENT) == ALL
    assert not proven & set(ABSENT)


def test_the_page_tells_what_is_proven() -> None:
    listed = dict(re.findall(r"^\| (H\d+) \|.*\| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    told = {one.hazard: f"`{one.test}`" for one in PLANTED}
    told |= {hazard: f"absent: {reason}" for hazard, reason in ABSENT.items()}
    assert listed == told
