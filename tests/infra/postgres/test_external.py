"""A company's own server: the oldest supported version, the embedded one, and what is refused."""

from __future__ import annotations

import dataclasses
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from infra.postgres import Warehouse, WarehouseError, connect_external, prepare, remembered
from infra.postgres.confinement import confine, named_user
from infra.postgres.roles import ROLES
from infra.postgres.server import start, stop
from orchestration.publishing import MartTable, publish

DEBIAN = Path("/usr/lib/postgresql")
LANDING = {"bitrix24": ["deals"]}
PASSWORD = "the-company's own / secret"


@pytest.fixture(scope="module", params=["15", "embedded"])
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A company's server: connection text of its administrator, who is no superuser."""
    place = tmp_path_factory.mktemp(f"company-{request.param}")
    if request.param == "embedded":
        server = start(place)
        boss, end = server.administrator(), lambda: stop(place)
    else:
        binaries = DEBIAN / request.param / "bin"
        if not binaries.is_dir():
            pytest.skip(f"no {binaries}: apt-get install postgresql-{request.param}")
        boss, end = debian_server(place, binaries)
    try:
        with psycopg.connect(boss, autocommit=True) as admin:
            admin.execute("CREATE ROLE dba LOGIN CREATEROLE CREATEDB")
            verifier = admin.pgconn.encrypt_password(PASSWORD.encode(), b"dba", b"scram-sha-256")
            admin.execute(f"ALTER ROLE dba PASSWORD '{verifier.decode()}'")
        yield make_conninfo(boss, user="dba", password=PASSWORD)
    finally:
        end()
        shutil.rmtree(place, ignore_errors=True)


def debian_server(place: Path, binaries: Path) -> tuple[str, Callable[[], object]]:
    folder = place / "postgres"
    folder.mkdir()
    confined = dataclasses.replace(confine(folder), binaries=binaries)
    data, password = folder / "data", folder / "password"
    data.mkdir(mode=0o700)
    password.write_text("boss\n")
    password.chmod(0o644)
    maker = None if confined.uid is None else named_user()
    if maker is not None:
        os.chown(data, maker, confined.uid or 0)
    run = ["--pgdata", str(confined.inside(data))]
    made = confined.run(
        "initdb", *run, "--username=boss", "--auth=scram-sha-256", "--encoding=UTF8",
        "--locale=C.UTF-8", "--pwfile", str(confined.inside(password)), uid=maker,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (data / "postgresql.conf").open("a") as file:
        file.write(f"\nport={port}\nlisten_addresses='127.0.0.1'\nfsync=off\n")
        file.write("unix_socket_directories=''\n")
    confined.own_tree(data)
    log = str(confined.inside(data) / "start.log")
    started = confined.run("pg_ctl", "start", "--wait", "--silent", *run, "--log", log)
    assert started.returncode == 0, started.stderr
    address = make_conninfo(
        host="127.0.0.1", port=port, user="boss", password="boss", dbname="postgres"
    )
    return address, lambda: confined.run("pg_ctl", "stop", "--mode=fast", "--wait", *run)


def test_a_companys_server_is_prepared_by_a_mere_dba(company: str, tmp_path: Path) -> None:
    home = tmp_path / "production"
    warehouse = connect_external(home, company)
    for _ in range(2):
        prepare(warehouse, LANDING)
    for role in ROLES:
        database = "dagster" if role.name == "dagster" else "warehouse"
        psycopg.connect(warehouse.dsn(role.name, database)).close()
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        connection.execute("CREATE TABLE marts_build.days AS SELECT 1 AS day, 'ж' AS name")
    publish(warehouse.dsn("publisher"), run_id="run", tables=[MartTable(name="days", key=("day",))])
    with psycopg.connect(warehouse.dsn("bi_reader")) as connection:
        assert connection.execute("SELECT upper(name) FROM marts.days").fetchone() == ("Ж",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM raw_bitrix24.deals")
    with psycopg.connect(warehouse.dsn("dagster", "dagster")) as connection:
        connection.execute("CREATE TABLE runs (n int)")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(warehouse.dsn("dagster", "warehouse"))

    kept = dataclasses.replace(warehouse, admin_dsn=None)
    assert remembered(home) == kept
    files = [path.read_text() for path in home.rglob("*") if path.is_file()]
    assert files
    assert not [text for text in files if PASSWORD in text]
    assert PASSWORD not in repr(warehouse)

    other = connect_external(tmp_path / "demo", company)
    with pytest.raises(WarehouseError, match="two warehouses never share a server"):
        prepare(other, LANDING)


def test_a_role_or_schema_of_the_companys_is_left_alone(
    postgres_server: Warehouse, warehouse: Warehouse, tmp_path: Path
) -> None:
    mine = dataclasses.replace(
        warehouse, home=tmp_path, database="untouched", admin_dsn=warehouse.administrator()
    )
    with psycopg.connect(postgres_server.administrator(), autocommit=True) as admin:
        mark = admin.execute(
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'loader'"
        ).fetchone()
        assert mark is not None
        admin.execute("COMMENT ON ROLE loader IS 'lorries'")
        try:
            with pytest.raises(WarehouseError, match="already has a role 'loader'"):
                prepare(mine, LANDING)
            psycopg.connect(postgres_server.dsn("loader")).close()
        finally:
            admin.execute(f"COMMENT ON ROLE loader IS '{mark[0]}'")
            for role in ("owner",):  # prepared before the refusal: back to the session's password
                verifier = admin.pgconn.encrypt_password(
                    postgres_server.password(role).encode(), role.encode(), b"scram-sha-256"
                )
                admin.execute(f"ALTER ROLE {role} PASSWORD '{verifier.decode()}'")
    with psycopg.connect(warehouse.administrator(warehouse.database)) as inside:
        inside.execute("ALTER SCHEMA staging OWNER TO warehouse_admin")
    with pytest.raises(WarehouseError, match="schema staging belongs to warehouse_admin"):
        prepare(warehouse, LANDING)


def test_a_database_with_something_in_it_is_left_alone(
    postgres_server: Warehouse, tmp_path: Path
) -> None:
    theirs = dataclasses.replace(
        postgres_server, home=tmp_path, database="crm", admin_dsn=postgres_server.administrator()
    )
    with psycopg.connect(postgres_server.administrator(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE crm TEMPLATE template0")
        try:
            with psycopg.connect(postgres_server.administrator("crm")) as inside:
                inside.execute("CREATE EXTENSION pg_stat_statements")
                inside.execute("CREATE TABLE public.lorries (n int)")
            with pytest.raises(WarehouseError, match="such as lorries"):
                prepare(theirs, LANDING)
            psycopg.connect(postgres_server.dsn("loader")).close()  # passwords are as they were
        finally:
            admin.execute("DROP DATABASE crm")


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    address = "postgresql://dba:hidden-word@127.0.0.1:1/postgres"
    with pytest.raises(WarehouseError, match="WAREHOUSE_DSN cannot be used") as refused:
        connect_external(tmp_path, address)
    assert "hidden-word" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("address", ["postgres//dba:hidden-word@x", "password=hidden-word foo"])
def test_a_malformed_address_is_not_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(WarehouseError, match="WAREHOUSE_DSN") as refused:
        connect_external(tmp_path, address)
    assert "hidden-word" not in str(refused.value)


def test_a_server_too_old_is_refused(
    postgres_server: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.postgres.external.OLDEST", 99)
    with pytest.raises(WarehouseError, match=r"PostgreSQL 18 is not supported"):
        connect_external(tmp_path, postgres_server.administrator())
