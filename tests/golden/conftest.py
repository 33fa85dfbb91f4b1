"""The golden portal, landed and built once a session."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse
from tests.conftest import fresh_database
from tests.dbt.conftest import Dbt
from tests.golden.crm_payloads import crm, gone
from tests.golden.other_payloads import others

CALENDAR = {"AS_OF": "2026-04-30", "FIRST_DAY": "2025-01-01"}
DAILY = ("--exclude-resource-type", "unit_test")
SEEN = (*DAILY, "--exclude-resource-type", "test")
FIRST_LANDING = "2026-03-01 00:00:00+03"
READ_AT = datetime(2026, 5, 1, 1, tzinfo=UTC)
LANDED = (
    "insert into {} as landed (_account, _key, _payload, _hash, _extracted_at, _run_id)"
    " values ('main', %s, %s, %s, %s, 'golden') on conflict (_account, _key) do update"
    " set _payload = excluded._payload, _hash = excluded._hash"
)


def write(
    connection: psycopg.Connection[Any], source: str, streams: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write records of a source into landing, over what stands there."""
    for stream, records in streams.items():
        payloads = {key: json.dumps(record, ensure_ascii=False) for key, record in records.items()}
        with connection.cursor() as cursor:
            cursor.executemany(
                SQL(LANDED).format(Identifier(f"raw_{source}", stream)),
                [
                    (key, payload, hashlib.sha256(payload.encode()).digest(), READ_AT)
                    for key, payload in payloads.items()
                ],
            )


def land_first(warehouse: Warehouse) -> None:
    """Land everything as it was before deals were handed over."""
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        write(connection, "bitrix24", crm(handed_over=False))
        for source, streams in others().items():
            write(connection, source, streams)
        for stream, key in gone():
            connection.execute(
                SQL("update {} set _deleted_at = %s where _key = %s").format(
                    Identifier("raw_bitrix24", stream)
                ),
                (READ_AT, key),
            )
        for stream in ("deals", "leads"):
            connection.execute(
                "insert into state.loads (run_id, source, account, stream, mode, status,"
                " finished_at, data_through)"
                " values ('golden', 'bitrix24', 'main', %s, 'first', 'succeeded', %s, %s)",
                (stream, FIRST_LANDING, FIRST_LANDING),
            )


def land_handovers(warehouse: Warehouse) -> None:
    """Land the deals anew, with whom they were handed over to."""
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        write(connection, "bitrix24", {"deals": crm(handed_over=True)["deals"]})


@pytest.fixture(scope="session")
def golden_dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """Return dbt with a home of this session's own."""
    return Dbt(tmp_path_factory.mktemp("golden"))


@pytest.fixture(scope="session")
def golden(postgres_server: Warehouse, golden_dbt: Dbt) -> Iterator[Warehouse]:
    """The golden portal in a warehouse of its own, with all that dbt makes of it."""
    with fresh_database(postgres_server) as warehouse:
        land_first(warehouse)
        golden_dbt.build("--select", "+responsible_history", *SEEN, warehouse=warehouse, **CALENDAR)
        land_handovers(warehouse)
        golden_dbt.build(*DAILY, warehouse=warehouse, **CALENDAR)
        yield warehouse
