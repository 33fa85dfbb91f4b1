"""Published marts against the true answers, which were written before anything was served.

Money is compared to the kopeck, row by row: nothing missing, nothing more, nothing different.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from infra.postgres import Warehouse
from tests.e2e.running import World

pytestmark = pytest.mark.timeout(600)

SPEND_BY_PLATFORM_DAY = """
    select
        platform_code as platform, ad_account_id as account, reported_on::text as day,
        currency_code as currency, sum(spend_amount) as spend,
        sum(spend_reporting_amount) as spend_reporting,
        sum(impressions_count) as impressions, sum(clicks_count) as clicks
    from marts.fct_ad_spend
    group by 1, 2, 3, 4
"""

WON_REVENUE_BY_MONTH_PIPELINE = """
    select
        coalesce(to_char(won_on, 'YYYY-MM'), 'unknown') as month, pipeline_id,
        count(*) as won_deals, sum(revenue_reporting_amount) as revenue_reporting
    from marts.fct_deals
    where is_won
    group by 1, 2
"""

MANAGERS = """
    select
        case when manager_key = -1 then 'unknown' else min(manager_id) end as manager_id,
        sum(leads_count) as leads, sum(deals_count) as deals, sum(won_deals_count) as won_deals,
        sum(revenue_reporting_amount) as revenue_reporting
    from marts.report_manager_kpis
    group by manager_key
"""

CHANNELS = """
    select
        channel_code, sum(leads_count) as leads, sum(deals_count) as deals,
        sum(won_deals_count) as won_deals, sum(revenue_reporting_amount) as revenue_reporting,
        sum(inquiries_count) as inquiries, sum(spend_reporting_amount) as spend_reporting
    from marts.report_ad_payback
    group by channel_code
"""

CAMPAIGNS = """
    select
        platform_code as platform, ad_account_id as account, campaign_id,
        sum(spend_reporting_amount) as spend_reporting, sum(leads_count) as leads,
        sum(deals_count) as deals, sum(won_deals_count) as won_deals,
        sum(revenue_reporting_amount) as revenue_reporting
    from marts.report_ad_payback
    where campaign_key <> -1
    group by campaign_key, 1, 2, 3
"""

MATCH_METHODS = """
    select 'lead' as entity, channel_match_method as match_method, count(*) as count
    from marts.fct_leads
    group by 2
    union all
    select 'deal', channel_match_method, count(*) from marts.fct_deals group by 2
"""

LEFT_OUT = """
    select entity, reason, left_out_count as count
    from marts.report_left_out
    where left_out_count > 0
"""

SPEND_BELOW_CAMPAIGNS = """
    select
        platform_code as platform, level_code as level, currency_code as currency, is_allocated,
        sum(spend_amount) as spend, sum(spend_reporting_amount) as spend_reporting,
        sum(impressions_count) as impressions, sum(clicks_count) as clicks
    from marts.fct_ad_performance
    group by 1, 2, 3, 4
"""

CALLS = """
    select
        concat_ws(
            '+',
            case when bitrix24_call_id is not null then 'bitrix24' end,
            case when calltouch_call_id is not null then 'calltouch' end,
            case when comagic_call_id is not null then 'comagic' end
        ) as systems,
        match_method, count(*) as calls, count(*) filter (where is_answered) as answered,
        sum(duration_seconds) as seconds
    from marts.fct_calls
    group by 1, 2
"""

CALLS_BY_CHANNEL = """
    select
        coalesce(channel_code, 'unknown') as channel_code, count(*) as calls,
        count(*) filter (where is_answered) as answered, sum(duration_seconds) as seconds
    from marts.fct_calls left join marts.dim_channel using (channel_key)
    group by 1
"""

TOTALS = """
    select
        (select count(*) from marts.fct_leads) as leads,
        (select sum(inquiries_count) from marts.report_ad_payback) as inquiries,
        (select count(*) from marts.fct_deals) as deals,
        (select count(*) from marts.fct_deals where is_won) as won_deals,
        (select coalesce(sum(revenue_reporting_amount), 0) from marts.fct_deals where is_won)
            as revenue_reporting,
        (select sum(spend_reporting_amount) from marts.fct_ad_spend) as spend_reporting,
        (select sum(impressions_count) from marts.fct_ad_spend) as impressions,
        (select sum(clicks_count) from marts.fct_ad_spend) as clicks
"""

UNMATCHED = """
    select
        count(*) as deals, count(*) filter (where channel_key = -1) as unmatched_deals,
        sum(revenue_reporting_amount) filter (where is_won) as revenue_reporting,
        sum(revenue_reporting_amount) filter (where is_won and channel_key = -1)
            as unmatched_revenue_reporting
    from marts.fct_deals
