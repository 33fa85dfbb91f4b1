"""Which ids were given out, so that none is given twice when the row that had it is gone."""

from __future__ import annotations

import sqlite3

_META = "last_id:"


def next_id(connection: sqlite3.Connection, table: str, entity_type_id: int | None = None) -> int:
    """Return the id of a new row: one more than any row of the table has ever had.

    Args:
        connection: an open change of the store.
        table: a table whose column `id` grows.
        entity_type_id: where the table numbers each entity type by itself.
    """
    following = remember(connection, table, entity_type_id) + 1
    _write(connection, table, entity_type_id, following)
    return following


def remember(connection: sqlite3.Connection, table: str, entity_type_id: int | None = None) -> int:
    """Keep the largest id of a table, before rows of it go. Returns that id."""
    # The names of tables come from this package.
    where = "" if entity_type_id is None else f" where entity_type_id = {entity_type_id:d}"
    ((there,),) = connection.execute(f"select coalesce(max(id), 0) from {table}{where}")  # noqa: S608
    known = connection.execute(
        "select value from meta where key = ?", (_key(table, entity_type_id),)
    ).fetchone()
    largest = max(there, int(known[0]) if known else 0)
    _write(connection, table, entity_type_id, largest)
    return largest


def _write(
    connection: sqlite3.Connection, table: str, entity_type_id: int | None, value: int
) -> None:
    connection.execute(
        "insert or replace into meta values (?, ?)", (_key(table, entity_type_id), str(value))
    )


def _key(table: str, entity_type_id: int | None) -> str:
    return _META + table + ("" if entity_type_id is None else f":{entity_type_id}")
