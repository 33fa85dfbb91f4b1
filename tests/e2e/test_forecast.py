"""How well past months of the demo company would have been forecast, and the page that tells it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.e2e.running import World

pytestmark = pytest.mark.timeout(600)

PAGE = Path(__file__).parents[2] / "docs" / "forecast.md"
TRIALS = """
    select
        to_char(month_start_on, 'YYYY-MM') as month,
        won_deals_count as won, expected_won_deals_count as expected,
        naive_won_deals_count as naive,
        revenue_reporting_amount as revenue,
        expected_revenue_reporting_amount as expected_revenue,
        low_revenue_reporting_amount as low, high_revenue_reporting_amount as high,
        covered_revenue_count as covered,
        naive_revenue_reporting_amount as naive_revenue,
        missed_reporting_amount as missed, naive_missed_reporting_amount as naive_missed,
        shown_method_code as shown
    from marts.report_forecast_backtest
    where scope_code = 'company'
    order by month_start_on
"""


@pytest.fixture(scope="module")
def trials(demo_world: World) -> list[dict[str, Any]]:
    with psycopg.connect(demo_world.warehouse.dsn("bi_reader"), row_factory=dict_row) as connection:
        return connection.execute(TRIALS).fetchall()


def total(rows: list[dict[str, Any]], column: str) -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))


def test_what_is_shown_missed_by_less(trials: list[dict[str, Any]]) -> None:
    assert len(trials) == 12
    is_model_better = total(trials, "missed") <= total(trials, "naive_missed")
    assert {row["shown"] for row in trials} == {"model" if is_model_better else "naive"}


def test_the_interval_keeps_what_it_says(trials: list[dict[str, Any]]) -> None:
    """Of twelve months 8 to 12 lie within an interval of 80 %."""
    assert 8 <= total(trials, "covered") <= 12


def millions(amount: Decimal) -> str:
    return f"{amount / 1_000_000:.1f}"


def line(row: dict[str, Any]) -> str:
    cells = [
        *(row["month"], str(row["won"]), f"{row['expected']:.0f}", f"{row['naive']:.0f}"),
        *(millions(row["revenue"]), millions(row["expected_revenue"])),
        f"{millions(row['low'])}–{millions(row['high'])}",
        *("yes" if row["covered"] else "no", millions(row["naive_revenue"])),
    ]
    return f"| {' | '.join(cells)} |"


def test_the_page_tells_each_month(trials: list[dict[str, Any]]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^\| 20.*$", page, re.MULTILINE) == [line(row) for row in trials]
    told = {
        "model": total(trials, "missed") / total(trials, "revenue"),
        "naive": total(trials, "naive_missed") / total(trials, "revenue"),
    }
    assert f"WAPE {told['model']:.1%} against {told['naive']:.1%}" in page
    assert f"{total(trials, 'covered')} of 12" in page
