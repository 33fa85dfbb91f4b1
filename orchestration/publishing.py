"""Publish what passed its checks: every mart at once, as the difference to what readers see.

Here: `publish`, which makes the fixed tables of `marts` equal to those that dbt built in
`marts_build`, in one transaction. Not here: when to publish, and what must have passed before.

Tables in `marts` are never replaced, so grants, views, row policies and open cursors of readers
live on. What is compared are the bytes of a row (PostgreSQL's record image, in which NULL equals
NULL), without technical columns, whose names begin with `_`: they alone never cause a write.
Why by difference: docs/adr/0002.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import Connection, errors
from psycopg.sql import SQL, Composed, Identifier, Literal
from psycopg.types.json import Jsonb
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from orchestration.completeness import UNKNOWN, Completeness
from orchestration.mart_tables import (
    BUILD,
    MARTS,
    MartTable,
    Plan,
    PublishingError,
    check_keys,
    named,
    plan,
)

__all__ = [
    "MartTable",
    "MartsLockedError",
    "PublishingError",
    "TablePublication",
    "publish",
]

PUBLISHING = 5_824_002_002
"""Advisory lock that one publication at a time holds."""

LOCK_SECONDS = 3
"""How long a new column may queue for its table: readers that come later wait behind it."""

ATTEMPTS = 6

ANALYZE_SHARE = 0.1
"""From this share of changed rows on, the planner's figures are renewed with the publication."""

SESSION = (
    # The text of a value, and with it the checksum, must not depend on anybody's settings.
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'iso_8601'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL search_path = ''",
)


