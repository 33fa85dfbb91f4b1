"""Migrations from nothing to the newest, and the landing table they know how to make."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse
from infra.postgres.grants import make_schemas, open_warehouse, shut_database
from infra.postgres.preparing import MIGRATIONS, migrate

LANDING = [
    ("_account", "text", True),
    ("_key", "text", True),
    ("_cursor", "timestamp with time zone", False),
    ("_payload", "jsonb", True),
    ("_original", "bytea", False),
    ("_hash", "bytea", True),
    ("_extracted_at", "timestamp with time zone", True),
    ("_run_id", "text", True),
    ("_deleted_at", "timestamp with time zone", False),
]


@pytest.fixture
def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


@pytest.fixture
def bare(postgres_server: Warehouse) -> Iterator[Warehouse]:
    """Schemas and grants, but no migration yet."""
    name = "bare"
    with psycopg.connect(postgres_server.administrator(), autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(name)))
        fresh = Warehouse(
            home=postgres_server.home,
            host=postgres_server.host,
            port=postgres_server.port,
            database=name,
        )
        with psycopg.connect(fresh.administrator(name), autocommit=True) as inside:
            shut_database(inside, name)
            open_warehouse(inside, name)
            make_schemas(inside)
        yield fresh
        admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def test_one_head_and_a_straight_line(script: ScriptDirectory) -> None:
    revisions = [each.revision for each in script.walk_revisions()]
    assert script.get_heads() == [revisions[0]]
    assert sorted(revisions, reverse=True) == revisions


def test_upgrade_from_base_step_by_step(bare: Warehouse, script: ScriptDirectory) -> None:
    for each in reversed(list(script.walk_revisions())):
        migrate(bare, each.revision)
        with psycopg.connect(bare.dsn("owner")) as connection:
            assert connection.execute("SELECT * FROM state.alembic_version").fetchall() == [
                (each.revision,)
            ]
    migrate(bare)
    with psycopg.connect(bare.dsn("owner")) as connection:
        tables = connection.execute(
            "SELECT schemaname || '.' || tablename, tableowner FROM pg_tables "
            "WHERE schemaname !~ '^(pg_|information_schema)' ORDER BY 1"
        ).fetchall()
    assert tables == [
        ("marts.publish_log", "owner"),
        ("state.alembic_version", "owner"),
        ("state.cursors", "owner"),
        ("state.loads", "owner"),
        ("state.source_totals", "owner"),
        ("state.streams", "owner"),
    ]


def test_a_failing_migration_leaves_nothing(
    bare: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(bare.dsn("owner")) as connection:  # what the last statement will meet
        connection.execute("CREATE FUNCTION state.create_landing_table(source text, stream text)"
                           " RETURNS int LANGUAGE sql AS 'SELECT 1'")  # fmt: skip
    with pytest.raises(Exception, match="already exists"):
        migrate(bare)
    with psycopg.connect(bare.dsn("owner")) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname IN ('state', 'marts')"
        ).fetchone() == (0,)


def test_the_landing_table_has_one_shape(warehouse: Warehouse) -> None:
    with psycopg.connect(warehouse.dsn("owner")) as connection:
        connection.execute("SELECT state.create_landing_table('new_source', 'things')")
        connection.execute("INSERT INTO raw_new_source.things VALUES "
                           "('main', '1', now(), '{}', NULL, %s, now(), 'run', NULL)",
                           [hashlib.sha256(b"{}").digest()])  # fmt: skip
        connection.execute("SELECT state.create_landing_table('new_source', 'things')")
        columns = connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute "
            "WHERE attrelid = 'raw_new_source.things'::regclass AND attnum > 0 ORDER BY attnum"
        ).fetchall()
        indexes = connection.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index "
            "WHERE indrelid = 'raw_new_source.things'::regclass ORDER BY 1"
        ).fetchall()
        assert connection.execute("SELECT count(*) FROM raw_new_source.things").fetchone() == (1,)
    assert columns == LANDING
    assert [str(text).split(" ON ")[1] for (text,) in indexes] == [
        "raw_new_source.things USING btree (_account, _cursor)",
        "raw_new_source.things USING btree (_account, split_part(_key, ':'::text, 1)) "
        "WHERE (strpos(_key, ':'::text) > 0)",
        "raw_new_source.things USING btree (_account, _key)",
    ]


@pytest.mark.parametrize("name", ["", "Deals", "a b", 'x"; DROP TABLE state.loads; --', "9x"])
def test_names_that_are_no_names(warehouse: Warehouse, name: str) -> None:
    for arguments in ((name, "deals"), ("bitrix24", name)):
        with (
            psycopg.connect(warehouse.dsn("owner")) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="lower-case identifiers"),
        ):
            connection.execute("SELECT state.create_landing_table(%s, %s)", arguments)


def test_every_registered_stream_has_its_table(
    warehouse: Warehouse, landing_streams: dict[str, list[str]]
) -> None:
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        for source, streams in landing_streams.items():
            for stream in streams:
                place = SQL("SELECT count(*) FROM {}").format(Identifier(f"raw_{source}", stream))
                assert connection.execute(place).fetchone() == (0,)
