"""The demo company: its size, its determinism, and a ledger that agrees with itself."""

# ruff: noqa: S608 - statements are built of the constants of this file
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.registry import SOURCES
from connectors.settings import accounts
from infra.sandbox import credentials, endpoints
from infra.sandbox.store import Store
from infra.sandbox.worlds import describe

MEASURES = ("leads", "deals", "won_deals", "revenue_reporting")
LIVING = "select count(*) from item where deleted = 0 and entity_type_id = "


@pytest.mark.parametrize(
    ("sql", "least"),
    [
        (LIVING + "1", 20_000),
        (LIVING + "2", 8_000),
        ("select count(*) from call", 30_000),
        ("select count(*) from dictionary where kind = 'category'", 2),
        ("select count(distinct json_extract(payload, '$.assignedById')) from item", 12),
        (
            "select count(distinct json_extract(payload, '$.UF_DEPARTMENT[0]'))"
            " from dictionary where kind = 'user'",
            4,
        ),
        ("select count(*) from google_campaign", 5),
        ("select count(distinct campaign_id) from yandex_campaign_day", 5),
        ("select julianday(max(day)) - julianday(min(day)) from yandex_campaign_day", 720),
        ("select julianday(max(day)) - julianday(min(day)) from vk_banner_day", 350),
    ],
)
def test_size(demo, sql: str, least: int) -> None:
    assert demo.count(sql) >= least


def test_dates_are_those_it_describes(demo) -> None:
    info = describe("demo")
    assert demo.store.meta("as_of") == info.as_of.isoformat() == "2026-10-31"
    assert demo.store.meta("first_day") == info.first_day.isoformat() == "2024-11-01"
    for table, moment in (
        ("item", "created_time"),
        ("item", "updated_time"),
        ("call", "started_at"),
    ):
        ((first, last),) = demo.store.query(f"select min({moment}), max({moment}) from {table}")
        assert first >= "2024-11-01T00:00:00+03:00"
        assert last < "2026-11-01T00:00:00+03:00"
    assert demo.store.meta("now") == "2026-11-01T04:00:00+03:00"


def test_two_builds_are_equal(demo, digests, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "infra.sandbox", "build", "--world", "demo", "--to", tmp_path],
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        check=True,
    )
    assert digests(tmp_path) == demo.digests
    assert {"store.sqlite", "ledger.json", "company/channel_rules.csv"} <= set(demo.digests)


def _sums(rows: list[dict[str, Any]], measures: tuple[str, ...]) -> dict[str, Decimal]:
    return {name: sum((Decimal(row[name]) for row in rows), Decimal(0)) for name in measures}


def _totals(ledger: dict[str, Any], measures: tuple[str, ...]) -> dict[str, Decimal]:
    return {name: Decimal(ledger["totals"][name]) for name in measures}


@pytest.mark.parametrize(
    ("section", "measures"),
    [
        ("managers", MEASURES),
        ("channels", (*MEASURES, "inquiries", "spend_reporting")),
        ("won_revenue_by_month_pipeline", ("won_deals", "revenue_reporting")),
        ("spend_by_platform_day", ("spend_reporting", "impressions", "clicks")),
        ("campaigns", ("spend_reporting",)),
    ],
)
def test_sections_add_up_to_the_totals(demo, section: str, measures: tuple[str, ...]) -> None:
    assert _sums(demo.ledger[section], measures) == _totals(demo.ledger, measures)


def test_the_unmatched_share_is_the_unknown_channel(demo) -> None:
    unmatched = demo.ledger["unmatched"]
    (unknown,) = [row for row in demo.ledger["channels"] if row["channel_code"] == "unknown"]
    assert unmatched["unmatched_deals"] == unknown["deals"]
    assert unmatched["unmatched_revenue_reporting"] == unknown["revenue_reporting"]
    share = Decimal(unknown["deals"]) / demo.ledger["totals"]["deals"]
    assert abs(Decimal(unmatched["deals_share"]) - share) < Decimal("0.000001")
    assert Decimal("0.05") < share < Decimal("0.25")


def test_some_channels_pay_and_some_do_not(demo) -> None:
    paid = [row for row in demo.ledger["channels"] if Decimal(row["spend_reporting"]) > 0]
    returns = {
        row["channel_code"]: Decimal(row["revenue_reporting"]) / Decimal(row["spend_reporting"])
        for row in paid
    }
    assert min(returns.values()) < 1.5 < 5 < max(returns.values())