class MartsLockedError(PublishingError):
    """Somebody holds a lock that the publication needs; nothing was changed, run it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePublication:
    """What a publication did to one mart.

    Args:
        name: table name, the same in both schemas.
        row_count: rows that readers see now.
        inserted: rows that were not there.
        updated: rows that read differently, technical columns aside.
        deleted: rows that are gone.
        checksum: md5 over the rows, whatever their order, technical columns aside.
    """

    name: str
    row_count: int
    inserted: int
    updated: int
    deleted: int
    checksum: str


def publish(
    dsn: str,
    *,
    run_id: str,
    tables: Sequence[MartTable],
    completeness: Completeness = UNKNOWN,
) -> list[TablePublication]:
    """Make every mart equal to its build, all in one transaction or none.

    A mart that is not there yet is created with its key and comments; a column that is new in the
    build is added. An unchanged mart is not written to. Each call adds one publication to
    `marts.publish_log`, a row per table.

    Args:
        dsn: connection text of the role publisher.
        run_id: the run that built the tables.
        tables: what to publish; other tables of `marts` stay as they are.
        completeness: how complete the sources of the tables are, for the log.

    Returns:
        One entry per table, in the order given.

    Raises:
        PublishingError: a build is missing, its key is not unique or not complete, or it cannot
            follow the published table (a column is gone or has another type). Nothing changed.
        MartsLockedError: locks were not to be had after several attempts. Nothing changed.
    """
    if len({table.name for table in tables}) != len(tables):
        msg = "a mart is named twice: " + ", ".join(table.name for table in tables)
        raise PublishingError(msg)
    attempts = Retrying(
        retry=retry_if_exception_type((errors.LockNotAvailable, errors.DeadlockDetected)),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.5, max=5),
        reraise=True,
    )
    with psycopg.connect(dsn, autocommit=True, application_name="publisher") as connection:
        try:
            return attempts(_publish_once, connection, run_id, tables, completeness)
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            raise MartsLockedError(_who_holds(connection)) from None


def _publish_once(
    connection: Connection,
    run_id: str,
    tables: Sequence[MartTable],
    completeness: Completeness,
) -> list[TablePublication]:
    with connection.transaction():
        for setting in SESSION:
            connection.execute(setting)
        connection.execute(SQL("SET LOCAL lock_timeout = {}").format(Literal(LOCK_SECONDS * 1000)))
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING])
        plans = plan(connection, tables)
        check_keys(connection, plans)
        done = {
            # A table that gets a column is shut to readers until the end, so it comes last.
            each.table.name: _apply(connection, each)
            for each in sorted(plans, key=lambda each: bool(each.added))
        }
        publications = [done[table.name] for table in tables]
        _log(connection, run_id, publications, completeness)
    return publications


def _apply(connection: Connection, plan: Plan) -> TablePublication:
    if plan.is_new:
        connection.execute(_create(plan))
    for column in plan.added:
        connection.execute(
            SQL("ALTER TABLE {} ADD COLUMN {} {}").format(
                named(MARTS, plan.table.name), Identifier(column.name), column.type_sql
            )
        )
    for statement in plan.comments:
        connection.execute(statement)
    deleted = _count(connection, _delete(plan))
    updated = _count(connection, _update(plan)) if plan.compared_beyond_key else 0
    inserted = _count(connection, _insert(plan))
    rows, checksum = _checksum(connection, plan)
    if (deleted + updated + inserted) > rows * ANALYZE_SHARE:
        connection.execute(SQL("ANALYZE {}").format(named(MARTS, plan.table.name)))
    return TablePublication(
        name=plan.table.name,
        row_count=rows,
        inserted=inserted,
        updated=updated,
        deleted=deleted,
        checksum=checksum,
    )


def _create(plan: Plan) -> Composed:
    columns = [
        SQL("{} {}").format(Identifier(column.name), column.type_sql) for column in plan.columns
    ]
    return SQL("CREATE TABLE {} ({}, PRIMARY KEY ({}))").format(
        named(MARTS, plan.table.name),
        SQL(", ").join(columns),
        SQL(", ").join(map(Identifier, plan.table.key)),
    )


def _delete(plan: Plan) -> Composed:
    return SQL("DELETE FROM {} m WHERE NOT EXISTS (SELECT FROM {} b WHERE {})").format(
        named(MARTS, plan.table.name), named(BUILD, plan.table.name), _same_key(plan)
    )


def _update(plan: Plan) -> Composed:
    """`*<>` compares row images: NULL-safe, and 1.0 is not 1.00, as the checksum has it too."""
    beyond_key = [column for column in plan.names if column not in plan.table.key]
    return SQL("UPDATE {} m SET {} FROM {} b WHERE {} AND {}::record *<> {}::record").format(
        named(MARTS, plan.table.name),
        SQL(", ").join(SQL("{0} = b.{0}").format(Identifier(column)) for column in beyond_key),
        named(BUILD, plan.table.name),
        _same_key(plan),
        _row("m", plan.compared),
        _row("b", plan.compared),
    )


def _insert(plan: Plan) -> Composed:
    return SQL(
        "INSERT INTO {marts} ({columns}) SELECT {columns} FROM {build} b "
        "WHERE NOT EXISTS (SELECT FROM {marts} m WHERE {same_key})"
    ).format(
        marts=named(MARTS, plan.table.name),
        build=named(BUILD, plan.table.name),
        columns=SQL(", ").join(map(Identifier, plan.names)),
        same_key=_same_key(plan),
    )


def _checksum(connection: Connection, plan: Plan) -> tuple[int, str]:
    """Count and hash the published rows.

    The md5 of each row is added up, in two halves: a sum knows no order, and needs neither a sort
    nor memory. Columns go by name, for their order in an older table may differ.
    """
    row = connection.execute(
        SQL(
            "SELECT count(*), md5(concat_ws('/', count(*), sum(high), sum(low))) FROM ("
            "SELECT ('x' || left(row_hash, 16))::bit(64)::bigint::numeric AS high, "
            "('x' || right(row_hash, 16))::bit(64)::bigint::numeric AS low "
            "FROM (SELECT md5({}::text) AS row_hash FROM {} m OFFSET 0) hashed) halves"
        ).format(_row("m", sorted(plan.compared)), named(MARTS, plan.table.name))
    ).fetchone()
    if row is None:  # an aggregate always answers
        raise AssertionError
    return int(row[0]), str(row[1])


def _log(
    connection: Connection,
    run_id: str,
    done: Sequence[TablePublication],
    completeness: Completeness,
) -> None:
    row = connection.execute(
        "SELECT coalesce(max(publish_id), 0) + 1 FROM marts.publish_log"
    ).fetchone()
    publish_id = row[0] if row else 1  # nobody else counts: the advisory lock is ours
    through = {source: day and day.isoformat() for source, day in completeness.through.items()}
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO marts.publish_log (publish_id, run_id, table_name, row_count, "
            "rows_inserted, rows_updated, rows_deleted, checksum, stale_sources, complete_through) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    publish_id,
                    run_id,
                    each.name,
                    each.row_count,
                    each.inserted,
                    each.updated,
                    each.deleted,
                    each.checksum,
                    ", ".join(completeness.stale),
                    Jsonb(through),
                )
                for each in done
            ],
        )


def _who_holds(connection: Connection) -> str:
    holders = connection.execute(
        "SELECT DISTINCT lock.pid, coalesce(activity.usename, '?') "
        "FROM pg_locks AS lock LEFT JOIN pg_stat_activity AS activity USING (pid) "
        "WHERE lock.granted AND lock.pid <> pg_backend_pid() AND lock.database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND (lock.relation::regclass::text LIKE 'marts%%' "
        "OR (lock.locktype = 'advisory' AND (lock.classid::bigint << 32) | lock.objid::bigint "
        "= %s)) ORDER BY 1 LIMIT 5",
        [PUBLISHING],
    ).fetchall()
    who = ", ".join(f"{user} (process {pid})" for pid, user in holders) or "nobody by now"
    return (
        f"locks on the marts were not to be had in {ATTEMPTS} attempts of {LOCK_SECONDS} s; "
        f"held by {who}. Nothing was published: end that session or run this again"
    )


def _same_key(plan: Plan) -> Composed:
    return SQL(" AND ").join(
        SQL("m.{0} = b.{0}").format(Identifier(column)) for column in plan.table.key
    )


def _row(alias: str, columns: Sequence[str]) -> Composed:
    return SQL("ROW({})").format(SQL(", ").join(Identifier(alias, column) for column in columns))


def _count(connection: Connection, statement: Composed) -> int:
    return max(connection.execute(statement).rowcount, 0)
