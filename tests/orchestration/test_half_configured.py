"""One source with a setting missing, or broken otherwise: it is told, and the others go on."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import dagster as dg
import psycopg
import pytest

from connectors.csv_spend import SOURCE as CSV
from connectors.google_ads import SOURCE as GOOGLE
from connectors.registry import REQUIRED
from connectors.stream import Account, Source
from infra.postgres import Warehouse
from orchestration.defs.quality import checks_of
from orchestration.ingest import source_definitions
from orchestration.keys import asset_key
from orchestration.resources import Accounts, Company, required_sources

HALF = {"GOOGLE_ADS__MAIN__REFRESH_TOKEN": "canary-token"}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {**HALF, "CSV_SPEND__MAIN__FOLDER": str(tmp_path)}


def run(
    warehouse: Warehouse,
    environ: dict[str, str],
    home: Path,
    *sources: Source,
    required: Collection[str] = REQUIRED,
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
            "company": Company(
                timezone=ZoneInfo("UTC"),
                as_of=None,
                first_day=None,
                retry_wait=0,
                required=frozenset(required),
            ),
            "accounts": Accounts(environ=environ, shared=home),
        },
    )


def test_the_others_land_and_what_stands_on_them_is_built(
    warehouse: Warehouse, environ: dict[str, str], tmp_path: Path
) -> None:
    done = run(warehouse, environ, tmp_path, GOOGLE, CSV)
    assert done.success
    assert done.asset_materializations_for_node("built")
    assert done.asset_materializations_for_node("land_csv_spend")
    assert not done.asset_materializations_for_node("land_google_ads"), "nothing became fresh"
    missed = [one for one in done.get_asset_check_evaluations() if not one.passed]
    assert {(one.asset_key.path[1], one.check_name) for one in missed} == {("google_ads", "loaded")}
    assert all("GOOGLE_ADS__MAIN__" in str(one.description) for one in missed), "it is named"
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        told = connection.execute(
            "select distinct account, failure_code, failure_reason from state.streams"
            " where source = 'google_ads'"
        ).fetchall()
    [(account, code, reason)] = told
    assert (account, code) == ("main", "Misconfigured")
    assert "GOOGLE_ADS__MAIN__" in reason
    assert "canary-token" not in repr([*missed, *told])


def test_without_a_required_one_nothing_is_built(
    warehouse: Warehouse, environ: dict[str, str], tmp_path: Path
) -> None:
    done = run(warehouse, environ, tmp_path, GOOGLE, CSV, required={"google_ads"})
    assert not done.success
    assert not done.asset_materializations_for_node("built")
    assert done.asset_materializations_for_node("land_csv_spend"), "the other landed all the same"


def test_a_file_that_cannot_be_read_is_told_and_stops_no_other(
    warehouse: Warehouse, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "spend.csv").write_text("no such column\n1\n")
    done = run(warehouse, environ, tmp_path, CSV, GOOGLE)
    assert done.success
    assert done.asset_materializations_for_node("built")
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        failed = connection.execute(
            "select source from state.loads where status = 'failed'"
        ).fetchall()
    assert failed == [("csv_spend",)]


def test_a_defect_of_one_source_is_told_without_its_text(
    warehouse: Warehouse, environ: dict[str, str], tmp_path: Path
) -> None:
    def broken(_account: Account) -> NoReturn:
        msg = "canary"
        raise KeyError(msg)

    done = run(warehouse, environ, tmp_path, dataclasses.replace(CSV, open=broken), GOOGLE)
    assert done.success
    assert done.asset_materializations_for_node("built")
    said = {str(one.description) for one in done.get_asset_check_evaluations() if not one.passed}
    assert any("KeyError: a defect" in words for words in said)
    assert "canary" not in repr(said)


def test_which_sources_are_required_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert required_sources() == REQUIRED
    monkeypatch.setenv("REQUIRED_SOURCES", "bitrix24, Google_Ads")
    assert required_sources() == {"bitrix24", "google_ads"}
    monkeypatch.setenv("REQUIRED_SOURCES", "none")
    assert required_sources() == frozenset()
    monkeypatch.setenv("REQUIRED_SOURCES", "bitrix")
    with pytest.raises(ValueError, match="REQUIRED_SOURCES: there is no source bitrix; there are"):
        required_sources()
