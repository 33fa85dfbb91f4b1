"""Spend from landing to the reports against answers that were reckoned by hand.

The tests of this file run in their order: each one takes the warehouse where the last one left it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from infra.postgres import Warehouse
from tests.dbt.spent_money import AUTUMN, LANDED, SUNDAY, TOTALS, Total

SELECTED = (
    *("--select", "+report_ad_payback", "+fct_ad_performance", "+report_spend_reconciliation"),
    *("--indirect-selection", "buildable", "--exclude-resource-type", "unit_test"),
)
RECONCILED = (
    *("--select", "stg_state__source_totals", "report_spend_reconciliation"),
    *("spend_agrees_with_its_source", "--indirect-selection", "buildable"),
)
AT_VLADIVOSTOK = {"AS_OF": "2026-11-10", "COMPANY_TIMEZONE": "Asia/Vladivostok"}


def rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        connection.execute("set search_path = marts_build, intermediate")
        return connection.execute(query).fetchall()


def state_totals(warehouse: Warehouse, totals: Iterable[Total]) -> None:
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        connection.execute("delete from state.source_totals")
        for source, ad_account, day, value, currency in totals:
            connection.execute(
                "insert into state.source_totals (source, account, stream, measure, ad_account_id,"
                " day, value, currency_code, run_id)"
                " values (%s, 'main', 'campaign_days', 'spend', %s, %s, %s, %s, 'test')",
                (source, ad_account, day, value, currency),
            )


@pytest.fixture(scope="module")
def built(module_warehouse: Warehouse, parsed, land) -> Warehouse:
    for (source, stream), records in LANDED.items():
        land(module_warehouse, source, stream, records)
    state_totals(module_warehouse, TOTALS)
    parsed.build(*SELECTED, warehouse=module_warehouse, **AT_VLADIVOSTOK)
    return module_warehouse


def money(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


def test_money_is_worth_what_a_hand_reckons(built: Warehouse) -> None:
    found = rows(
        built,
        "select ad_account_id, campaign_id, reported_on::text, spend_amount,"
        " spend_gross_reporting_amount, spend_net_reporting_amount from fct_ad_spend"
        " where spend_kind_code = 'media' order by 1, 2, 3",
    )
    assert [(*row[:3], row[3:]) for row in found] == [
        # 10.01 × 80, Saturday's rate; 20.02 × 81.5. Nobody adds Russian VAT to dollars.
        ("900", "800001", SUNDAY, money("10.01", "800.80", "800.80")),
        ("900", "800001", AUTUMN, money("20.02", "1631.63", "1631.63")),
        # 1000.55 × 16 / 100 = 160.088: the bank quotes a hundred tenge.
        ("901", "810001", SUNDAY, money("1000.55", "160.09", "160.09")),
        # VAT on top: 100.01 × 1.22 = 122.0122.
        ("902", "820001", SUNDAY, money("100.01", "122.01", "100.01")),
        # 5 × 80
        ("903", "830001", SUNDAY, money("5", "400.00", "400.00")),
        # VAT inside, and Direct's own figure without it.
        ("dacha", "801", SUNDAY, money("30.00", "30.00", "24.59")),
        ("shop", "701", SUNDAY, money("122.01", "122.01", "100.01")),
        ("shop", "703", SUNDAY, money("50.00", "50.00", "40.98")),
    ]


def test_fees_stand_beside_the_media(built: Warehouse) -> None:
    found = rows(
        built,
        "select ad_account_id, campaign_id, reported_on::text, ad_account_time_zone,"
        " spend_gross_reporting_amount, spend_net_reporting_amount from fct_ad_spend"
        " where spend_kind_code = 'fee' order by 1, 2, 3",
    )
    assert [(*row[:4], row[4:]) for row in found] == [
        # 3100 / 31 days of March, without VAT, which nobody adds; on Saturday nothing was spent.
        ("902", "", "2026-03-07", "Europe/Moscow", money("100.00", "100.00")),
        ("902", "820001", SUNDAY, "Europe/Moscow", money("100.00", "100.00")),
        # 12.5 % of 122.01 = 15.25125; of 172.01 = 21.50125, less 15.25; VAT inside: 15.25 / 1.22
        # = 12.5 and 6.25 / 1.22 = 5.12295…
        ("shop", "701", SUNDAY, "Europe/Moscow", money("15.25", "12.50")),
        ("shop", "703", SUNDAY, "Europe/Moscow", money("6.25", "5.12")),
    ]


def test_payback_holds_both_and_shows_the_media(built: Warehouse) -> None:
    found = rows(
        built,
        "select channel_code, report_on::text, sum(spend_reporting_amount),"
        " sum(media_spend_reporting_amount), sum(clicks_count) from report_ad_payback"
        " group by 1, 2 having sum(spend_reporting_amount) > 0 order by 1, 2",
    )
    assert [(*row[:2], row[2:4], row[4]) for row in found] == [
        ("google_ads", "2026-03-07", money("100.00", "0.00"), 0),
        # 800.80 + 160.09 + 122.01 + 400.00 = 1482.90, and 100.00 of the agency
        ("google_ads", SUNDAY, money("1582.90", "1482.90"), 20),
        ("google_ads", AUTUMN, money("1631.63", "1631.63"), 5),
        # 30.00 + 122.01 + 50.00 = 202.01, and 21.50
        ("yandex_direct", SUNDAY, money("223.51", "202.01"), 3),
    ]


def test_new_york_keeps_its_sunday_while_it_is_monday_in_vladivostok(built: Warehouse) -> None:
    assert rows(
        built,
        "select reported_on::text, date_key, ad_account_time_zone from fct_ad_spend"
        " where ad_account_id = '900' order by 1",
    ) == [(SUNDAY, 20260308, "America/New_York"), (AUTUMN, 20261101, "America/New_York")]
    assert rows(
        built,
        "select created_date_key, campaign_id from fct_deals"
        " join dim_campaign using (campaign_key)",
    ) == [(20260309, "800001")]
    assert rows(
        built,
        "select report_on::text, spend_reporting_amount, deals_count from report_ad_payback"
        " where campaign_id = '800001' order by 1",
    ) == [
        (SUNDAY, Decimal("800.80"), 0),
        ("2026-03-09", Decimal(0), 1),
        (AUTUMN, Decimal("1631.63"), 0),
    ]


def test_what_has_no_group_is_not_allocated_and_no_fee_is(built: Warehouse) -> None:
    found = rows(
        built,
        "select level_code, spend_kind_code, campaign_id, is_allocated, ad_group_id, spend_amount"
        " from fct_ad_performance where platform_code = 'yandex_direct' and level_code <> 'ad'"
        " order by 1, 2 desc, 3",
    )
    assert [(*row[:5], f"{row[5]:.2f}") for row in found] == [
        ("ad_group", "media", "701", True, "71", "122.01"),
        ("ad_group", "media", "703", False, "", "50.00"),
        ("ad_group", "media", "801", False, "", "30.00"),
        ("ad_group", "fee", "701", False, "", "15.25"),
        ("ad_group", "fee", "703", False, "", "6.25"),
        ("keyword", "media", "701", False, "", "122.01"),
        ("keyword", "media", "703", False, "", "50.00"),
        ("keyword", "media", "801", False, "", "30.00"),
        ("keyword", "fee", "701", False, "", "15.25"),
        ("keyword", "fee", "703", False, "", "6.25"),
    ]


def test_campaigns_are_those_of_the_lists_and_of_the_days(built: Warehouse) -> None:
    assert rows(
        built,
        "select campaign_id, campaign_name, campaign_type, campaign_status, last_spend_on::text"
        " from dim_campaign where platform_code in ('yandex_direct', 'vk_ads') order by 1",
    ) == [
        ("501", "Весна", "traffic", "blocked", None),
        ("701", "Окна", "TEXT_CAMPAIGN", "ON", SUNDAY),  # the days call it otherwise
        ("702", "Единая", "UNIFIED_CAMPAIGN", "ARCHIVED", None),
        ("703", "Кампания 703", "SMART_CAMPAIGN", None, SUNDAY),
        ("801", "Кампания 801", "TEXT_CAMPAIGN", None, SUNDAY),
    ]
    assert rows(
        built,
        "select ad_account_id, campaign_name, first_spend_on from dim_campaign"
        " where campaign_id = '' and campaign_key <> -1",
    ) == [("902", "(без кампании)", None)]


def test_three_figures_agree_by_ad_account_and_day(built: Warehouse) -> None:
    found = rows(
        built,
        "select ad_account_id, reported_on::text, currency_code, source_amount, landed_amount,"
        " fact_amount, state_code from report_spend_reconciliation order by 1, 2",
    )
    assert [(*row[:3], row[3] and f"{row[3]:.2f}", *row[4:]) for row in found] == [
        (account, day, currency, source, *money(spent, spent), state)
        for account, day, currency, source, spent, state in (
            ("900", SUNDAY, "USD", "10.01", "10.01", "agrees"),
            ("900", AUTUMN, "USD", "20.02", "20.02", "agrees"),
            ("901", SUNDAY, "KZT", "1000.55", "1000.55", "agrees"),
            ("902", SUNDAY, "RUB", "100.01", "100.01", "agrees"),  # and not the fee
            ("903", SUNDAY, "USD", None, "5.00", "source_silent"),
            ("dacha", SUNDAY, "RUB", "30.00", "30.00", "agrees"),
            ("shop", SUNDAY, "RUB", "172.01", "172.01", "agrees"),
        )
    ]


def test_a_kopeck_moved_between_two_ad_accounts_is_named_twice(built: Warehouse, parsed) -> None:
    """The login's total of the day is right, and so is everything that adds the two up."""
    moved = {("dacha", SUNDAY): "29.99", ("shop", SUNDAY): "172.02"}
    state_totals(built, [(*t[:3], moved.get((t[1], t[2]), t[3]), t[4]) for t in TOTALS])
    done = parsed.run("build", *RECONCILED, warehouse=built, **AT_VLADIVOSTOK)
    assert not done.is_success
    for named in (
        "yandex_direct, account main, ad account dacha, 2026-03-08: differs by -0.010000 RUB"
        " (source 29.990000, landing 30.000000, fact 30.000000)",
        "yandex_direct, account main, ad account shop, 2026-03-08: differs by 0.010000 RUB"
        " (source 172.020000, landing 172.010000, fact 172.010000)",
    ):
        assert named in done.said
    assert "google_ads" not in done.said


