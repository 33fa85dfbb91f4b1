"""Months read again: exactly these days, beside the daily load and never instead of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import psycopg
import pytest
from pydantic import BaseModel

from connectors.json_stream import record_json
from connectors.landing import Landing
from connectors.stream import Days, Page, Record, Source, Stream, Traffic, WriteMode
from infra.postgres import Warehouse
from orchestration import backfill, failures, ingest
from orchestration.keys import again_key, asset_key
from orchestration.resources import Accounts, Company

DAY = timedelta(days=1)
AS_OF = date(2026, 11, 23)
CONFIGURED = {"FAKE__MAIN__TOKEN": "a"}


class Settings(BaseModel):
    token: str
    secret: str = ""


@dataclass
class Platform:
    """One row a day, whose figure is what `figure` says now."""

    figure: str = "1.00"
    asked: list[tuple[str, Days]] = field(default_factory=list)
    traffic: Traffic = field(default_factory=Traffic)

    def unavailable(self) -> dict[str, str]:
        return {}

    def pages(self, stream: Stream, window: Days) -> Iterator[Page]:
        self.asked.append((stream.name, window))
        days = (window.last - window.first).days + 1
        yield Page(records=tuple(self._row(window.first + n * DAY) for n in range(days)))

    def _row(self, day: date) -> Record:
        payload = record_json({"day": day.isoformat(), "spend": self.figure}).payload
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return Record(key=f"1|{day}", payload=payload, cursor=at)

    def totals(self, _stream: Stream, _window: Days) -> tuple[()]:
        return ()

    def close(self) -> None:
        """Nothing is open."""


def days_of(name: str, history: timedelta | None) -> Stream:
    return Stream(
        name=name,
        description="One day.",
        write=WriteMode.REPLACE_WINDOW,
        lookback=3 * DAY,
        history=history,
    )


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def source(warehouse: Warehouse, platform: Platform) -> Source:
    with psycopg.connect(warehouse.dsn("owner"), autocommit=True) as owner:
        for stream in ("campaign_days", "clicks", "campaigns"):
            owner.execute("select state.create_landing_table('fake', %s)", [stream])
    return Source(
        name="fake",
        title="Fake",
        streams=(
            days_of("campaign_days", None),
            days_of("clicks", 90 * DAY),
            Stream(name="campaigns", description="One campaign.", write=WriteMode.REPLACE_ALL),
        ),
        settings=Settings,
        open=lambda _account: platform,
    )


@dataclass
class House:
    """A company with one ad platform, its landing and its runs."""

    source: Source
    warehouse: Warehouse
    home: Path
    instance: dg.DagsterInstance

    def run(
        self,
        *chosen: dg.AssetKey,
        month: str | None = None,
        as_of: date = AS_OF,
        environ: dict[str, str] | None = None,
    ) -> dg.ExecuteInProcessResult:
        return dg.materialize(
            list(ingest.source_definitions(self.source).assets or ()),
            selection=list(chosen),
            partition_key=month,
            instance=self.instance,
            raise_on_error=False,
            resources={
                "warehouse": self.warehouse,
                "company": Company(
                    timezone=ZoneInfo("Europe/Moscow"),
                    as_of=as_of,
                    first_day=date(2026, 6, 1),
                    retry_wait=0,
                ),
                "accounts": Accounts(
                    environ=CONFIGURED if environ is None else environ, shared=self.home
                ),
            },
        )

    def daily(self, as_of: date = AS_OF) -> dg.ExecuteInProcessResult:
        return self.run(asset_key("fake", "campaign_days"), as_of=as_of)

    def again(self, month: str, *streams: str) -> dg.ExecuteInProcessResult:
        return self.run(*(again_key("fake", name) for name in streams), month=month)

    def figures(self, stream: str = "campaign_days") -> dict[date, str]:
        with psycopg.connect(self.warehouse.dsn("transformer")) as connection:
            rows = connection.execute(
                "select (_payload ->> 'day')::date, _payload ->> 'spend' from raw_fake." + stream  # noqa: S608
            ).fetchall()
        return dict(rows)

    def position(self) -> object:
        with psycopg.connect(self.warehouse.dsn("transformer")) as connection:
            return connection.execute(
                "select position from state.cursors where stream = 'campaign_days'"
            ).fetchone()


@pytest.fixture
def house(
    source: Source, warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    monkeypatch.setenv("COMPANY_TIMEZONE", "Europe/Moscow")
    monkeypatch.delenv("FIRST_DAY", raising=False)
    with dg.DagsterInstance.ephemeral() as instance:
        yield House(source, warehouse, tmp_path, instance)


def reason(done: dg.ExecuteInProcessResult) -> str:
    [failed] = [event for event in done.all_events if event.is_step_failure]
    data = failed.step_failure_data.user_failure_data
    assert data is not None
    return str(data.description)


def test_a_picked_month_is_replaced_and_the_daily_load_goes_on(
    house: House, platform: Platform
) -> None:
    assert house.daily().success
    before = house.position()
    platform.figure = "2.00"
    done = house.again("2026-09-01", "campaign_days")
    assert done.success
    september = Days(first=date(2026, 9, 1), last=date(2026, 9, 30))
    assert platform.asked[-1] == ("campaign_days", september)
    restated = {day for day, figure in house.figures().items() if figure == "2.00"}
    assert restated == {september.first + n * DAY for n in range(30)}
    assert house.position() == before
    assert house.daily(AS_OF + DAY).success
    assert platform.asked[-1][1].first == AS_OF - 2 * DAY


def test_the_month_is_marked_and_the_landing_observed_but_not_made_fresh(house: House) -> None:
    done = house.again("2026-09-01", "campaign_days")
    [marked] = done.get_asset_materialization_events()
    assert (marked.asset_key, marked.partition) == (
        again_key("fake", "campaign_days"),
        "2026-09-01",
    )
    [seen] = done.get_asset_observation_events()
    assert seen.asset_observation_data.asset_observation.asset_key == asset_key(
        "fake", "campaign_days"
    )
    assert seen.asset_observation_data.asset_observation.metadata["rows_inserted"].value == 30


def test_missed_days_heal_in_the_next_daily_run(house: House, platform: Platform) -> None:
    house.daily()
    house.daily(AS_OF + 9 * DAY)
    assert platform.asked[-1][1] == Days(first=AS_OF - 2 * DAY, last=AS_OF + 9 * DAY)
    assert max(house.figures()) == AS_OF + 9 * DAY
    assert len(house.figures()) == (AS_OF + 9 * DAY - date(2026, 6, 1)).days + 1


def test_a_month_that_one_stream_no_longer_serves_is_read_of_the_others(house: House) -> None:
    done = house.again("2026-07-01", "campaign_days", "clicks")
    assert done.success
    marked = [event.asset_key for event in done.get_asset_materialization_events()]
    assert marked == [again_key("fake", "campaign_days")], "a month not read is not marked"
    assert house.figures("clicks") == {}


def test_a_month_that_nobody_serves_says_so(house: House) -> None:
    done = house.again("2026-07-01", "clicks")
    assert not done.success
    assert "no day of 2026-07-01 is wanted (FIRST_DAY) and still served" in reason(done)


def test_a_month_waits_for_a_load_of_the_same_stream(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The advisory lock keeps the two apart; the one that came second is tried again."""
    asked: list[int] = []
    by_verdict = failures.by_verdict
    landing = Landing(house.warehouse.dsn("loader"))
    other = landing.opened("fake", "main", "campaign_days", run_id="other")

    def counted(*, attempt: int, wait: float) -> object:
        asked.append(attempt)
        if attempt == 3:
            other.__exit__(None, None, None)
        return by_verdict(attempt=attempt, wait=wait)

    monkeypatch.setattr(failures, "by_verdict", counted)
    other.__enter__()
    assert house.again("2026-09-01", "campaign_days").success
    assert asked == [0, 1, 2, 3]
    assert len(house.figures()) == 30


def test_a_backfill_of_a_source_that_is_off_fails_and_says_why(house: House) -> None:
    done = house.run(again_key("fake", "clicks"), month="2026-09-01", environ={})
    assert "not configured" in reason(done)


def test_months_begin_with_the_first_day_and_include_the_current_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FIRST_DAY", "2025-03-17")
    keys = backfill.months().get_partition_keys(current_time=datetime(2026, 11, 24, tzinfo=UTC))
    assert (keys[0], keys[-1], len(keys)) == ("2025-03-01", "2026-11-01", 21)


def test_only_days_have_months(house: House) -> None:
    [job] = ingest.source_definitions(house.source).jobs or ()
    assert job.name == "backfill_fake"
    keys = {
        spec.key
        for asset in ingest.source_definitions(house.source).assets or ()
        if isinstance(asset, dg.AssetsDefinition)
        for spec in asset.specs
        if spec.partitions_def
    }
    assert keys == {again_key("fake", "campaign_days"), again_key("fake", "clicks")}