"""

QUERIES = {
    "spend_by_platform_day": SPEND_BY_PLATFORM_DAY,
    "won_revenue_by_month_pipeline": WON_REVENUE_BY_MONTH_PIPELINE,
    "managers": MANAGERS,
    "channels": CHANNELS,
    "campaigns": CAMPAIGNS,
    "match_methods": MATCH_METHODS,
    "left_out": LEFT_OUT,
    "spend_below_campaigns": SPEND_BELOW_CAMPAIGNS,
    "calls": CALLS,
    "calls_by_channel": CALLS_BY_CHANNEL,
}
DEMO_ALONE = {"left_out", "spend_below_campaigns", "calls", "calls_by_channel"}
NOT_FIGURES = {"name"}


def read(warehouse: Warehouse, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(warehouse.dsn("bi_reader"), row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def comparable(rows: list[dict[str, Any]]) -> dict[tuple[str, ...], dict[str, Decimal]]:
    """Rows by the words in them, figures as exact numbers."""
    found: dict[tuple[str, ...], dict[str, Decimal]] = {}
    for row in rows:
        words, figures = [], {}
        for name, value in row.items():
            if name in NOT_FIGURES:
                continue
            number = as_number(name, value)
            if number is None:
                words.append(str(value))
            else:
                figures[name] = number
        assert tuple(words) not in found, f"two rows of {words}"
        found[tuple(words)] = figures
    return found


FIGURES = {
    "spend",
    "spend_reporting",
    "revenue_reporting",
    "unmatched_revenue_reporting",
    "impressions",
    "clicks",
    "leads",
    "inquiries",
    "deals",
    "unmatched_deals",
    "won_deals",
    "count",
    "calls",
    "answered",
    "seconds",
}


def as_number(name: str, value: Any) -> Decimal | None:
    return Decimal(value or 0) if name in FIGURES else None


def differences(
    found: dict[tuple[str, ...], dict[str, Decimal]],
    true: dict[tuple[str, ...], dict[str, Decimal]],
) -> list[str]:
    """The first rows that differ, in words; rows of nothing but zeros need no partner."""
    keys = sorted(found.keys() | true.keys())
    nothing: dict[str, Decimal] = {}
    wrong = []
    for key in keys:
        ours, theirs = found.get(key, nothing), true.get(key, nothing)
        if any(
            ours.get(name, Decimal(0)) != theirs.get(name, Decimal(0))
            for name in ours.keys() | theirs.keys()
        ):
            wrong.append(f"{key}: marts {ours or 'nothing'}, ledger {theirs or 'nothing'}")
    return wrong[:10]


def assert_section(world: World, section: str) -> None:
    found = comparable(read(world.marts, QUERIES[section]))
    true = comparable(world.ledger[section])
    assert found
    assert differences(found, true) == []


@pytest.mark.parametrize("section", QUERIES)
def test_the_demo_company_to_the_kopeck(demo_world: World, section: str) -> None:
    assert len(demo_world.ledger[section]) > 3
    assert_section(demo_world, section)


@pytest.mark.parametrize("section", [name for name in QUERIES if name not in DEMO_ALONE])
def test_the_school_to_the_cent(school_world: World, section: str) -> None:
    assert_section(school_world, section)


@pytest.mark.parametrize("which", ["demo_world", "school_world"])
def test_totals(which: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(which)
    (found,) = read(world.marts, TOTALS)
    true = world.ledger["totals"]
    assert {name: Decimal(value) for name, value in found.items()} == {
        name: Decimal(value) for name, value in true.items()
    }


@pytest.mark.parametrize("which", ["demo_world", "school_world"])
def test_the_unmatched_share_is_the_planted_one(which: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(which)
    (found,) = read(world.marts, UNMATCHED)
    true = world.ledger["unmatched"]
    for name, value in found.items():
        assert Decimal(value or 0) == Decimal(true[name]), name
    share = Decimal(found["unmatched_deals"]) / Decimal(found["deals"])
    assert share.quantize(Decimal("0.000001")) == Decimal(true["deals_share"])


def test_a_wrong_figure_would_be_seen(demo_world: World) -> None:
    """The comparison itself: one kopeck more, one row less, one row more."""
    true = comparable(demo_world.ledger["channels"])
    key = next(iter(true))
    dearer = {**true, key: {**true[key], "deals": true[key]["deals"] + Decimal("0.01")}}
    fewer = {name: row for name, row in true.items() if name != key}
    more = {**true, ("invented",): {"deals": Decimal(1)}}
    assert differences(true, true) == []
    for wrong in (dearer, fewer, more):
        assert len(differences(wrong, true)) == 1


def test_the_school_against_a_script_that_shares_nothing_with_us(
    school_world: World, school_figures: dict[str, Any]
) -> None:
    found = read(
        school_world.marts,
        """
        select
            case when m.manager_key = -1 then 'unknown' else m.manager_name end as name,
            sum(deals_count) as deals, sum(won_deals_count) as won_deals,
            sum(revenue_reporting_amount) as revenue
        from marts.report_manager_kpis k join marts.dim_manager m using (manager_key)
        group by 1
        having sum(deals_count) > 0 -- the report also has those who only called
        """,
    )
    # The mart says surname first, the files the other way round.
    managers = {
        " ".join(reversed(row["name"].split(" ", 1))): {
            "deals": int(row["deals"]),
            "won_deals": int(row["won_deals"]),
            "revenue": Decimal(row["revenue"]),
        }
        for row in found
    }
    assert managers == {
        name: {**row, "revenue": Decimal(row["revenue"])}
        for name, row in school_figures["managers"].items()
    }
    spent = read(
        school_world.marts,
        "select platform_code, sum(spend_amount) as spend from marts.fct_ad_spend group by 1",
    )
    true = {
        "google_ads" if name == "Google Ads" else name: Decimal(amount)
        for name, amount in school_figures["spend"].items()
    }
    assert {row["platform_code"]: Decimal(row["spend"]) for row in spent} == true


def test_every_row_of_the_school_that_is_not_counted_has_a_counted_reason(
    school_world: World, school_figures: dict[str, Any]
) -> None:
    reasons = {
        f"{row['entity']} {row['reason']}": row["count"]
        for row in school_world.ledger["not_loadable"]
    }
    assert reasons == school_figures["left_out"]
    (served,) = read(school_world.marts, "select count(*) as deals from marts.fct_deals")
    assert served["deals"] == school_figures["deals"]


def test_the_ledger_was_written_before_the_store(demo_world: World) -> None:
    folder: Path = demo_world.home / "sandbox"
    assert json.loads((folder / "ledger.json").read_text()) == demo_world.ledger