def test_a_day_that_the_platform_says_was_free_is_named(built: Warehouse, parsed) -> None:
    state_totals(built, [(*t[:3], "0" if t[1] == "901" else t[3], t[4]) for t in TOTALS])
    done = parsed.run("build", *RECONCILED, warehouse=built, **AT_VLADIVOSTOK)
    assert not done.is_success
    assert "ad account 901, 2026-03-08: differs by -1000.550000 KZT" in done.said


def test_a_fee_that_is_lost_on_its_way_is_named(built: Warehouse, parsed) -> None:
    kept = ("test", "--select", "fees_reach_the_fact", "fees_are_kept", "spend_is_kept")
    assert parsed.run(*kept, warehouse=built, **AT_VLADIVOSTOK).is_success
    with psycopg.connect(built.dsn("transformer")) as connection:
        connection.execute(
            "update marts_build.fct_ad_spend set spend_amount = spend_amount - 0.01"
            " where spend_kind_code = 'fee' and campaign_id = '703'"
        )
    done = parsed.run(*kept, warehouse=built, **AT_VLADIVOSTOK)
    assert not done.is_success
    assert "fees_reach_the_fact: Got 1 result" in done.said
    assert "spend_is_kept" not in done.said


def test_without_vat_the_same_days_are_cheaper(built: Warehouse, parsed) -> None:
    settings = AT_VLADIVOSTOK | {"VAT_BASIS": "net"}
    parsed.build("--select", "fct_ad_spend", "--exclude-resource-type", "test", "unit_test",
                 warehouse=built, **settings)  # fmt: skip
    found = rows(
        built,
        "select platform_code, spend_kind_code, sum(spend_reporting_amount) from fct_ad_spend"
        " where date_key = 20260308 group by 1, 2 order by 1, 2 desc",
    )
    assert [(*row[:2], f"{row[2]:.2f}") for row in found] == [
        # 800.80 + 160.09 + 100.01 + 400.00; with VAT 1482.90
        ("google_ads", "media", "1460.90"),
        ("google_ads", "fee", "100.00"),
        # 24.59 + 100.01 + 40.98; with VAT 202.01
        ("yandex_direct", "media", "165.58"),
        # 12.50 + 5.12; with VAT 21.50
        ("yandex_direct", "fee", "17.62"),
    ]