# --- the store, counted by SQL, against the ledger, which never saw it -------------------------

COUNTED_DEALS = (
    "from item where entity_type_id = 2 and deleted = 0"
    " and json_extract(payload, '$.isRecurring') = 'N'"
)


def test_counts_of_the_store(demo) -> None:
    totals = demo.ledger["totals"]
    assert demo.count(LIVING + "1") == totals["leads"]
    assert demo.count(f"select count(*) {COUNTED_DEALS}") == totals["deals"]
    won = f"select count(*) {COUNTED_DEALS} and json_extract(payload, '$.stageSemanticId') = 'S'"
    assert demo.count(won) == totals["won_deals"]
    direct = f"select count(*) {COUNTED_DEALS} and json_extract(payload, '$.leadId') is null"
    assert demo.count(direct) + totals["leads"] == totals["inquiries"]


def test_managers_of_the_store(demo) -> None:
    people = {row[0] for row in demo.store.query("select id from dictionary where kind = 'user'")}
    found: Counter[str] = Counter()
    for manager_id, deals in demo.store.query(
        f"select json_extract(payload, '$.assignedById'), count(*) {COUNTED_DEALS} group by 1"
    ):
        found[str(manager_id) if str(manager_id) in people else "unknown"] += deals
    assert found == {row["manager_id"]: row["deals"] for row in demo.ledger["managers"]}


def _rows(folder: Path) -> Iterator[list[str]]:
    for path in folder.glob("*.csv"):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            yield line.split(",")


def test_spend_of_the_store(demo) -> None:
    found = {
        "google_ads": Decimal(demo.count("select sum(cost_micros) from google_campaign_day")),
        "yandex_direct": Decimal(demo.count("select sum(cost_micros) from yandex_campaign_day")),
    }
    found = {platform: micros / 1_000_000 for platform, micros in found.items()}
    found["vk_ads"] = Decimal(demo.count("select sum(kopecks) from vk_banner_day")) / 100
    for row in _rows(demo.folder / "csv_spend"):
        found[row[1]] = found.get(row[1], Decimal(0)) + Decimal(row[8])
    expected: dict[str, Decimal] = {}
    for day in demo.ledger["spend_by_platform_day"]:
        platform = day["platform"]
        expected[platform] = expected.get(platform, Decimal(0)) + Decimal(day["spend"])
    assert found == expected


@pytest.mark.parametrize(("code", "nominal"), [("USD", 1), ("KZT", 100)])
def test_the_bank_and_the_portal_quote_alike(demo, code: str, nominal: int) -> None:
    set_for = "select count(*), min(day), max(day) from cbr_rate where char_code = ?"
    ((days, first, last),) = demo.store.query(set_for, (code,))
    assert days > 450
    assert (first, last) == ("2024-10-18", "2026-10-31")
    quoted = demo.store.query(
        "select distinct nominal, replace(value, ',', '.') from cbr_rate where char_code = ?",
        (code,),
    )
    (portal,) = [row for row in demo.store.dictionary("currency") if row["CURRENCY"] == code]
    assert quoted == [(nominal, portal["AMOUNT"])]
    assert int(portal["AMOUNT_CNT"]) == nominal


@pytest.mark.parametrize("level", ["ad_group", "ad", "keyword"])
def test_each_level_makes_up_the_campaigns(demo, level: str) -> None:
    below = [row for row in demo.ledger["spend_below_campaigns"] if row["level"] == level]
    measures = ("spend_reporting", "impressions", "clicks")
    assert _sums(below, measures) == _totals(demo.ledger, measures)
    placed = {row["platform"] for row in below if row["is_allocated"] and row["clicks"]}
    with_keywords = {"google_ads", "yandex_direct"}
    assert placed == (with_keywords if level == "keyword" else with_keywords | {"vk_ads"})


def test_the_demo_company_has_every_source(demo, tmp_path: Path) -> None:
    """What the product is given for it turns each known source on."""
    shutil.copy(demo.folder / "store.sqlite", tmp_path)
    with Store.open(tmp_path / "store.sqlite") as store:
        credentials.complete(store)
        settings = endpoints.environment(demo.folder, store, "http://127.0.0.1:1")
    configured = {source.name: accounts(source, settings, tmp_path) for source in SOURCES}
    assert [name for name, found in configured.items() if not found] == []
