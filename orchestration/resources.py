"""What a run stands on: the warehouse, the company's settings, the accounts, dbt.

Here is the only reader of the environment on Dagster's side; the names are listed in
`.env.example`. Not here: how any of it is started (`commands/`). Each resource hands out a plain
object that knows nothing of Dagster. Nothing is read at import: a missing name stops the run.
Concept: https://docs.dagster.io/guides/build/external-resources
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
from pydantic import SecretStr

from connectors import settings
from connectors.errors import Misconfigured
from connectors.redaction import protect
from connectors.registry import REQUIRED, SOURCES
from connectors.stream import Account, Source
from infra.postgres import Warehouse, remembered

ROLES = ("loader", "transformer", "publisher")
"""Whose passwords a run uses."""

DBT_PROJECT = Path(__file__).parents[1] / "dbt_project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """How this company counts, and as of which day this run does.

    Args:
        timezone: whose midnight ends a reporting day.
        as_of: the last complete day; windows of spend end on it.
        first_day: nothing before it is loaded; None loads what the sources have.
        retry_wait: seconds before a source that failed is tried again.
        required: names of the sources without which nothing is published (docs/adr/0008).
    """

    timezone: ZoneInfo
    as_of: date
    first_day: date | None
    retry_wait: float
    required: frozenset[str] = REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Every account that the environment configures; holds secrets, so it is never printed."""

    environ: Mapping[str, str]
    shared: Path

    def of(self, source: Source) -> tuple[Account, ...]:
        """Return the configured accounts of a source, none where it is not configured.

        Raises:
            Misconfigured: a name is missing or its value is wrong; names the name only.
        """
        return settings.accounts(source, self.environ, self.shared)

    def named(self, source: Source) -> tuple[str, ...]:
        """Return the names of a source's accounts, those that are half-configured included."""
        try:
            return tuple(account.name for account in self.of(source))
        except Misconfigured:
            return settings.mentioned(source, self.environ)

    def __repr__(self) -> str:
        return "Accounts(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dbt:
    """Where dbt works.

    Args:
        project: the dbt project.
        home: manifests and the folders of runs; one per warehouse.
    """

    project: Path
    home: Path

    @property
    def manifest(self) -> Path:
        """The manifest that the launcher prepared.

        Raises:
            FileNotFoundError: it did not; the text says what does.
        """
        path = self.home / "manifest.json"
        if not path.exists():
            msg = f"{path} is missing: `make up`, `make demo` and `make run` prepare it"
            raise FileNotFoundError(msg)
        return path


def timezone() -> ZoneInfo:
    """Return the company's time zone."""
    return ZoneInfo(os.environ.get("COMPANY_TIMEZONE") or "Europe/Moscow")


def first_day() -> date | None:
    """Return the day before which nothing is loaded.

    Raises:
        ValueError: `FIRST_DAY` is no ISO date.
    """
    stated = os.environ.get("FIRST_DAY")
    return date.fromisoformat(stated) if stated else None


def required_sources() -> frozenset[str]:
    """Return the sources without which nothing is published; `none` requires none.

    Raises:
        ValueError: `REQUIRED_SOURCES` names a source that there is not.
    """
    stated = os.environ.get("REQUIRED_SOURCES", "").strip().lower()
    if not stated:
        return REQUIRED
    named = frozenset(name.strip() for name in stated.split(",")) - {"none"}
    known = {source.name for source in SOURCES}
    if unknown := named - known:
        msg = (
            f"REQUIRED_SOURCES: there is no source {', '.join(sorted(unknown))}; "
            f"there are {', '.join(sorted(known))}, or the word none"
        )
        raise ValueError(msg)
    return named


def home() -> Path:
    """Return the folder of this warehouse.

    Raises:
        KeyError: the launcher did not say which warehouse this is.
    """
    return Path(os.environ["WAREHOUSE_HOME"])


def run_log() -> Path:
    """Return the file that takes what a run in the terminal prints beside its progress."""
    return home() / "dagster" / "daily.log"


def dbt() -> Dbt:
    """Return where dbt works for this warehouse."""
    return Dbt(project=DBT_PROJECT, home=home() / "dbt")


def company(now: datetime) -> Company:
    """Return the company's settings as of a moment.

    Raises:
        ValueError: `AS_OF` or `FIRST_DAY` is no ISO date, or `REQUIRED_SOURCES` is wrong.
    """
    zone = timezone()
    stated = os.environ.get("AS_OF")
    return Company(
        timezone=zone,
        as_of=(
            date.fromisoformat(stated)
            if stated
            else now.astimezone(zone).date() - timedelta(days=1)
        ),
        first_day=first_day(),
        retry_wait=float(os.environ.get("RETRY_WAIT_SECONDS") or 60),
        required=required_sources(),
    )


@dg.resource(description="The warehouse in the folder that the launcher named.")
def warehouse_resource(_context: dg.InitResourceContext) -> Warehouse:
    """Return the warehouse, and keep the passwords of its roles out of every log."""
    warehouse = remembered(home())
    protect(*(SecretStr(warehouse.password(role)) for role in ROLES))
    return warehouse


@dg.resource(description="The company's settings, as they are when the run starts.")
def company_resource(_context: dg.InitResourceContext) -> Company:
    """Return the settings as of now, and let dbt see the same day.

    A run that crosses midnight stays the run of the day it began on.
    """
    found = company(datetime.now(UTC))
    os.environ["AS_OF"] = found.as_of.isoformat()
    return found


@dg.resource(description="The accounts that the environment configures.")
def accounts_resource(_context: dg.InitResourceContext) -> Accounts:
    """Return every source's accounts."""
    return Accounts(environ=dict(os.environ), shared=home() / "shared")


@dg.resource(description="Where dbt works for this warehouse.")
def dbt_resource(_context: dg.InitResourceContext) -> Dbt:
    """Return the folders of this warehouse."""
    return dbt()
