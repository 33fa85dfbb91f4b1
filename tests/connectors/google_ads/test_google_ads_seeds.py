"""Statistics that others test their models with: served, landed, and added up as they add up.

Each file is a world of its own: its days are of other campaigns than those of the next.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors import settings
from connectors.google_ads import SOURCE
from connectors.google_ads.client import GoogleAds
from infra.postgres import Warehouse
from infra.sandbox.google_ads import levels
from infra.sandbox.google_ads.levels import LevelDay, LevelObject
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import GoogleDay, Store
from tests.connectors.clock import Clock
from tests.connectors.landed import land, rows, totals
from tests.infra.sandbox import tiny_world
from tests.infra.sandbox.serving import served

SEEDS = Path(__file__).parent / "samples" / "fivetran"
FIRST, AS_OF = date(2020, 12, 1), date(2021, 9, 30)
MICROS = 1_000_000

Sums = dict[str, tuple[Decimal, ...]]
"""Cost in micros, impressions, clicks and conversions, by landing key."""

FIGURES = ("cost_micros", "impressions", "clicks", "conversions")


def seed(level: str) -> list[dict[str, str]]:
    with (SEEDS / f"{level}_stats_data.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def object_id(level: str, row: Mapping[str, str]) -> tuple[str, str]:
    """Return a row's campaign, and its object below the customer as the landing names it."""
    group = row.get("ad_group", "").rpartition("/")[2]
    return {
        "account": ("1", "1"),  # a campaign of its own: a customer has no days but its campaigns'
        "campaign": (row.get("id", ""), row.get("id", "")),
        "ad_group": (row.get("campaign_id", ""), row.get("id", "")),
        "ad": (row.get("campaign_id", ""), f"{group}~{row.get('ad_id')}"),
        "keyword": (
            row.get("campaign_id", ""),
            f"{row.get('ad_group_id')}~{row.get('ad_group_criterion_criterion_id')}",
        ),
    }[level]


def added_up(level: str) -> Sums:
    """Add up a file by customer, object and day, over devices."""
    sums: Sums = {}
    for row in seed(level):
        key = f"{row['customer_id']}|{object_id(level, row)[1]}|{row['date']}"
        figures = tuple(Decimal(row.get(name) or 0) for name in FIGURES)
        sums[key] = tuple(map(sum, zip(sums.get(key, (0,) * len(FIGURES)), figures, strict=True)))
    return {key: figures for key, figures in sums.items() if any(figures)}


def build(path: Path, level: str) -> None:
    """Write a store that serves a file."""
    (customer,) = {row["customer_id"] for row in seed(level)}
    ids = {object_id(level, row) for row in seed(level)}
    spent = list(campaign_days(level)) if level in ("account", "campaign") else []
    with Store.create(path) as store:
        meta = {"as_of": f"{AS_OF}", "now": "2021-10-01T04:00:00+03:00"}
        store.set_meta(tiny_world.META | meta | {"google_customer_id": customer})
        record = {"id": customer, "currencyCode": "USD", "timeZone": "America/Los_Angeles"}
        store.add_google(
            customers=[(customer, None, {**record, "manager": False, "status": "ENABLED"})],
            campaigns=[(customer, c, {"id": c, "name": c}) for c in sorted({c for c, _ in ids})],
            days=spent,
        )
        if not spent:
            levels.add(
                store,
                objects=(an_object(level, customer, *each) for each in sorted(ids)),
                days=level_days(level),
            )


def campaign_days(level: str) -> Iterator[GoogleDay]:
    for key, (cost, impressions, clicks, conversions) in added_up(level).items():
        customer, campaign, day = key.split("|")
        yield GoogleDay(
            customer_id=customer,
            campaign_id=campaign,
            day=day,
            cost_micros=int(cost),
            impressions=int(impressions),
            clicks=int(clicks),
            interactions=0,
            conversions=f"{conversions}",
            conversions_value="0",
        )


def level_days(level: str) -> Iterator[LevelDay]:
    for key, (cost, impressions, clicks, conversions) in added_up(level).items():
        customer, one, day = key.split("|")
        metrics: dict[str, int | str] = {
            "cost_micros": int(cost),
            "impressions": int(impressions),
            "clicks": int(clicks),
            "conversions": f"{conversions}",
        }
        yield LevelDay(
            kind=KINDS[level], customer_id=customer, object_id=one, day=day, metrics=metrics
        )


KINDS = {"ad_group": levels.AD_GROUP, "ad": levels.AD, "keyword": levels.KEYWORD}


def an_object(level: str, customer: str, campaign: str, one: str) -> LevelObject:
    _, _, last = one.rpartition("~")
    payload: dict[str, dict[str, Any]] = {
        "ad_group": {"adGroup": {"name": one}},
        "ad": {"adGroupAd": {"ad": {"id": last}}},
        "keyword": {"adGroupCriterion": {"criterionId": last}},
    }[level]
    return LevelObject(
        kind=KINDS[level],
        customer_id=customer,
        object_id=one,
        campaign_id=campaign,
        payload=payload,
    )


def figures(row: Mapping[str, Any]) -> tuple[Decimal, ...]:
    names = ("costMicros", "impressions", "clicks", "conversions")
    return tuple(Decimal(str(row["metrics"].get(name, 0))) for name in names)


@pytest.mark.parametrize("level", ["account", "campaign", "ad_group", "ad", "keyword"])
def test_a_seed_lands_and_adds_up(level: str, warehouse: Warehouse, tmp_path: Path) -> None:
    expected = added_up(level)
    assert len(expected) >= 10
    build(tmp_path / STORE_NAME, level)
    stream = f"{level.replace('account', 'campaign')}_days"
    with served(tmp_path) as world:
        (account,) = settings.accounts(SOURCE, world.settings, tmp_path)
        with closing(GoogleAds(account, patience=Clock().patience())) as client:
            land(warehouse, SOURCE, client, stream, as_of=AS_OF, first_day=FIRST)
    landed = {key: figures(row) for key, row in rows(warehouse, SOURCE, stream).items()}
    assert landed == expected
    if level == "account":
        own = {f"{day}": value * MICROS for _, _, day, value, _ in totals(warehouse)}
        assert own == {key[-10:]: cost for key, (cost, *_) in expected.items()}
