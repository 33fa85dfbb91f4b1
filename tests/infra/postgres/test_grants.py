"""Every role against every kind of object: what it may do, and that it may do nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import psycopg
import pytest
from psycopg import errors
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse
from infra.postgres.preparing import make_landing
from infra.postgres.roles import ROLES

ALL = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"})
WRITE = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
READ = frozenset({"SELECT"})
USE = frozenset({"USAGE"})
MAKE = frozenset({"USAGE", "CREATE"})

OBJECTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    # A table of each schema, made by the role that makes them in earnest.
    "raw_bitrix24.deals": {"owner": ALL, "loader": WRITE, "transformer": READ, "publisher": READ},
    "raw_late.things": {"owner": ALL, "loader": WRITE, "transformer": READ, "publisher": READ},
    "state.cursors": {"owner": ALL, "loader": WRITE, "transformer": READ, "publisher": READ},
    "state.loads": {"owner": ALL, "loader": WRITE, "transformer": READ, "publisher": READ},
    "state.source_totals": {"owner": ALL, "loader": WRITE, "transformer": READ, "publisher": READ},
    "state.streams": {"owner": ALL, "loader": WRITE, "transformer": READ, "publisher": READ},
    "staging.built": {"transformer": ALL},
    "intermediate.built": {"transformer": ALL},
    "snapshots.built": {"transformer": ALL},
    "seeds.built": {"transformer": ALL},
    "marts_build.built": {"transformer": ALL, "publisher": READ},
    "marts.published": {"publisher": ALL, "bi_reader": READ, "transformer": READ},
    "marts.publish_log": {
        "owner": ALL,
        "publisher": READ | {"INSERT"},
        "bi_reader": READ,
        "transformer": READ,
    },
}

SCHEMAS: Mapping[str, Mapping[str, frozenset[str]]] = {
    **{
        schema: {"owner": MAKE, "loader": USE, "transformer": USE, "publisher": USE}
        for schema in ("raw_bitrix24", "raw_late", "state")
    },
    **{schema: {"transformer": MAKE} for schema in ("staging", "intermediate", "snapshots")},
    "seeds": {"transformer": MAKE},
    "marts_build": {"transformer": MAKE, "publisher": USE},
    "marts": {"publisher": MAKE, "owner": MAKE, "transformer": USE, "bi_reader": USE},
    "public": {},
}

NAMES = [role.name for role in ROLES]


@pytest.fixture(scope="module")
def warehouse(module_warehouse: Warehouse) -> Warehouse:
    """One database for all: what is tried here is refused, or rolled back."""
    make_landing(module_warehouse, {"bitrix24": ["deals"]})
    return module_warehouse


@pytest.fixture
def admin(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    with psycopg.connect(
        warehouse.administrator(warehouse.database), autocommit=True
    ) as connection:
        yield connection


@pytest.fixture(scope="module")
def filled(warehouse: Warehouse) -> Warehouse:
    """A table in every schema, made after the grants were."""
    with psycopg.connect(warehouse.dsn("owner")) as connection:
        connection.execute("SELECT state.create_landing_table('late', 'things')")
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        for schema in ("staging", "intermediate", "snapshots", "seeds", "marts_build"):
            connection.execute(
                SQL("CREATE TABLE {} AS SELECT 1 AS n").format(Identifier(schema, "built"))
            )
    with psycopg.connect(warehouse.dsn("publisher")) as connection:
        connection.execute("CREATE TABLE marts.published AS SELECT 1 AS n")
    return warehouse


def test_tables(filled: Warehouse, admin: psycopg.Connection) -> None:
    asked = sorted(ALL | {"MAINTAIN"})
    found = {
        table: {
            role: privileges
            for role in NAMES
            if (
                privileges := frozenset(
                    privilege for privilege in asked if has(admin, "table", role, table, privilege)
                )
                - {"MAINTAIN"}
            )
        }
        for table in OBJECTS
    }
    assert found == OBJECTS


def test_no_table_is_left_out_of_the_matrix(filled: Warehouse, admin: psycopg.Connection) -> None:
    schemas = admin.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'"
    ).fetchall()
    covered = {table.split(".")[0] for table in OBJECTS}
    landing = {str(name) for (name,) in schemas if str(name).startswith("raw_")}
    assert {name for (name,) in schemas} - landing == set(SCHEMAS) - {"raw_bitrix24", "raw_late"}
    assert covered | {"public"} == set(SCHEMAS)
    unequal = admin.execute(  # every landing table is granted as raw_bitrix24.deals is
        "SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n "
        "ON n.oid = c.relnamespace WHERE n.nspname LIKE 'raw\\_%' AND c.relkind = 'r' "
        "AND c.relacl::text <> (SELECT relacl::text FROM pg_class "
        "WHERE oid = 'raw_bitrix24.deals'::regclass)"
    ).fetchall()
    assert unequal == []


def test_schemas(filled: Warehouse, admin: psycopg.Connection) -> None:
    found = {
        schema: {
            role: privileges
            for role in NAMES
            if (
                privileges := frozenset(
                    privilege
                    for privilege in ("USAGE", "CREATE")
                    if has(admin, "schema", role, schema, privilege)
                )
            )
        }
        for schema in SCHEMAS
    }
    assert found == SCHEMAS


def test_databases(warehouse: Warehouse, admin: psycopg.Connection) -> None:
    mine = warehouse.database
    found = {
        (role, database, privilege)
        for role in NAMES
        for database in (mine, "dagster", "postgres", "template1")
        for privilege in ("CONNECT", "CREATE", "TEMPORARY")
        if has(admin, "database", role, database, privilege)
    }
    assert found == {
        ("owner", mine, "CREATE"),
        *((role, mine, "TEMPORARY") for role in ("owner", "loader", "transformer", "publisher")),
        *((role, mine, "CONNECT") for role in NAMES if role != "dagster"),
        ("dagster", "dagster", "CONNECT"),
    }


def test_attributes_of_the_roles(admin: psycopg.Connection) -> None:
    rows = admin.execute(
        "SELECT rolname, rolconnlimit, rolconfig FROM pg_roles WHERE rolcanlogin AND NOT "
        "(rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
    ).fetchall()
    limits = [
        "statement_timeout=60s",
        "idle_in_transaction_session_timeout=30s",
        "default_transaction_read_only=on",
    ]
    assert sorted(rows) == sorted(
        (name, 30, limits) if name == "bi_reader" else (name, -1, None) for name in NAMES
    )
    assert admin.execute(
        "SELECT count(*) FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.member "
        "WHERE r.rolname = ANY (%s)",
        [NAMES],
    ).fetchone() == (0,)
    # Nobody but the administrator and these roles gets in at all.
    assert admin.execute(
        "SELECT count(*) FROM pg_roles WHERE rolcanlogin AND rolname <> ALL (%s)", [NAMES]
    ).fetchone() == (1,)


REFUSED = (
    "SELECT * FROM raw_bitrix24.deals",
    "SELECT * FROM state.loads",
    "SELECT * FROM state.source_totals",
    "SELECT * FROM state.streams",
    "SELECT * FROM staging.built",
    "SELECT * FROM marts_build.built",
    "INSERT INTO marts.published VALUES (2)",
    "UPDATE marts.published SET n = 2",
    "DELETE FROM marts.published",
    "TRUNCATE marts.published",
    "SELECT * FROM marts.published FOR UPDATE",
    "DO 'BEGIN LOCK TABLE marts.published IN SHARE MODE; END'",
    "DROP TABLE marts.published",
    "ALTER TABLE marts.published ADD COLUMN x int",
    "CREATE TABLE marts.mine (n int)",
    "CREATE TABLE public.mine (n int)",
    "CREATE VIEW public.mine AS SELECT 1",
    "CREATE TEMPORARY TABLE mine (n int)",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "CREATE FUNCTION marts.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EXTENSION pg_trgm SCHEMA marts",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT state.create_landing_table('mine', 'mine')",
    "SELECT pg_read_file('/etc/hostname')",
    "COPY marts.published TO PROGRAM 'cat'",
    "COPY (SELECT 1) TO '/tmp/mine'",
    "SET ROLE publisher",
    "ALTER ROLE bi_reader CONNECTION LIMIT -1",
    "SELECT * FROM pg_authid",
)


@pytest.mark.parametrize("read_only", ["on", "off"])
def test_bi_reader_reads_marts_and_nothing_else(filled: Warehouse, read_only: str) -> None:
    dsn = filled.dsn("bi_reader")
    with psycopg.connect(dsn, autocommit=True) as connection:
        assert connection.info.host == "127.0.0.1"
        connection.execute(f"SET default_transaction_read_only = {read_only}")
        assert connection.execute("SELECT n FROM marts.published").fetchone() == (1,)
        allowed = [statement for statement in REFUSED if may(connection, statement)]
    assert allowed == []


def may(connection: psycopg.Connection, statement: str) -> bool:
    try:
        connection.execute(statement)
    except (errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction):
        return False
    return True


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("loader", "CREATE TABLE raw_bitrix24.mine (n int)"),
        ("loader", "CREATE TABLE state.mine (n int)"),
        ("loader", "CREATE SCHEMA raw_mine"),
        ("loader", "ALTER TABLE raw_bitrix24.deals ADD COLUMN x int"),
        ("loader", "DROP TABLE raw_bitrix24.deals"),
        ("loader", "TRUNCATE raw_bitrix24.deals"),
        ("loader", "SELECT state.create_landing_table('mine', 'mine')"),
        ("loader", "SELECT * FROM marts.published"),
        ("transformer", "INSERT INTO raw_bitrix24.deals DEFAULT VALUES"),
        ("transformer", "INSERT INTO marts.published VALUES (2)"),
        ("transformer", "CREATE TABLE marts.mine (n int)"),
        ("transformer", "CREATE TABLE public.mine (n int)"),
        ("transformer", "CREATE SCHEMA mine"),
        ("publisher", "DROP TABLE marts_build.built"),
        ("publisher", "DELETE FROM raw_bitrix24.deals"),
        ("publisher", "UPDATE marts.publish_log SET run_id = 'x'"),
        ("publisher", "DELETE FROM marts.publish_log"),
    ],
)
def test_what_the_working_roles_may_not(filled: Warehouse, role: str, statement: str) -> None:
    with (
        psycopg.connect(filled.dsn(role)) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_loader_stages_rows_and_records_a_load(warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        connection.execute(
            "CREATE TEMPORARY TABLE page (LIKE raw_bitrix24.deals INCLUDING DEFAULTS)"
        )
        connection.execute("INSERT INTO raw_bitrix24.deals SELECT * FROM page")
        assert connection.execute(
            "INSERT INTO state.loads (run_id, source, account, stream, mode, status) "
            "VALUES ('r', 'bitrix24', 'main', 'deals', 'full', 'running') RETURNING load_id"
        ).fetchone() == (1,)
        connection.rollback()


def test_dagster_works_in_its_own_database_only(warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.dsn("dagster", "dagster")) as connection:
        connection.execute("CREATE TABLE runs (n int)")
        connection.rollback()
    for database in (warehouse.database, "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(warehouse.dsn("dagster", database))


@pytest.mark.parametrize("role", NAMES)
def test_wrong_and_missing_passwords_are_refused(warehouse: Warehouse, role: str) -> None:
    database = "dagster" if role == "dagster" else warehouse.database
    right = warehouse.dsn(role, database)
    psycopg.connect(right).close()
    others = [warehouse.password(name) for name in NAMES if name != role]
    for password in ("wrong", "", None, role, *others):
        address = psycopg.conninfo.make_conninfo(
            host="127.0.0.1", port=warehouse.port, dbname=database, user=role, passfile="/dev/null"
        )
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(address, password=password)


def test_statements_of_bi_reader_end(warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.dsn("bi_reader")) as connection:
        shown = [
            connection.execute(f"SHOW {name}").fetchone()
            for name in ("statement_timeout", "idle_in_transaction_session_timeout")
        ]
    assert shown == [("1min",), ("30s",)]


def has(admin: psycopg.Connection, kind: str, role: str, name: str, privilege: str) -> bool:
    if privilege == "MAINTAIN" and admin.info.server_version < 170_000:
        return False
    row = admin.execute(
        SQL("SELECT {}(%s, %s, %s)").format(Identifier(f"has_{kind}_privilege")),
        [role, name, privilege],
    ).fetchone()
    return bool(row and row[0])
