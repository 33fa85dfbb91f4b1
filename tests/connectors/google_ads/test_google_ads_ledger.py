"""Loads that break off, and Google's own totals, against a ledger written before the serving."""

from __future__ import annotations

import json
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
from infra.sandbox.server import STORE_NAME
from tests.connectors.clock import Clock
from tests.connectors.landed import land, rows, totals
from tests.infra.sandbox import google_levels, tiny_world
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import CUSTOMER

AS_OF = date(2026, 11, 22)
SERVED_FROM = date(2026, 8, 26)
"""Of clicks: 88 days before the last complete one."""


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


@pytest.mark.parametrize("stream", ["campaign_days", "clicks"])
def test_a_load_that_breaks_off_resumes_to_the_ledger(
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
