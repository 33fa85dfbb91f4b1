"""Changes of what only the old methods list, every value text: activities and old invoices.

As in `changes`, each moves the portal's clock on by a second and stamps the record with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.sandbox.numbers_given import next_id, remember
from infra.sandbox.payload_text import decode, encode
from infra.sandbox.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A table of such records.

    Args:
        table: its name.
        columns: the fields that have a column of their own, by the column.
        created: fields that hold the moment of creation.
        updated: fields that hold the moment of the last change.
    """

    table: str
    columns: Mapping[str, str]
    created: tuple[str, ...]
    updated: tuple[str, ...]


ACTIVITIES = Listed(
    table="activity",
    columns={
        "owner_type_id": "OWNER_TYPE_ID",
        "owner_id": "OWNER_ID",
        "created": "CREATED",
        "updated": "LAST_UPDATED",
        "started": "START_TIME",
    },
    created=("CREATED", "START_TIME", "END_TIME", "DEADLINE"),
    updated=("LAST_UPDATED",),
)
OLD_INVOICES = Listed(
    table="invoice",
    columns={"created": "DATE_INSERT", "updated": "DATE_UPDATE"},
    created=("DATE_INSERT",),
    updated=("DATE_UPDATE",),
)


def create_record(store: Store, kind: Listed, **fields: str | None) -> int:
    """Make one record, like the newest one in all that `fields` do not say.

    Returns:
        Its id.

    Raises:
        KeyError: the world has no such record to go by, or no such field.
    """
    with store.changing() as connection:
        payload = _read(connection, kind, "order by id desc limit 1")
        _check(fields, payload)
        moment = store.meta("now")
        record_id = next_id(connection, kind.table)
        payload |= dict.fromkeys((*kind.created, *kind.updated), moment)
        payload |= fields | {"ID": str(record_id)}
        values = (record_id, *(payload[field] for field in kind.columns.values()), encode(payload))
        names, marks = ", ".join(("id", *kind.columns, "payload")), ", ".join("?" * len(values))
        connection.execute(f"insert into {kind.table} ({names}) values ({marks})", values)  # noqa: S608
    return record_id


def change_record(store: Store, kind: Listed, record_id: int, **fields: str | None) -> str:
    """Change fields of one record.

    Returns:
        The moment of the change, which the record is stamped with.

    Raises:
        KeyError: no such record, or no such field.
    """
    with store.changing() as connection:
        payload = _read(connection, kind, "where id = ?", record_id)
        _check(fields, payload)
        moment = store.meta("now")
        payload |= fields | dict.fromkeys(kind.updated, moment)
        sets = ", ".join(f"{column} = ?" for column in (*kind.columns, "payload"))
        values = (*(payload[field] for field in kind.columns.values()), encode(payload), record_id)
        connection.execute(f"update {kind.table} set {sets} where id = ?", values)  # noqa: S608
    return moment


def delete_record(store: Store, kind: Listed, record_id: int) -> None:
    """Delete one record.

    Raises:
        KeyError: no such record.
    """
    with store.changing() as connection:
        remember(connection, kind.table)
        done = connection.execute(f"delete from {kind.table} where id = ?", (record_id,))  # noqa: S608
        if done.rowcount == 0:
            raise KeyError(record_id)


def _read(
    connection: sqlite3.Connection, kind: Listed, which: str, *values: object
) -> dict[str, Any]:
    found = connection.execute(
        f"select payload from {kind.table} {which}",  # noqa: S608 - names of this module
        values,
    ).fetchone()
    if found is None:
        raise KeyError(*values or (kind.table,))
    return decode(found[0])


def _check(fields: Mapping[str, object], payload: Mapping[str, object]) -> None:
    unknown = sorted(set(fields) - set(payload))
    if unknown:
        raise KeyError(", ".join(unknown))
