"""dbt as the platform runs it, on a small company whose every figure is counted by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dbt.cli.main import dbtRunner
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt_project"
SETTINGS = {
    "REPORTING_CURRENCY": "RUB",
    "COMPANY_TIMEZONE": "Europe/Moscow",
    "VAT_BASIS": "gross",
    "AS_OF": "2026-02-28",
    "FIRST_DAY": "2026-01-01",
}


@dataclass(frozen=True)
class Outcome:
    """How an invocation ended, and what it said of what failed."""

    is_success: bool
    said: str


@dataclass(frozen=True)
class Dbt:
    """One dbt project folder of a test, with the parsed project kept between invocations.

    Invocations share this process: importing dbt costs seconds each time.
    """

    home: Path

    def run(self, *arguments: str, warehouse: Warehouse | None = None, **settings: str) -> Outcome:
        environment = SETTINGS | settings
        if warehouse is not None:
            environment |= {
                "WAREHOUSE_HOST": warehouse.host,
                "WAREHOUSE_PORT": str(warehouse.port),
                "WAREHOUSE_DATABASE": warehouse.database,
                "DBT_ENV_SECRET_TRANSFORMER_PASSWORD": warehouse.password("transformer"),
            }
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            done = dbtRunner().invoke(
                [
                    *arguments,
                    *("--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats"),
                    *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                    *("--target-path", str(self.home / "target")),
                    *("--log-path", str(self.home / "logs")),
                ]
            )
        failed = [
            f"{one.node.name}: {one.message}"
            for one in getattr(done.result, "results", None) or ()
            if one.status in {"error", "fail"}
        ]
        return Outcome(done.success, "\n".join([*failed, str(done.exception or "")]))

    def build(self, *arguments: str, warehouse: Warehouse, **settings: str) -> None:
        done = self.run("build", *arguments, warehouse=warehouse, **settings)
        assert done.is_success, done.said

    @property
    def manifest(self) -> Mapping[str, Any]:
        return json.loads((self.home / "target" / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """The project, parsed once."""
    dbt = Dbt(tmp_path_factory.mktemp("dbt"))
    done = dbt.run("parse")
    assert done.is_success, done.said
    return dbt


@pytest.fixture(scope="session")
def manifest(parsed: Dbt) -> Mapping[str, Any]:
    return parsed.manifest


Land = Callable[..., None]


@pytest.fixture(scope="session")
def land() -> Land:
    """Write records into landing as the loader does: what differs is a new version."""

    def write(
        warehouse: Warehouse, source: str, stream: str, records: Mapping[str, Mapping[str, Any]]
    ) -> None:
        with psycopg.connect(warehouse.dsn("loader")) as connection:
            for key, record in records.items():
                payload = json.dumps(record, ensure_ascii=False)
                connection.execute(
                    SQL(
                        "insert into {} as landed (_account, _key, _payload, _hash, _extracted_at,"
                        " _run_id) values ('main', %s, %s, %s, %s, 'test')"
                        " on conflict (_account, _key) do update set _payload = excluded._payload,"
                        " _hash = excluded._hash, _extracted_at = excluded._extracted_at"
                        " where landed._hash <> excluded._hash"
                    ).format(Identifier(f"raw_{source}", stream)),
                    (
                        key,
                        payload,
                        hashlib.sha256(payload.encode()).digest(),
                        datetime(2026, 3, 1, 1, tzinfo=UTC),
                    ),
                )

    return write
