"""What the role of the BI tools may do after a real run: read the marts, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from dotenv import dotenv_values
from psycopg import errors
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from tests.e2e.running import World

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def settings(demo_world: World) -> dict[str, str]:
    """What a BI tool is given."""
    path = demo_world.home.parent / "bi_reader.env"
    assert path.stat().st_mode & 0o777 == 0o600
    return {name: value or "" for name, value in dotenv_values(path).items()}


def conninfo(settings: dict[str, str], **changes: str) -> str:
    given = {**settings, **changes}
    return make_conninfo(
        host=given["PGHOST"],
        port=given["PGPORT"],
        dbname=given["PGDATABASE"],
        user=given["PGUSER"],
        password=given["PGPASSWORD"],
    )


@pytest.fixture
def reader(settings: dict[str, str]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(conninfo(settings), autocommit=True) as connection:
        yield connection


def tables(demo_world: World, schemas: str) -> list[tuple[str, str]]:
    with psycopg.connect(demo_world.warehouse.dsn("owner")) as connection:
        return connection.execute(
            "select schemaname, tablename from pg_tables where schemaname ~ %s", [schemas]
        ).fetchall()


def test_every_mart_can_be_read(demo_world: World, reader: psycopg.Connection) -> None:
    found = tables(demo_world, "^marts$")
    assert len(found) > 10
    for name in found:
        reader.execute(SQL("select * from {} limit 1").format(Identifier(*name)))


def test_nothing_else_can_be_read(demo_world: World, reader: psycopg.Connection) -> None:
    closed = tables(demo_world, "^(raw_.*|state|staging|intermediate|snapshots|seeds|marts_build)$")
    assert len(closed) > 40
    for name in closed:
        with pytest.raises(errors.InsufficientPrivilege):
            reader.execute(SQL("select * from {} limit 1").format(Identifier(*name)))


@pytest.mark.parametrize(
    "statement",
    [
        "insert into marts.dim_channel default values",
        "update marts.fct_deals set revenue_reporting_amount = 0",
        "delete from marts.fct_deals",
        "truncate marts.fct_deals",
        "drop table marts.fct_deals",
        "alter table marts.fct_deals add column mine int",
        "create table marts.mine (id int)",
        "create table public.mine (id int)",
        "create schema mine",
        "create role mine",
        "create index on marts.fct_deals (deal_id)",
        "set role owner",
        "copy marts.fct_deals to program 'true'",
    ],
)
@pytest.mark.parametrize("writable", [False, True], ids=["as given", "asking to write"])
def test_nothing_can_be_changed(
    reader: psycopg.Connection,
    statement: str,
    writable: bool,
) -> None:
    if writable:
        reader.execute("set default_transaction_read_only = off")
    with pytest.raises((errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction)):
        reader.execute(statement)


def test_what_may_be_read_cannot_be_passed_on(reader: psycopg.Connection) -> None:
    """PostgreSQL answers with a warning only, so the rights themselves are looked at."""
    rights = "select relacl::text from pg_class where oid = 'marts.fct_deals'::regclass"
    before = reader.execute(rights).fetchone()
    reader.execute("set default_transaction_read_only = off")
    reader.execute("grant select on marts.fct_deals to public")
    assert reader.execute(rights).fetchone() == before


@pytest.mark.parametrize("password", ["wrong", ""])
def test_only_the_right_password_opens(settings: dict[str, str], password: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"password|no password"):
        psycopg.connect(conninfo(settings, PGPASSWORD=password))


def test_the_database_of_dagster_is_closed(settings: dict[str, str]) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(conninfo(settings, PGDATABASE="dagster"))
