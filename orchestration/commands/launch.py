"""The ground a run needs, laid in order: PostgreSQL, the sandbox, the tables, the manifest.

What is up already is left as it is, and `Started` remembers what was not, so that a command
takes down its own processes only.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from connectors.registry import SOURCES
from infra import postgres
from infra.postgres import Warehouse
from infra.postgres.warehouse import write_private
from orchestration.commands import dagster_home, identity, manifest
from orchestration.commands.place import Place, credentials
from orchestration.commands.terminal import Steps, console

LIBPQ_NAMES = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcrl": "PGSSLCRL",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "channel_binding": "PGCHANNELBINDING",
    "hostaddr": "PGHOSTADDR",
}
"""dbt and Dagster take the parameters of a connection that they do not know from libpq itself."""


@dataclass(slots=True, kw_only=True)
class Started:
    """What a command started and therefore stops, where it stops anything."""

    postgres: bool = False
    sandbox: bool = False
    dagster: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A warehouse that is ready for a run.

    Args:
        place: the folder and its settings.
        warehouse: the database.
        environ: the environment of every child process; holds secrets.
    """

    place: Place
    warehouse: Warehouse
    environ: Mapping[str, str] = field(repr=False)

    def with_sources(self, sources: Mapping[str, str]) -> Ground:
        """Return the same ground with the settings of other sources."""
        return replace(self, environ={**self.environ, **sources})


def lay(place: Place, steps: Steps, started: Started | None = None) -> Ground:
    """Make a warehouse ready.

    Args:
        place: the warehouse.
        steps: where progress is shown and timed.
        started: where to note what was not up before.

    Raises:
        CommandError: the database holds another company, or the dbt project does not parse.
        WarehouseError: PostgreSQL cannot be used.
    """
    with steps.step("PostgreSQL"):
        warehouse = _postgres(place, started or Started())
        identity.refuse_strangers(warehouse, place)
        console.print(f"  {warehouse.host}:{warehouse.port}, in {place.home}")
    with steps.step("Roles, schemas and tables"):
        postgres.prepare(warehouse, landing())
        identity.mark(warehouse, place)
        dagster_home.prepare(place.home / "dagster", warehouse)
    environ = children(place, warehouse)
    with steps.step("dbt project"):
        manifest.prepare(place.home / "dbt", environ)
    return Ground(place=place, warehouse=warehouse, environ=environ)


def landing() -> dict[str, tuple[str, ...]]:
    """Return every source's streams, configured or not: a source that is off has its tables."""
    return {source.name: tuple(one.name for one in source.streams) for source in SOURCES}


def _postgres(place: Place, started: Started) -> Warehouse:
    if place.admin_dsn is not None:
        return postgres.connect_external(place.home, place.admin_dsn)
    started.postgres = not postgres.is_running(place.home)
    return postgres.start(place.home)


def children(place: Place, warehouse: Warehouse) -> dict[str, str]:
    """Return the environment of the processes that do the work.

    A sandbox's begins without any source or day, so that none of a company's own can slip in.
    """
    mine = place.environ
    if place.sandbox:
        unwanted = {*credentials(mine), "AS_OF", "FIRST_DAY"}
        mine = {name: value for name, value in mine.items() if name not in unwanted}
    return {
        **mine,
        **{LIBPQ_NAMES[name]: value for name, value in warehouse.parameters.items()},
        "WAREHOUSE_HOME": str(place.home),
        "WAREHOUSE_HOST": warehouse.host,
        "WAREHOUSE_PORT": str(warehouse.port),
        "WAREHOUSE_DATABASE": warehouse.database,
        "DBT_ENV_SECRET_TRANSFORMER_PASSWORD": warehouse.password("transformer"),
        "DAGSTER_HOME": str(place.home / "dagster"),
        "DAGSTER_STORAGE_PASSWORD": warehouse.password("dagster"),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
    }


def write_reader(path: Path, warehouse: Warehouse) -> None:
    """Write how a BI tool gets in, for this user's eyes only."""
    lines = {
        "PGHOST": warehouse.host,
        "PGPORT": str(warehouse.port),
        "PGDATABASE": warehouse.database,
        "PGUSER": "bi_reader",
        "PGPASSWORD": warehouse.password("bi_reader"),
    }
    write_private(path, "".join(f"{name}={value}\n" for name, value in lines.items()))
