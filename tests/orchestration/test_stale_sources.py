"""One source fails and the others go on: what is published then, what is said, and how it heals.

Real protocols against a small served company. The tests run in their order: each takes the
warehouse where the last one left it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import psycopg
import pytest

from connectors.registry import SOURCES
from connectors.stream import Source
from infra.postgres import Warehouse
from infra.sandbox.server import STORE_NAME
from orchestration import outages
from orchestration.completeness import completeness
from orchestration.defs.quality import checks_of
from orchestration.ingest import source_definitions
from orchestration.keys import asset_key
from orchestration.resources import Accounts, Company
from tests.dbt.conftest import Dbt
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import build


def part(name: str, *streams: str) -> Source:
    """Return a source with a few of its streams, so that a run takes seconds."""
    whole = next(one for one in SOURCES if one.name == name)
    kept = whole.never_empty | set(streams)
    return dataclasses.replace(
        whole, streams=tuple(one for one in whole.streams if one.name in kept)
    )


CRM = part("bitrix24", "deals")
GOOGLE = part("google_ads", "campaign_days", "clicks")
DIRECT = part("yandex_direct", "campaign_days")
DAYS = asset_key("google_ads", "campaign_days")
YESTERDAY, TODAY = date(2026, 11, 17), date(2026, 11, 19)
REFUSED = {"kind": "unauthorized", "match": "/googleAds:search", "times": None}
QUOTA = {
    "kind": "body",
    "match": "/googleAds:search",
    "times": None,
    "status": 429,
    "body": {
        "error": {
            "code": 429,
            "status": "RESOURCE_EXHAUSTED",
            "details": [
                {
                    "@type": "type.googleapis.com/google.ads.googleads.v22.errors.GoogleAdsFailure",
                    "errors": [
                        {
                            "errorCode": {"quotaError": "RESOURCE_EXHAUSTED"},
                            "details": {"quotaErrorDetails": {"retryDelay": "40000s"}},
                        }
                    ],
                }
            ],
        }
    },
}


@dataclass
class Runs:
    """The daily job of the company, with a stand-in for what is built on the landing."""

    world: Served
    warehouse: Warehouse
    home: Path
    instance: dg.DagsterInstance

    def __call__(self, as_of: date) -> dg.ExecuteInProcessResult:
        sources = (CRM, GOOGLE, DIRECT)
        streams = [asset_key(one.name, stream.name) for one in sources for stream in one.streams]

        @dg.asset(deps=streams, key=["built"])
        def built() -> None:
            """Stand for the marts and their publication."""

        landed = [asset for one in sources for asset in source_definitions(one).assets or ()]
        return dg.materialize(
            [*landed, *(checks_of(one) for one in sources), built],
            selection=dg.AssetSelection.assets(*streams, ["built"]),
            instance=self.instance,
            raise_on_error=False,
            resources={
                "warehouse": self.warehouse,
                "company": Company(
                    timezone=ZoneInfo("Europe/Moscow"),
                    as_of=as_of,
                    first_day=date(2026, 11, 1),
                    retry_wait=0,
                ),
                "accounts": Accounts(environ=self.world.settings, shared=self.home),
            },
        )

    def fail(self, *faults: dict[str, Any]) -> None:
        """Let these faults happen from now on, and no others."""
        control = f"{self.world.http_url}/_sandbox/faults"
        self.world.client.delete(control).raise_for_status()
        self.world.client.post(control, json=list(faults)).raise_for_status()

    def one(self, query: str) -> Any:
        with psycopg.connect(self.warehouse.dsn("transformer")) as connection:
            (found,) = connection.execute(query).fetchone() or (None,)
        return found

    def fresh_at(self, key: dg.AssetKey) -> float | None:
        """When Dagster last saw the asset materialized."""
        event = self.instance.get_latest_materialization_event(key)
        return event and event.timestamp


@pytest.fixture(scope="module")
def runs(module_warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    folder = tmp_path_factory.mktemp("tiny")
    build(folder / STORE_NAME)
    with served(folder) as world, dg.DagsterInstance.ephemeral() as instance:
        home = tmp_path_factory.mktemp("shared")
        yield Runs(world=world, warehouse=module_warehouse, home=home, instance=instance)


def was_built(done: dg.ExecuteInProcessResult) -> bool:
    return done.success and bool(done.asset_materializations_for_node("built"))


def not_loaded(done: dg.ExecuteInProcessResult) -> dict[str, set[str]]:
    """The streams whose check `loaded` failed, by source."""
    found: dict[str, set[str]] = {}
    for one in done.get_asset_check_evaluations():
        if one.check_name == outages.CHECK and not one.passed:
            assert one.severity is dg.AssetCheckSeverity.ERROR
            found.setdefault(one.asset_key.path[1], set()).add(one.asset_key.path[2])
    return found


def test_a_source_that_never_came_is_published_as_never_loaded(runs: Runs) -> None:
    runs.fail(REFUSED)
    done = runs(YESTERDAY)
    assert was_built(done)
    assert "campaign_days" in not_loaded(done)["google_ads"]
    assert runs.one("select count(*) from raw_google_ads.campaign_days") == 0
    assert runs.one("select count(*) from raw_yandex_direct.campaign_days") > 0
    assert runs.fresh_at(DAYS) is None


def test_all_is_well(runs: Runs) -> None:
    runs.fail()
    done = runs(YESTERDAY)
    assert was_built(done)
    assert not_loaded(done) == {}
    assert runs.one("select count(*) from state.streams where failure_code is not null") == 0
    assert runs.fresh_at(DAYS)


def test_one_source_down_does_not_hold_back_the_others(runs: Runs) -> None:
    fresh = runs.fresh_at(DAYS)
    runs.fail(REFUSED)
    change = {"entity": "deal", "id": 1, "fields": {"title": "changed"}}
    control = f"{runs.world.http_url}/_sandbox/change"
    runs.world.client.post(control, json=change).raise_for_status()
    done = runs(TODAY)
    assert was_built(done)
    assert not_loaded(done) == {"google_ads": {stream.name for stream in GOOGLE.streams}}
    newest = "select max(_cursor)::date from {}.campaign_days".format
    assert runs.one(newest("raw_yandex_direct")) == TODAY
    assert runs.one(newest("raw_google_ads")) == YESTERDAY, "what was landed stays"
    assert runs.one("select _payload ->> 'title' from raw_bitrix24.deals where _key = '1'") == (
        "changed"
    )
    assert runs.fresh_at(DAYS) == fresh, "what was not loaded does not count as fresh"
    seen = runs.instance.fetch_observations(DAYS, limit=1).records[0].asset_observation
    assert seen is not None
    assert "not loaded: Unauthorized" in str(seen.metadata["state"].value)
    token = runs.world.settings["GOOGLE_ADS__MAIN__REFRESH_TOKEN"]
    assert token not in repr([*done.get_asset_check_evaluations(), seen])


def test_the_marts_say_what_is_stale_and_leave_its_spend_open(runs: Runs, tmp_path: Path) -> None:
    chosen = ("--select", "+report_ad_payback", "+report_source_freshness")
    built = Dbt(tmp_path).run(
        *("build", *chosen, "--indirect-selection", "cautious"),
        *("--exclude-resource-type", "unit_test"),
        warehouse=runs.warehouse,
        AS_OF=TODAY.isoformat(),
    )
    assert built.is_success, built.said
    with psycopg.connect(runs.warehouse.dsn("transformer")) as connection:
        stale = connection.execute(
            "select source, state_code, complete_on, last_failure_code, hours_behind_count"
            " from marts_build.report_source_freshness"
            " where stream = 'campaign_days' and state_code <> 'not_configured' order by 1"
        ).fetchall()
        paid = connection.execute(
            "select channel_code, sum(spend_reporting_amount) > 0, bool_and(is_spend_complete),"
            " bool_or(is_payback_complete), sum(payback_revenue_reporting_amount)"
            " from marts_build.report_ad_payback"
            " where report_on = %s and platform_code <> 'google_ads'"
            " and channel_code in ('google_ads', 'yandex_direct') group by 1 order by 1",
            [TODAY],
        ).fetchall()
    assert stale == [
        ("google_ads", "stale", YESTERDAY, "Unauthorized", 48),
        ("yandex_direct", "current", TODAY, None, 0),
    ]
    assert ("yandex_direct", True, True, False, None) in paid
    assert all(row[1:3] == (None, False) for row in paid if row[0] == "google_ads")
    complete = completeness(runs.warehouse.dsn("publisher"))
    assert complete.stale == ("google_ads",)
    assert complete.through["google_ads"] == YESTERDAY
    assert complete.through["yandex_direct"] == TODAY


def test_a_quota_that_is_used_up_is_said_and_stops_nobody(runs: Runs) -> None:
    runs.fail(QUOTA)
    done = runs(TODAY)
    assert was_built(done)
    assert runs.one("select distinct failure_code from state.streams where source = 'google_ads'"
                    " and failure_code is not null") == "Deferred"  # fmt: skip
    (runs.home / "google_ads").rename(runs.home / "of_another_day")  # the quota comes back


def test_it_heals_in_the_next_run(runs: Runs) -> None:
    runs.fail()
    before = runs.fresh_at(DAYS)
    done = runs(TODAY)
    assert was_built(done)
    assert not_loaded(done) == {}
    assert runs.one("select max(_cursor)::date from raw_google_ads.campaign_days") == TODAY
    assert runs.one("select count(*) from state.streams where failure_code is not null") == 0
    assert runs.fresh_at(DAYS) != before


def test_without_a_required_source_nothing_is_built(runs: Runs) -> None:
    runs.fail({"kind": "unauthorized", "match": "/rest/", "times": None})
    done = runs(TODAY)
    assert not done.success
    assert not done.asset_materializations_for_node("built")
    assert done.asset_materializations_for_node("land_google_ads"), "the others landed"


def test_wrong_data_blocks_whoever_it_came_from(runs: Runs) -> None:
    runs.fail(REFUSED)
    with psycopg.connect(runs.warehouse.dsn("loader")) as connection:
        connection.execute(
            "update raw_google_ads.clicks set _cursor = %s",
            [datetime(2999, 1, 1, tzinfo=UTC)],
        )
    done = runs(TODAY)
    assert not done.success
    assert not done.asset_materializations_for_node("built")
