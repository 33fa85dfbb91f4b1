"""The forecast and the open pipeline of a made-up year and a half, and what must not change them.

The tests of this file run in their order: each one takes the warehouse where the last one left it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from infra.postgres import Warehouse

MOSCOW = ZoneInfo("Europe/Moscow")
FORECAST = ("+fct_forecast", "+fct_forecast_log", "+fct_pipeline_daily", "dim_date")
AGAIN = (
    *("stg_bitrix24__deals", "stg_bitrix24__deal_stage_history", "int_crm_records__classified"),
    *("int_deal_stages__sequenced", "int_deals__closed", "path:models/intermediate/pipeline"),
    *("path:models/intermediate/forecast", "path:models/marts/forecast"),
)
AS_OF = "2026-02-15"
FORECAST_COLUMNS = (
    "forecast_on::text, pipeline_id, expected_won_deals_count, low_won_deals_count,"
    " high_won_deals_count, naive_won_deals_count, expected_revenue_reporting_amount,"
    " low_revenue_reporting_amount, high_revenue_reporting_amount, naive_revenue_reporting_amount"
)
Records = dict[str, dict[str, Any]]


def entry(number: int, deal: int, at: datetime, stage: str, semantic: str) -> dict[str, Any]:
    return {
        **{"ID": number, "TYPE_ID": 2, "OWNER_ID": deal, "CREATED_TIME": at.isoformat()},
        **{"CATEGORY_ID": 0, "STAGE_ID": stage, "STAGE_SEMANTIC_ID": semantic},
    }


def days() -> Iterator[date]:
    day = date(2024, 8, 1)
    while day <= date.fromisoformat(AS_OF):
        yield day
        day += timedelta(days=1)


def company() -> tuple[Records, Records]:
    """Deals that come daily, more of them in spring, and pass two stages or are lost."""
    drawn = random.Random(5)  # noqa: S311 - a made-up company, not a secret
    deals, history = Records(), Records()

    def enter(deal: int, at: datetime, stage: str, semantic: str) -> None:
        number = len(history) + 1
        history[str(number)] = entry(number, deal, at, stage, semantic)

    for day in days():
        if day.weekday() >= 5 or drawn.random() > (0.95 if 3 <= day.month <= 5 else 0.7):
            continue
        number = len(deals) + 1
        created = datetime(day.year, day.month, day.day, 11, tzinfo=MOSCOW)
        moves = [(created, "NEW", "P")]
        middle = created + timedelta(days=drawn.randint(1, 20))
        if drawn.random() < 0.7:
            moves.append((middle, "OFFER", "P"))
        end = "WON", "S"
        if len(moves) == 1 or drawn.random() < 0.4:
            end = "LOSE", "F"
        moves.append((middle + timedelta(days=drawn.randint(1, 30)), *end))
        moves = [move for move in moves if move[0].date() <= date.fromisoformat(AS_OF)]
        for at, stage, semantic in moves:
            enter(number, at, stage, semantic)
        deals[str(number)] = deal(number, moves, drawn.choice((0, 20_000, 50_000, 90_000)))
    return deals, history


def deal(number: int, moves: list[tuple[datetime, str, str]], amount: int) -> dict[str, Any]:
    moved, stage, semantic = moves[-1]
    return {
        **{"id": number, "categoryId": 0, "stageId": stage, "stageSemanticId": semantic},
        **{"assignedById": 10, "opportunity": amount, "currencyId": "RUB", "isRecurring": "N"},
        **{"createdTime": moves[0][0].isoformat(), "movedTime": moved.isoformat()},
        "updatedTime": moved.isoformat(),
    }


def rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        connection.execute("set search_path = marts_build, intermediate")
        return connection.execute(query).fetchall()


def hashes(warehouse: Warehouse) -> Mapping[str, str]:
    marts = ("report_forecast", "report_forecast_backtest", "fct_forecast", "fct_forecast_log")
    return {
        mart: rows(
            warehouse,
            f"select md5(string_agg(t::text, '|' order by t::text)) from {mart} as t",  # noqa: S608
        )[0][0]
        for mart in (*marts, "int_forecast_draws__simulated")
    }


def trials(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return rows(
        warehouse,
        f"select {FORECAST_COLUMNS} from report_forecast_backtest order by 1, 2",  # noqa: S608
    )


@pytest.fixture(scope="module")
def built(module_warehouse: Warehouse, parsed, land) -> Warehouse:
    deals, history = company()
    land(module_warehouse, "bitrix24", "deals", deals)
    land(module_warehouse, "bitrix24", "deal_stage_history", history)
    build(parsed, module_warehouse, *FORECAST)
    return module_warehouse


def build(parsed, warehouse: Warehouse, *models: str, as_of: str = AS_OF) -> None:
    parsed.build(
        *("--select", *models, "--exclude-resource-type", "unit_test", "test"),
        warehouse=warehouse,
        AS_OF=as_of,
    )


def test_each_evening_holds_the_deals_open_then(built: Warehouse) -> None:
    open_by_history = """
        select count(distinct d.deal_id) from staging.stg_bitrix24__deals as d
        where d.created_at < (timestamp '{day}' + interval '1 day') at time zone 'Europe/Moscow'
        and not exists (
            select from staging.stg_bitrix24__deal_stage_history as h
            where h.deal_id = d.deal_id and h.stage_semantic <> 'P'
            and h.entered_at < (timestamp '{day}' + interval '1 day') at time zone 'Europe/Moscow'
        )
    """
    levels = """
        select sum(open_deals_count), sum(
            open_under_3_days_count + open_3_to_7_days_count + open_8_to_14_days_count
            + open_15_to_30_days_count + open_from_31_days_count
        ) from fct_pipeline_daily where report_on = '{day}'
    """
    for day in ("2024-09-30", "2025-06-11", AS_OF):
        (held,) = rows(built, levels.format(day=day))
        assert {*held} == {rows(built, open_by_history.format(day=day))[0][0]}
        assert held[0] > 5


def test_parts_add_up_to_the_forecast_of_the_company(built: Warehouse) -> None:
    whole = rows(
        built,
        "select horizon_code, expected_won_deals_count, expected_revenue_reporting_amount"
        " from report_forecast where scope_code = 'company' order by 1",
    )
    assert whole == rows(
        built,
        "select horizon_code, round(sum(expected_won_deals_count), 2),"
        " sum(expected_revenue_reporting_amount) from fct_forecast group by 1 order by 1",
    )
    assert [row[0] for row in whole] == ["next_month", "this_month"]
    assert all(row[1] > 1 for row in whole)


def test_bounds_surround_the_forecast_of_twelve_months(built: Warehouse) -> None:
    (found,) = rows(
        built,
        "select count(*), count(naive_revenue_reporting_amount), bool_and("
        " low_revenue_reporting_amount < expected_revenue_reporting_amount"
        " and expected_revenue_reporting_amount < high_revenue_reporting_amount"
        " and low_won_deals_count < high_won_deals_count)"
        " from report_forecast_backtest where scope_code = 'company'",
    )
    # the records begin in August 2024, so February to July 2025 have no year before
    assert found == (12, 6, True)


def test_a_second_build_draws_the_same(built: Warehouse, parsed) -> None:
    before = hashes(built)
    build(parsed, built, "int_forecast_deals__scored+")
    assert hashes(built) == before


def test_what_happens_later_changes_no_earlier_forecast(built: Warehouse, parsed, land) -> None:
    before, logged = trials(built), hashes(built)["fct_forecast_log"]
    history = rows(built, "select max(entry_no) from staging.stg_bitrix24__deal_stage_history")
    number = int(history[0][0])
    touched = rows(
        built,
        "select distinct deal_id from int_deal_stays__completed"
        " where entered_on between '2025-07-01' and '2025-08-31' order by 1",
    )
    planted = Records()
    for (owner,) in touched:  # won ones are lost, open and lost ones are won
        at = datetime(2025, 9, 10, 12, tzinfo=MOSCOW)
        for stage, semantic in (("LOSE", "F"), ("WON", "S")):
            number += 1
            planted[str(number)] = entry(number, int(owner), at, stage, semantic)
            at += timedelta(days=1)
    assert len(planted) > 40
    land(built, "bitrix24", "deal_stage_history", planted)
    build(parsed, built, *AGAIN)
    after = trials(built)
    known = [row for row in before if row[0] <= "2025-08-31"]
    assert len(known) == 16
    assert [row for row in after if row[0] <= "2025-08-31"] == known
    assert after != before, "the trials of later months see it"
    assert hashes(built)["fct_forecast_log"] == logged, "what was said stays said"


def test_each_evening_is_logged_once(built: Warehouse, parsed) -> None:
    build(parsed, built, "int_forecast_origins__listed+", as_of="2026-02-14")
    assert rows(
        built, "select forecast_on::text, count(*) from fct_forecast_log group by 1 order by 1"
    ) == [("2026-02-14", 4), (AS_OF, 4)]


def test_the_calendar_knows_the_decrees(built: Warehouse) -> None:
    assert rows(
        built,
        "select year_number, count(*) filter (where is_working_day),"
        " count(*) filter (where is_short_working_day), bool_and(is_calendar_official)"
        " from dim_date where year_number between 2024 and 2026 group by 1 order by 1",
    ) == [(2024, 248, 5, True), (2025, 247, 4, True), (2026, 247, 4, True)]
    assert rows(
        built,
        "select working_day_no_in_month, working_days_in_month, iso_year_week, is_working_day,"
        " day_name_en from dim_date where date_on = '2026-01-09'",
    ) == [(0, 15, "2026-W02", False, "Day off moved from 2026-01-03")]
