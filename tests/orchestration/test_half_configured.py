"""One source with a setting missing: it is left out with a warning, the others go on."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import psycopg
import pytest

from connectors.csv_spend import SOURCE as CSV
from connectors.google_ads import SOURCE as GOOGLE
from connectors.stream import Source
from infra.postgres import Warehouse
from orchestration.defs.quality import checks_of
from orchestration.ingest import source_definitions
from orchestration.keys import asset_key
from orchestration.resources import Accounts, Company

HALF = {"GOOGLE_ADS__MAIN__REFRESH_TOKEN": "canary-token"}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {**HALF, "CSV_SPEND__MAIN__FOLDER": str(tmp_path)}


def run(
    warehouse: Warehouse, environ: dict[str, str], home: Path, *sources: Source
) -> dg.ExecuteInProcessResult:
    """Two sources, their checks, and what is built on both."""
    streams = [asset_key(one.name, stream.name) for one in sources for stream in one.streams]

    @dg.asset(deps=streams, key=["built"])
    def built() -> None:
        """Stand for the marts and their publication."""

    landed = [asset for one in sources for asset in source_definitions(one).assets or ()]
    return dg.materialize(
        [*landed, *(checks_of(one) for one in sources), built],
        selection=dg.AssetSelection.assets(*streams, ["built"]),
        raise_on_error=False,
        resources={
            "warehouse": warehouse,
            "company": Company(timezone=ZoneInfo("UTC"), as_of=None, first_day=None, retry_wait=0),
            "accounts": Accounts(environ=environ, shared=home),
        },
    )


def test_the_others_land_and_what_stands_on_them_is_built(
    warehouse: Warehouse, environ: dict[str, str], tmp_path: Path
) -> None:
    done = run(warehouse, environ, tmp_path, GOOGLE, CSV)
    assert done.success
    assert done.asset_materializations_for_node("built")
    states = {
        one.metadata["state"].value
        for one in done.asset_materializations_for_node("land_google_ads")
    }
    [state] = states
    assert "half-configured" in str(state)
    assert "GOOGLE_ADS__MAIN__" in str(state), "the setting that is missing is named"
    warned = [one for one in done.get_asset_check_evaluations() if not one.passed]
    assert {one.asset_key.path[1] for one in warned} == {"google_ads"}
    assert {one.severity for one in warned} == {dg.AssetCheckSeverity.WARN}
    assert all("GOOGLE_ADS__MAIN__" in str(one.description) for one in warned)
    assert "canary-token" not in repr([*warned, state])


def test_without_the_indispensable_one_nothing_is_built(
    warehouse: Warehouse, environ: dict[str, str], tmp_path: Path
) -> None:
    crm = dataclasses.replace(GOOGLE, is_indispensable=True)
    done = run(warehouse, environ, tmp_path, crm, CSV)
    assert not done.success
    assert not done.asset_materializations_for_node("built")
    assert done.asset_materializations_for_node("land_csv_spend"), "the other landed all the same"


def test_a_source_that_fails_stops_no_other(
    warehouse: Warehouse, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "spend.csv").write_text("no such column\n1\n")
    done = run(warehouse, environ, tmp_path, CSV, GOOGLE)
    assert not done.success
    assert done.asset_materializations_for_node("land_google_ads")
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        failed = connection.execute(
            "select source from state.loads where status = 'failed'"
        ).fetchall()
    assert failed == [("csv_spend",)]
