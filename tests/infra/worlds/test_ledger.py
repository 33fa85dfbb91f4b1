"""The ledger adds up what it is told, and nothing is dropped for want of a date or a manager."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from infra.sandbox import ledger
from infra.sandbox.ledger import CampaignKey, DealFact, Facts, LeadFact, SpendFact

BRAND = CampaignKey(platform="google_ads", account="1", campaign_id="2")


def _spend(day: str, amount: str) -> SpendFact:
    return SpendFact(
        campaign=BRAND,
        channel_code="google_ads",
        day=day,
        currency="USD",
        spend=Decimal(amount),
        spend_reporting=ledger.reporting(Decimal(amount), Decimal("92.375")),
        impressions=10,
        clicks=1,
    )


def _deal(**changed: object) -> DealFact:
    fields: dict[str, object] = {
        "manager_id": "10",
        "pipeline_id": "0",
        "channel_code": "google_ads",
        "match_method": "campaign_id",
        "campaign": BRAND,
        "is_inquiry": False,
        "won_month": None,
        "won_at_method": None,
        "revenue_reporting": Decimal("0.00"),
    }
    return DealFact(**fields | changed)


@pytest.fixture
def answers() -> dict:
    won = {"won_month": "2026-10", "won_at_method": "stage_history"}
    lost_date = {"won_month": "unknown", "won_at_method": "unknown"}
    unknown = {"channel_code": "unknown", "match_method": "none", "campaign": None}
    return ledger.compute(
        Facts(
            reporting_currency="RUB",
            spend=[_spend("2026-10-01", "1.000001"), _spend("2026-10-02", "2.5")],
            leads=[
                LeadFact(
                    manager_id="10",
                    channel_code="google_ads",
                    match_method="campaign_id",
                    campaign=BRAND,
                )
            ],
            deals=[
                _deal(**won, revenue_reporting=Decimal("100.10")),
                _deal(**lost_date, revenue_reporting=Decimal("0.90"), manager_id="unknown"),
                _deal(**unknown, **won, revenue_reporting=Decimal("99.00"), is_inquiry=True),
                _deal(),
            ],
            manager_names={"10": "Орлова Марина"},
            left_out=Counter({("deal", "recurring_template"): 3}),
            not_loadable=Counter(),
        )
    )


def test_totals(answers: dict) -> None:
    assert answers["totals"] == {
        "leads": 1,
        "inquiries": 2,
        "deals": 4,
        "won_deals": 3,
        "revenue_reporting": Decimal("200.00"),
        "spend_reporting": Decimal("323.32"),
        "impressions": 20,
        "clicks": 2,
    }


def test_a_win_without_a_date_stands_in_the_unknown_month(answers: dict) -> None:
    months = {row["month"]: row["won_deals"] for row in answers["won_revenue_by_month_pipeline"]}
    assert months == {"2026-10": 2, "unknown": 1}


def test_deals_of_nobody_are_kept(answers: dict) -> None:
    deals = {row["manager_id"]: row["deals"] for row in answers["managers"]}
    assert deals == {"10": 3, "unknown": 1}


def test_campaigns_hold_spend_and_what_came_of_it(answers: dict) -> None:
    assert answers["campaigns"] == [
        {
            "platform": "google_ads",
            "account": "1",
            "campaign_id": "2",
            "spend_reporting": Decimal("323.32"),
            "leads": 1,
            "deals": 3,
            "won_deals": 2,
            "revenue_reporting": Decimal("101.00"),
        }
    ]


def test_unmatched_share(answers: dict) -> None:
    assert answers["unmatched"]["deals_share"] == Decimal("0.250000")
    assert answers["unmatched"]["revenue_share"] == Decimal("0.495000")


@pytest.mark.parametrize(
    ("amount", "converted"), [("0.005", "0.01"), ("0.004999", "0.00"), ("1.115", "1.12")]
)
def test_half_a_cent_goes_upwards(amount: str, converted: str) -> None:
    assert ledger.reporting(Decimal(amount), Decimal(1)) == Decimal(converted)


def test_money_is_text_in_the_file(answers: dict, tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    ledger.write(path, answers)
    assert json.loads(path.read_text(encoding="utf-8"))["totals"]["spend_reporting"] == "323.32"
