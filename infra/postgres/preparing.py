"""Bring a server to the state this release needs; safe to repeat, safe to run twice at once.

Roles → databases → schemas and grants → migrations → a landing table per stream.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from infra.postgres.grants import make_schemas, open_dagster, open_warehouse, shut_database
from infra.postgres.roles import make_roles
from infra.postgres.warehouse import Warehouse, WarehouseError

DAGSTER_DATABASE = "dagster"

PREPARING = 5_824_002_001
"""Advisory lock held while preparing, in the administrator's database."""

MIGRATIONS = Path(__file__).parent / "migrations"


def prepare(warehouse: Warehouse, landing: Mapping[str, Sequence[str]]) -> None:
    """Make roles, databases, schemas, grants, state and landing tables, or bring them up to date.

    Args:
        warehouse: as `start` or `connect_external` returned it.
        landing: the streams of each source; each gets `raw_<source>.<stream>`.

    Raises:
        WarehouseError: the server holds something of that name that is not ours, or it sorts
            out letters in a way the warehouse cannot work with.
    """
    with psycopg.connect(warehouse.administrator(), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        if warehouse.admin_dsn is not None:
            for database in (warehouse.database, DAGSTER_DATABASE):
                _refuse_strangers_database(admin, database, warehouse)
        make_roles(admin, warehouse)
        for database in (warehouse.database, DAGSTER_DATABASE):
            _make_database(admin, database, warehouse)
        if warehouse.admin_dsn is None:
            _shut_stock_databases(warehouse)
        _fill_warehouse(warehouse)
        with psycopg.connect(warehouse.administrator(DAGSTER_DATABASE), autocommit=True) as inside:
            shut_database(inside, DAGSTER_DATABASE)
            open_dagster(inside, DAGSTER_DATABASE)
        migrate(warehouse)
        make_landing(warehouse, landing)


def migrate(warehouse: Warehouse, revision: str = "head") -> None:
    """Run the migrations of landing and state, as the role owner, up to a revision."""
    with psycopg.connect(warehouse.dsn("owner")) as connection:
        engine = create_engine(
            "postgresql+psycopg://", creator=lambda: connection, poolclass=NullPool
        )
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with engine.connect() as bound:
            config.attributes["connection"] = bound
            command.upgrade(config, revision)


def make_landing(warehouse: Warehouse, landing: Mapping[str, Sequence[str]]) -> None:
    """Make the landing table of every stream that has none yet."""
    with psycopg.connect(warehouse.dsn("owner")) as connection, connection.cursor() as cursor:
        for source, streams in landing.items():
            for stream in streams:
                cursor.execute("SELECT state.create_landing_table(%s, %s)", [source, stream])


def _refuse_strangers_database(admin: Connection, database: str, warehouse: Warehouse) -> None:
    """Refuse what is another warehouse's (roles would change) or the company's (grants would)."""
    row = admin.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
        [database],
    ).fetchone()
    if row is None or row[0] == _mark(warehouse):
        return
    if row[0]:
        msg = (
            f"database {database} of this server says it is {row[0]!r}, not {_mark(warehouse)!r}: "
            "two warehouses never share a server"
        )
        raise WarehouseError(msg)
    with psycopg.connect(warehouse.administrator(database)) as inside:
        found = inside.execute(_ANYTHING).fetchone()
    if found is not None:
        msg = (
            f"database {database} of this server holds something else already, such as "
            f"{found[0]}; it is left alone: name a server where {database} is empty or absent"
        )
        raise WarehouseError(msg)


def _mark(warehouse: Warehouse) -> str:
    return f"bitrix24-bi-warehouse {warehouse.home.name}"


_ANYTHING = """
SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^(pg_|information_schema$)' AND NOT EXISTS (
    SELECT FROM pg_depend AS d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
) LIMIT 1
"""
"""Any table or view that no extension brought."""


def _make_database(admin: Connection, database: str, warehouse: Warehouse) -> None:
    name = Identifier(database)
    exists = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    if exists is None:
        admin.execute(SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(name))
    if warehouse.admin_dsn is not None:
        admin.execute(SQL("COMMENT ON DATABASE {} IS {}").format(name, Literal(_mark(warehouse))))


def _shut_stock_databases(warehouse: Warehouse) -> None:
    """Close what `initdb` leaves open; on a company's own server that is the company's affair."""
    for database in ("postgres", "template1"):
        with psycopg.connect(warehouse.administrator(database), autocommit=True) as inside:
            shut_database(inside, database)


def _fill_warehouse(warehouse: Warehouse) -> None:
    database = warehouse.database
    with psycopg.connect(warehouse.administrator(database), autocommit=True) as inside:
        row = inside.execute(
            "SELECT current_setting('server_encoding') = 'UTF8' AND lower('Ё') = 'ё'"
        ).fetchone()
        if not (row and row[0]):
            msg = (
                f"database {database} must have the encoding UTF8 and a locale that knows Russian "
                f"letters, such as C.UTF-8: create it so, empty, and run this again"
            )
            raise WarehouseError(msg)
        with inside.transaction():
            shut_database(inside, database)
            open_warehouse(inside, database)
            make_schemas(inside)
