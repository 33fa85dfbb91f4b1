"""Two marts as dbt builds them, and the ways to publish and to look at them."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from infra.postgres import Warehouse
from orchestration.completeness import UNKNOWN, Completeness
from orchestration.publishing import MartTable, TablePublication, publish

DEALS = MartTable(name="fct_deals", key=("deal_key",))
MANAGERS = MartTable(name="dim_manager", key=("manager_key",))

Sql = Callable[[str], list[tuple[object, ...]]]
Published = Callable[..., list[TablePublication]]
Versions = Callable[..., set[tuple[object, ...]]]
Session = Callable[[str], Sql]


@pytest.fixture
def session(warehouse: Warehouse) -> Session:
    """Run one statement as a role."""

    def of(role: str) -> Sql:
        def run(statement: str) -> list[tuple[object, ...]]:
            with psycopg.connect(warehouse.dsn(role)) as connection:
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []

        return run

    return of


@pytest.fixture
def transformer(session: Session) -> Sql:
    return session("transformer")


@pytest.fixture
def reader(session: Session) -> Sql:
    return session("bi_reader")


@pytest.fixture
def built(transformer: Sql) -> Sql:
    """Two marts as dbt builds them."""
    transformer(
        "CREATE TABLE marts_build.fct_deals AS SELECT n::bigint AS deal_key, 'deal ' || n AS title,"
        " (n * 10.5)::numeric(18, 2) AS revenue_reporting_amount,"
        " nullif(n % 7, 0)::bigint AS manager_key, now() AS _built_at"
        " FROM generate_series(1, 1000) AS n"
    )
    transformer("COMMENT ON TABLE marts_build.fct_deals IS 'One row per deal.'")
    transformer("COMMENT ON COLUMN marts_build.fct_deals.title IS 'What it is called, 100 %'")
    transformer(
        "CREATE TABLE marts_build.dim_manager AS SELECT n::bigint AS manager_key, 'M' || n AS name"
        " FROM generate_series(-1, 6) AS n"
    )
    return transformer


@pytest.fixture
def published(warehouse: Warehouse) -> Published:
    """Publish; without tables, both."""

    def run(
        *tables: MartTable, run_id: str = "run", completeness: Completeness = UNKNOWN
    ) -> list[TablePublication]:
        return publish(
            warehouse.dsn("publisher"),
            run_id=run_id,
            tables=tables or (DEALS, MANAGERS),
            completeness=completeness,
        )

    return run


@pytest.fixture
def versions(session: Session) -> Versions:
    """Where each row version lies and who wrote it: equal only if nothing at all was written."""

    def of(table: str = "fct_deals") -> set[tuple[object, ...]]:
        statement = f"SELECT ctid, xmin::text FROM marts.{table}"  # noqa: S608
        return set(session("publisher")(statement))

    return of
