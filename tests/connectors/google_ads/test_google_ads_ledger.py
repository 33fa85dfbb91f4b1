"""Every stream of days against a ledger that was written before the world was served."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors import settings
from connectors.errors import ConnectorError
from connectors.extract import LoadReport
from connectors.google_ads import SOURCE
from connectors.google_ads.client import GoogleAds
from infra.postgres import Warehouse
from infra.sandbox.google_ads import levels
from infra.sandbox.google_ads.levels import LevelDay
from infra.sandbox.server import STORE_NAME
from tests.connectors.clock import Clock
from tests.connectors.landed import land, rows, totals
from tests.infra.sandbox import google_levels, tiny_world
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import CUSTOMER

DAYS = ("campaign_days", "ad_group_days", "ad_days", "keyword_days", "conversion_days")
AS_OF = date(2026, 11, 22)
SERVED_FROM = date(2026, 8, 26)
"""Of clicks: 88 days before the last complete one."""

KINDS = {
    "ad_group_days": (levels.AD_GROUP, "1111"),
    "ad_days": (levels.AD, "1111~91"),
    "keyword_days": (levels.KEYWORD, "1111~501"),
    "conversion_days": (levels.ACTION, "111~31"),
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    ledger = google_levels.ledger(CUSTOMER)
    ledger["campaign_days"] = {
        f"{CUSTOMER}|{campaign}|2026-11-{1 + index:02d}": str(1_230_000 * (index + 1))
        for campaign in ("111", "222")
        for index in range(20)
        if index % 5 != 4
    }
    (tmp_path / "ledger.json").write_text(json.dumps(ledger), encoding="utf-8")
    tiny_world.build(tmp_path / STORE_NAME)
    with served(tmp_path) as found:
        yield found


def ledger(world: Served) -> dict[str, dict[str, str]]:
    return json.loads((world.directory / "ledger.json").read_text(encoding="utf-8"))


def opened(world: Served) -> GoogleAds:
    (account,) = settings.accounts(SOURCE, world.settings, world.directory)
    return GoogleAds(account, patience=Clock().patience(attempts=2))


def load(warehouse: Warehouse, world: Served, stream: str) -> LoadReport:
    with closing(opened(world)) as client:
        return land(warehouse, SOURCE, client, stream, as_of=AS_OF, first_day=SERVED_FROM)


def figures(warehouse: Warehouse, stream: str) -> dict[str, str]:
    """Return the landed figure of each row that the ledger has one for."""
    return {key: figure(row) for key, row in rows(warehouse, SOURCE, stream).items()}


def figure(row: dict[str, Any]) -> str:
    if "clickView" in row:
        return row["campaign"]["id"]
    metrics = row["metrics"]
    return metrics["costMicros"] if "costMicros" in metrics else str(metrics["allConversions"])


def restate(world: Served, stream: str, day: str, amount: str) -> None:
    """Change a row's figure at the source; zero takes it out of the answer."""
    if stream == "campaign_days":
        with sqlite3.connect(world.directory / STORE_NAME) as connection:
            connection.execute(
                "update google_campaign_day set cost_micros = ?, impressions = 0, clicks = 0,"
                " interactions = 0, conversions = '0' where campaign_id = '111' and day = ?",
                (int(amount), day),
            )
        return
    kind, object_id = KINDS[stream]
    names = ("conversions", "all_conversions") if kind == levels.ACTION else ("cost_micros",)
    metrics: dict[str, int | str] = dict.fromkeys(names, amount)
    changed = LevelDay(
        kind=kind, customer_id=CUSTOMER, object_id=object_id, day=day, metrics=metrics
    )
    levels.add(world.store, days=[changed])


def key(stream: str, day: str) -> str:
    return f"{CUSTOMER}|{'111' if stream == 'campaign_days' else KINDS[stream][1]}|{day}"


def test_all_days_land_as_the_ledger_says_each_time(warehouse: Warehouse, world: Served) -> None:
    for stream in DAYS:
        expected = ledger(world)[stream]
        assert len(expected) >= 30
        load(warehouse, world, stream)
        assert figures(warehouse, stream) == expected, stream

        again = load(warehouse, world, stream)
        changed = (again.rows_inserted, again.rows_updated, again.rows_deleted)
        assert (changed, again.rows_unchanged) == ((0, 0, 0), len(expected))

        restate(world, stream, "2026-11-02", "7.0" if stream == "conversion_days" else "7")
        restate(world, stream, "2026-11-03", "0")
        expected[key(stream, "2026-11-02")] = "7.0" if stream == "conversion_days" else "7"
        del expected[key(stream, "2026-11-03")]
        restated = load(warehouse, world, stream)
        assert (restated.rows_updated, restated.rows_deleted) == (1, 1), stream
        assert figures(warehouse, stream) == expected, stream


def test_clicks_land_as_far_as_they_are_served(warehouse: Warehouse, world: Served) -> None:
    whole = ledger(world)["clicks"]
    expected = {k: v for k, v in whole.items() if date.fromisoformat(k[-10:]) >= SERVED_FROM}
    assert 0 < len(expected) < len(whole)
    load(warehouse, world, "clicks")
    assert figures(warehouse, "clicks") == expected
    again = load(warehouse, world, "clicks")
    assert (again.rows_unchanged, again.rows_inserted) == (2, 0)

    with sqlite3.connect(world.directory / STORE_NAME) as connection:
        connection.execute("delete from google_click where gclid = 'Cj0KCQtiny-3_0'")
    gone = load(warehouse, world, "clicks")
    assert gone.rows_deleted == 1
    del expected[f"{CUSTOMER}|Cj0KCQtiny-3_0|2026-11-20"]
    assert figures(warehouse, "clicks") == expected


@pytest.mark.parametrize("stream", [*DAYS, "clicks"])
def test_a_crash_in_the_middle_resumes_to_the_ledger(
    warehouse: Warehouse, world: Served, stream: str
) -> None:
    expected = ledger(world)[stream]
    # Its customer, the first months or days, then nothing any more.
    plan = {"kind": "cut", "match": ":searchStream", "skip": 3, "times": None}
    world.client.post(f"{world.http_url}/_sandbox/faults", json=[plan]).raise_for_status()
    with pytest.raises(ConnectorError):
        load(warehouse, world, stream)
    assert figures(warehouse, stream).items() <= expected.items()
    assert len(figures(warehouse, stream)) < len(expected)
    world.client.delete(f"{world.http_url}/_sandbox/faults").raise_for_status()
    load(warehouse, world, stream)
    served_rows = {k: v for k, v in expected.items() if k[-10:] >= SERVED_FROM.isoformat()}
    assert figures(warehouse, stream) == served_rows


def test_dimensions_land_and_days_agree_with_googles_own_total(
    warehouse: Warehouse, world: Served
) -> None:
    counts = {"customers": 1, "campaigns": 2, "ad_groups": 2, "ads": 3}
    for stream, count in counts.items():
        load(warehouse, world, stream)
        assert len(rows(warehouse, SOURCE, stream)) == count, stream
    for stream in ("campaign_days", "ad_group_days", "clicks"):
        load(warehouse, world, stream)
    found = totals(warehouse)
    assert {stream for stream, *_ in found} == {"campaign_days"}
    spent = sum(int(amount) for amount in ledger(world)["campaign_days"].values())
    assert sum(value for _, _, _, value, _ in found) * 1_000_000 == spent
