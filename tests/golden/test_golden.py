"""What dbt makes of the golden portal, cell by cell against the answers."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from infra.postgres import Warehouse
from tests.golden.comparisons import COMPARISONS, Comparison
from tests.golden.tables import FOLDER, Row, answers

Cell = tuple[str, str]
NO_ROW = "(row)"
"""Stands for the column where a whole row is missing or too many."""


def gaps() -> list[Row]:
    """Return the cells in which a model is known to be wrong."""
    with (FOLDER / "known_gaps.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def normal(value: object) -> str:
    """Spell a value so that 1, 1.0 and '1.00' are one, and nothing is nothing."""
    text = "" if value is None else str(value)
    try:
        return f"{Decimal(text).normalize():f}"
    except InvalidOperation:
        return text


def keyed(rows: list[Row] | list[Mapping[str, object]], keys: tuple[str, ...]) -> dict[str, Row]:
    """Return rows by their key, every value in its normal spelling."""
    normals = [{name: normal(value) for name, value in row.items()} for row in rows]
    by_key = {" ".join(row[key] for key in keys): row for row in normals}
    assert len(by_key) == len(normals), "a key stands twice"
    return by_key


def asked(
    connection: psycopg.Connection[Any], comparison: Comparison
) -> list[Mapping[str, object]]:
    """Return what the marts give."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("set local search_path = marts_build")
        return list(cursor.execute(comparison.query.encode()).fetchall())


def differences(
    comparison: Comparison,
    warehouse: Warehouse,
    connection: psycopg.Connection[Any] | None = None,
) -> dict[Cell, str]:
    """Return what differs: key and column to a text that shows both sides.

    A connection given is asked as it stands, with what its transaction has changed.
    """
    told = [row for row in answers(comparison.answers) if row.get("is_counted") != "no"]
    if comparison.only:
        told = [row for row in told if row[comparison.keys[0]] in comparison.only]
    expected = keyed(told, comparison.keys)
    if connection is None:
        with psycopg.connect(warehouse.dsn("transformer")) as own:
            rows = asked(own, comparison)
    else:
        rows = asked(connection, comparison)
    found = keyed(rows, comparison.keys)
    found_cells = {
        (key, NO_ROW): f"{key}: not in the answers"
        for key, row in found.items()
        if key not in expected and any(set(row.values()) - {"", "0", *key.split(" ")})
    }
    for key, row in expected.items():
        if key not in found:
            found_cells[key, NO_ROW] = f"{key}: not in the mart"
            continue
        for name, value in found[key].items():
            if row[name] != value:
                found_cells[key, name] = f"{key} {name}: expected {row[name]!r}, found {value!r}"
    return found_cells


@pytest.fixture(scope="session")
def found(golden: Warehouse) -> Mapping[str, Mapping[Cell, str]]:
    """Every difference, by table of answers."""
    return {one.answers: differences(one, golden) for one in COMPARISONS}


@pytest.mark.parametrize("table", [one.answers for one in COMPARISONS])
def test_every_cell_is_as_answered(found: Mapping[str, Mapping[Cell, str]], table: str) -> None:
    known = {(gap["key"], gap["column"]) for gap in gaps() if gap["answers"] == table}
    assert [text for cell, text in found[table].items() if cell not in known] == []


def test_what_is_known_to_be_wrong_still_is(found: Mapping[str, Mapping[Cell, str]]) -> None:
    """A gap that was closed leaves the list."""
    closed = [gap for gap in gaps() if (gap["key"], gap["column"]) not in found[gap["answers"]]]
    assert closed == []
