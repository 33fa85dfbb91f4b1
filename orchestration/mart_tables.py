"""What a mart's build looks like beside the published table, and whether one can follow the other.

Here: reading both from the catalogue, and every reason to refuse. Not here: changing anything
(`publishing.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

BUILD, MARTS = "marts_build", "marts"


class PublishingError(Exception):
    """The builds cannot be published; the text lists every reason. Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MartTable:
    """A mart to publish.

    Args:
        name: table name in `marts_build` and in `marts`.
        key: columns that identify a row; none of them is ever NULL.
    """

    name: str
    key: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.key:
            msg = f"mart {self.name} has no key"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its name, its full type as PostgreSQL writes it, its description."""

    name: str
    type_name: str
    comment: str | None

    @property
    def type_sql(self) -> SQL:
        """The type as SQL; it came from `format_type`, which quotes what needs it."""
        return SQL(self.type_name)  # pyright: ignore[reportArgumentType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as the catalogue knows it."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    comment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one mart will follow its build.

    Args:
        table: the mart.
        columns: columns of the build, in its order.
        added: those that the published table lacks.
        is_new: there is no published table yet.
        comments: statements that bring descriptions up to date.
    """

    table: MartTable
    columns: tuple[Column, ...]
    added: tuple[Column, ...]
    is_new: bool
    comments: tuple[Composed, ...]

    @property
    def names(self) -> list[str]:
        """Names of all columns of the build."""
        return [column.name for column in self.columns]

    @property
    def compared(self) -> list[str]:
        """Names of the columns that make two rows differ: all but technical ones, and the key."""
        return [name for name in self.names if not name.startswith("_") or name in self.table.key]

    @property
    def compared_beyond_key(self) -> bool:
        """Whether rows of the same key can differ at all."""
        return bool(set(self.compared) - set(self.table.key))


def named(schema: str, name: str) -> Identifier:
    """Return a schema-qualified table name as SQL."""
    return Identifier(schema, name)


def plan(connection: Connection, tables: Sequence[MartTable]) -> list[Plan]:
    """Hold every build so that it cannot be replaced meanwhile, and plan each mart.

    Raises:
        PublishingError: a build is missing, lacks a column of its key, or cannot follow what is
            published; all reasons of all tables together.
    """
    present = set(_describe(connection, BUILD))
    missing = [table.name for table in tables if table.name not in present]
    if missing:
        msg = f"not built: {', '.join(f'{BUILD}.{name}' for name in missing)}"
        raise PublishingError(msg)
    for name in sorted(table.name for table in tables):
        connection.execute(SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(named(BUILD, name)))
    built, published = _describe(connection, BUILD), _describe(connection, MARTS)
    refusals = [
        reason
        for table in tables
        for reason in _refusals(table, built[table.name], published.get(table.name))
    ]
    if refusals:
        raise PublishingError("\n".join(("the marts stay as they were:", *refusals)))
    return [_plan(table, built[table.name], published.get(table.name)) for table in tables]


def check_keys(connection: Connection, plans: Sequence[Plan]) -> None:
    """Refuse builds with a repeated key or a NULL in it.

    Raises:
        PublishingError: naming tables, numbers of rows and the key.
    """
    reasons: list[str] = []
    for each in plans:
        key = SQL(", ").join(map(Identifier, each.table.key))
        row = connection.execute(
            SQL(
                "SELECT (SELECT count(*) FROM {0} WHERE num_nulls({1}) > 0), "
                "(SELECT count(*) FROM (SELECT FROM {0} GROUP BY {1} HAVING count(*) > 1) twice)"
            ).format(named(BUILD, each.table.name), key)
        ).fetchone()
        incomplete, repeated = row or (0, 0)
        where = f"{BUILD}.{each.table.name} (key {', '.join(each.table.key)})"
        if incomplete:
            reasons.append(f"{where}: {incomplete} rows with NULL in the key")
        if repeated:
            reasons.append(f"{where}: {repeated} keys that several rows have")
    if reasons:
        raise PublishingError("\n".join(("the marts stay as they were:", *reasons)))


def _refusals(table: MartTable, built: Table, published: Table | None) -> list[str]:
    now = {column.name: column.type_name for column in built.columns}
    reasons = [
        f"{BUILD}.{table.name}: its key column {column} is not there"
        for column in table.key
        if column not in now
    ]
    if published is None:
        return reasons
    way_out = (
        f"give the mart a new name, or have {MARTS}.{table.name} dropped by its readers' consent "
        f"(DROP TABLE as publisher; views on it go first, grants come back by default)"
    )
    if set(published.key) != set(table.key):
        old = ", ".join(published.key) or "none"
        reasons.append(
            f"{MARTS}.{table.name}: its key changes from {old} to {', '.join(table.key)}; {way_out}"
        )
    for column in published.columns:
        if column.name not in now:
            reasons.append(f"{MARTS}.{table.name}: column {column.name} is gone; {way_out}")
        elif now[column.name] != column.type_name:
            reasons.append(
                f"{MARTS}.{table.name}: column {column.name} changes its type from "
                f"{column.type_name} to {now[column.name]}; {way_out}"
            )
    return reasons


def _plan(table: MartTable, built: Table, published: Table | None) -> Plan:
    known = {column.name: column for column in published.columns} if published else {}
    added = tuple(column for column in built.columns if column.name not in known)
    return Plan(
        table=table,
        columns=built.columns,
        added=() if published is None else added,
        is_new=published is None,
        comments=tuple(_comments(table.name, built, known, published)),
    )


def _comments(
    name: str, built: Table, known: Mapping[str, Column], published: Table | None
) -> list[Composed]:
    place = named(MARTS, name)
    statements: list[Composed] = []
    if built.comment != (published.comment if published else None):
        statements.append(SQL("COMMENT ON TABLE {} IS {}").format(place, Literal(built.comment)))
    statements.extend(
        SQL("COMMENT ON COLUMN {} IS {}").format(
            Identifier(MARTS, name, column.name), Literal(column.comment)
        )
        for column in built.columns
        if column.comment != (known[column.name].comment if column.name in known else None)
    )
    return statements


def _describe(connection: Connection, schema: str) -> dict[str, Table]:
    """Read every table of a schema from the catalogue."""
    rows = connection.execute(
        """
        SELECT c.relname, obj_description(c.oid, 'pg_class'),
               ARRAY(SELECT k.attname::text FROM pg_index AS i
                     JOIN pg_attribute AS k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
                     WHERE i.indrelid = c.oid AND i.indisprimary),
               a.attname, format_type(a.atttypid, a.atttypmod), col_description(c.oid, a.attnum)
        FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname = %s AND c.relkind IN ('r', 'p')
        ORDER BY c.relname, a.attnum
        """,
        [schema],
    ).fetchall()
    columns: dict[str, list[Column]] = {}
    about: dict[str, tuple[str | None, tuple[str, ...]]] = {}
    for table, comment, key, name, type_name, description in rows:
        about[table] = (comment, tuple(key))
        columns.setdefault(table, []).append(
            Column(name=name, type_name=type_name, comment=description)
        )
    return {
        table: Table(columns=tuple(columns[table]), key=key, comment=comment)
        for table, (comment, key) in about.items()
    }
