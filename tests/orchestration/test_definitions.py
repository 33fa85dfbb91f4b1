"""The code location as Dagster loads it: keys, lineage, the job and its schedule."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from connectors.registry import SOURCES
from connectors.stream import WriteMode
from orchestration.commands import manifest
from orchestration.definitions import defs

SNAPSHOT = Path(__file__).parent / "asset_keys.txt"


@pytest.fixture(scope="module")
def location(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    """The definitions of a warehouse whose manifest was just prepared."""
    home = tmp_path_factory.mktemp("warehouse")
    assert manifest.prepare(home / "dbt", os.environ)
    assert not manifest.prepare(home / "dbt", os.environ), "prepared again without a reason"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAREHOUSE_HOME", str(home))
        patch.setenv("COMPANY_TIMEZONE", "Asia/Almaty")
        yield defs()


@pytest.fixture(scope="module")
def specs(location: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in location.resolve_all_asset_specs()}


def upstream(specs: dict[str, dg.AssetSpec], key: str) -> set[str]:
    """Everything that an asset stands on."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        spec = specs.get(waiting.pop())
        names = {dep.asset_key.to_user_string() for dep in spec.deps} if spec else set()
        waiting += names - found
        found |= names
    return found


def test_keys_change_only_on_purpose(specs: dict[str, dg.AssetSpec]) -> None:
    """A renamed asset loses its history: the new list is committed with the reason.

    To renew it: `make test ARGS=tests/orchestration/test_definitions.py UPDATE_SNAPSHOTS=1`.
    """
    keys = "".join(f"{key}\n" for key in sorted(specs))
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(keys)
    assert SNAPSHOT.read_text() == keys


def test_each_stream_is_an_asset_under_its_landing_address(
    specs: dict[str, dg.AssetSpec],
) -> None:
    for source in SOURCES:
        for stream in source.streams:
            spec = specs[f"raw/{source.name}/{stream.name}"]
            assert spec.metadata["dagster/table_name"] == f"raw_{source.name}.{stream.name}"
            assert spec.group_name == f"raw_{source.name}"
            assert stream.description in (spec.description or "")


def test_every_asset_of_ours_is_described_owned_and_grouped(
    specs: dict[str, dg.AssetSpec],
) -> None:
    for key, spec in specs.items():
        if key.startswith("state/"):
            continue  # the loader's own notes, which dbt reads beside landing
        assert spec.description, key
        assert spec.owners, key
        assert spec.kinds, key
        assert spec.group_name not in (None, "default"), key


def test_lineage_runs_from_the_portal_to_the_dashboards(specs: dict[str, dg.AssetSpec]) -> None:
    dashboards = [key for key in specs if key.startswith("dashboards/")]
    assert dashboards
    for dashboard in dashboards:
        path = upstream(specs, dashboard)
        assert "publication/marts" in path
        assert {"raw/bitrix24/deals", "raw/google_ads/campaign_days"} <= path


def test_every_mart_is_published(specs: dict[str, dg.AssetSpec]) -> None:
    marts = {key for key in specs if key.startswith("marts/")}
    assert len(marts) >= 15
    assert marts == {dep.asset_key.to_user_string() for dep in specs["publication/marts"].deps}


def test_every_landed_stream_has_a_blocking_check(location: dg.Definitions) -> None:
    graph = location.resolve_asset_graph()
    for source in SOURCES:
        for stream in source.streams:
            key = dg.AssetCheckKey(dg.AssetKey(["raw", source.name, stream.name]), "landing")
            assert graph.get_check_spec(key).blocking


def test_every_landed_stream_says_whether_it_was_loaded_and_blocks_nobody_by_it(
    location: dg.Definitions,
) -> None:
    graph = location.resolve_asset_graph()
    for source in SOURCES:
        for stream in source.streams:
            key = dg.AssetCheckKey(dg.AssetKey(["raw", source.name, stream.name]), "loaded")
            assert not graph.get_check_spec(key).blocking


def test_a_run_is_one_process_with_an_op_per_source(location: dg.Definitions) -> None:
    job = location.resolve_job_def("daily")
    assert job.executor_def.name == "in_process"
    ops = {node.name for node in job.graph.nodes}
    assert {f"land_{source.name}" for source in SOURCES} <= ops
    assert {f"check_{source.name}" for source in SOURCES} <= ops
    assert len(ops) == 2 * len(SOURCES) + 2


def test_each_source_of_days_has_a_backfill_that_lets_the_daily_run_pass(
    location: dg.Definitions, specs: dict[str, dg.AssetSpec]
) -> None:
    assert int(location.resolve_job_def("daily").tags["dagster/priority"]) > 0
    for source in SOURCES:
        days = {s.name for s in source.streams if s.write is WriteMode.REPLACE_WINDOW}
        for name in days:
            raw, again = specs[f"raw/{source.name}/{name}"], f"backfill/{source.name}/{name}"
            assert again in {dep.asset_key.to_user_string() for dep in raw.deps}
            assert isinstance(specs[again].partitions_def, dg.MonthlyPartitionsDefinition)
        if days:
            job = location.resolve_job_def(f"backfill_{source.name}")
            assert job.executor_def.name == "in_process"
            assert [node.name for node in job.graph.nodes] == [f"read_again_{source.name}"]


def test_the_day_begins_where_the_company_is(location: dg.Definitions) -> None:
    schedule = location.resolve_schedule_def("daily_at_six")
    assert schedule.cron_schedule == "0 6 * * *"
    assert schedule.execution_timezone == "Asia/Almaty"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_freshness_is_promised_for_what_lands_and_what_is_read(
    specs: dict[str, dg.AssetSpec],
) -> None:
    promised = {key.split("/")[0] for key, spec in specs.items() if spec.freshness_policy}
    assert promised == {"raw", "marts", "publication"}


def test_without_a_manifest_it_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="make demo"):
        defs()
