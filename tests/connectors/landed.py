"""One account's stream brought into a real PostgreSQL, and what stands there afterwards."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from connectors.extract import LoadReport, sync
from connectors.landing import Landing
from connectors.stream import Account, Client, Source
from infra.postgres import Warehouse

_runs = itertools.count(1)


def land(
    warehouse: Warehouse,
    source: Source,
    client: Client,
    stream: str,
    *,
    as_of: date = date(2026, 11, 23),
    first_day: date | None = date(2026, 11, 1),
) -> LoadReport:
    """Bring a stream up to its source."""
    return sync(
        source,
        Account(name="main", settings=source.settings.model_construct(), shared="unused"),
        source.stream(stream),
        client=client,
        landing=Landing(warehouse.dsn("loader")),
        run_id=f"run{next(_runs)}",
        as_of=as_of,
        first_day=first_day,
        on_progress=lambda _: None,
    )


def rows(warehouse: Warehouse, source: Source, stream: str) -> dict[str, Any]:
    """Return the payloads that are not deleted, by key."""
    table = Identifier(f"raw_{source.name}", stream)
    query = SQL("select _key, _payload from {} where _deleted_at is null").format(table)
    with psycopg.connect(warehouse.dsn("loader"), row_factory=dict_row) as connection:
        return {row["_key"]: row["_payload"] for row in connection.execute(query)}


def totals(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """Return the sources' own totals, those of ad accounts added up by day and currency.

    Days on which nothing was spent are left out; so are those of which nothing is told.
    """
    query = (
        "select stream, measure, day, sum(value), currency_code from state.source_totals"
        " where value <> 0 or measure <> 'spend' group by 1, 2, 3, 5 order by 3, 5"
    )
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        return connection.execute(query).fetchall()


def totals_of_ad_accounts(warehouse: Warehouse) -> dict[tuple[str, date], Decimal | None]:
    """Return what each ad account spent on each day as its source says; None where it is silent."""
    query = "select ad_account_id, day, value from state.source_totals where measure = 'spend'"
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        found = connection.execute(query).fetchall()
    told = {(ad_account, day): value for ad_account, day, value in found}
    assert len(told) == len(found), "a day of an ad account is kept twice"
    return told
