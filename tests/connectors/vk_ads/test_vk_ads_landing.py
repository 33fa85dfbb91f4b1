"""VK's days in PostgreSQL, held against the ledger that was written before they were served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.errors import ConnectorError
from connectors.extract import LoadReport
from connectors.vk_ads import SOURCE
from infra.postgres import Warehouse
from infra.sandbox.faults import FaultKind
from infra.sandbox.vk_ads import records
from infra.sandbox.vk_ads.records import VkDay
from tests.connectors.landed import land, rows, totals
from tests.connectors.vk_ads.served_vk import opened, spent, vk
from tests.infra.sandbox import vk_world
from tests.infra.sandbox.serving import Served


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    with vk(tmp_path) as one:
        yield one


def load(
    world: Served, warehouse: Warehouse, stream: str, as_of: date = vk_world.LAST
) -> LoadReport:
    with opened(world, world.directory / "shared") as client:
        return land(warehouse, SOURCE, client, stream, as_of=as_of, first_day=vk_world.FIRST)


def fail(world: Served, kind: FaultKind, match: str, *, skip: int = 0) -> None:
    planned = [{"kind": kind, "match": match, "skip": skip, "times": None}]
    assert world.client.post(f"{world.http_url}/_sandbox/faults", json=planned).is_success


def test_the_advertisers_own_total_is_the_sum_of_its_campaigns(
    world: Served, warehouse: Warehouse
) -> None:
    load(world, warehouse, "campaign_days")
    own = {day: value for _, _, day, value, _ in totals(warehouse)}
    assert {day: value for day, value in own.items() if value} == vk_world.by_day()
    assert {currency for *_, currency in totals(warehouse)} == {"RUB"}


def test_deleted_objects_keep_their_names(world: Served, warehouse: Warehouse) -> None:
    for stream, count in (("campaigns", 3), ("ad_groups", 3), ("ads", 4 + vk_world.SILENT)):
        load(world, warehouse, stream)
        assert len(rows(warehouse, SOURCE, stream)) == count
    campaigns = rows(warehouse, SOURCE, "campaigns")
    assert campaigns[f"{vk_world.OWNER}|{vk_world.DELETED_PLAN}"]["status"] == "deleted"
    assert campaigns[f"{vk_world.OWNER}|101"]["name"] == "Кампания 101 «Весна» & \N{GRINNING FACE}"


def test_older_days_follow_once_a_week(world: Served, warehouse: Warehouse) -> None:
    load(world, warehouse, "ad_days", as_of=date(2026, 11, 14))
    changed = VkDay(banner_id=1003, day="2026-10-28", shows=9, clicks=1, goals=0, kopecks=7)
    records.add(world.store, days=[changed])
    key = f"{vk_world.OWNER}|1003|2026-10-28"
    load(world, warehouse, "ad_days", as_of=date(2026, 11, 20))
    assert spent(warehouse, "ad_days")[key] != Decimal("0.07")
    load(world, warehouse, "ad_days", as_of=date(2026, 11, 21))
    assert spent(warehouse, "ad_days")[key] == Decimal("0.07")


@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.DENIED, FaultKind.BROKEN])
def test_a_run_that_breaks_off_is_taken_up_again(
    world: Served, warehouse: Warehouse, kind: FaultKind
) -> None:
    fail(world, kind, "/api/v2/statistics/banners", skip=3)
    with pytest.raises(ConnectorError):
        load(world, warehouse, "ad_days")
    assert spent(warehouse, "ad_days") == {}
    assert world.client.delete(f"{world.http_url}/_sandbox/faults").is_success
    load(world, warehouse, "ad_days")
    assert spent(warehouse, "ad_days") == vk_world.ledger("ad_days")


def test_a_difference_to_its_own_total_is_kept(world: Served, warehouse: Warehouse) -> None:
    records.plant(world.store, vk_world.OWNER, "2026-11-20", 1)
    load(world, warehouse, "campaign_days")
    own = {day: value for _, _, day, value, _ in totals(warehouse)}
    day = date(2026, 11, 20)
    assert own[day] - vk_world.by_day()[day] == Decimal("0.01")
