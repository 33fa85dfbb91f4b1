"""A real PostgreSQL for the tests: one server a session, a fresh prepared database a test."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import itertools
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse, prepare, start, stop
from infra.postgres.grants import open_warehouse, shut_database

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def landing_streams() -> Mapping[str, Sequence[str]]:
    """The streams of every registered source."""
    if importlib.util.find_spec("connectors.registry") is None:
        return {"bitrix24": ["deals"], "csv_spend": ["spend_lines"]}
    registry = importlib.import_module("connectors.registry")
    return {source.name: [stream.name for stream in source.streams] for source in registry.SOURCES}


@pytest.fixture(scope="session")
def postgres_server(
    tmp_path_factory: pytest.TempPathFactory, landing_streams: Mapping[str, Sequence[str]]
) -> Iterator[Warehouse]:
    """A server of this session's own, prepared; its databases are templates, not for tests."""
    home = tmp_path_factory.mktemp("warehouse")
    warehouse = start(home)
    try:
        with psycopg.connect(warehouse.administrator(), autocommit=True) as admin:
            for setting in ("fsync", "full_page_writes"):  # a test server need not survive
                admin.execute(f"ALTER SYSTEM SET {setting} = off")
            admin.execute("SELECT pg_reload_conf()")
        prepare(warehouse, landing_streams)
        yield warehouse
    finally:
        stop(home)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def fresh_database(server: Warehouse) -> Iterator[Warehouse]:
    """Clone the prepared database; drop the clone at the end."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server.administrator(), autocommit=True) as admin:
        admin.execute(
            SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                Identifier(name), Identifier(server.database)
            )
        )
        fresh = dataclasses.replace(server, database=name)
        with psycopg.connect(fresh.administrator(name), autocommit=True) as inside:
            shut_database(inside, name)
            open_warehouse(inside, name)
        yield fresh
        admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def warehouse(postgres_server: Warehouse) -> Iterator[Warehouse]:
    """A prepared database of this test's own, empty, with the roles and grants of the product."""
    with fresh_database(postgres_server) as fresh:
        yield fresh


@pytest.fixture(scope="module")
def module_warehouse(postgres_server: Warehouse) -> Iterator[Warehouse]:
    """The same for a whole module, whose tests leave no trace in it."""
    with fresh_database(postgres_server) as fresh:
        yield fresh
