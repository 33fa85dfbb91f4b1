"""Spend that three sides agree on, and calls that several systems saw, counted by hand.

The tests of this file run in their order: each one takes the warehouse where the last one left it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier, Literal

from infra.postgres import Warehouse
from tests.dbt.seen_calls import (
    BITRIX24,
    CALLTOUCH,
    COMAGIC,
    call_of_bitrix24,
    call_of_calltouch,
    call_of_comagic,
)

SELECTED = (
    *("--select", "+fct_calls", "+fct_ad_performance", "+report_spend_reconciliation"),
    *("+int_crm_records__classified", "+int_deals__closed"),
    *("--indirect-selection", "buildable"),
    *("--exclude-resource-type", "unit_test"),
)
RECONCILED = (
    *("--select", "stg_state__source_totals", "report_spend_reconciliation"),
    *("spend_agrees_with_its_source", "--indirect-selection", "buildable"),
)


def rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        connection.execute("set search_path = marts_build")
        return connection.execute(query).fetchall()


def google_day(cost: str, day: str) -> dict[str, Any]:
    return {
        "customer": {"id": "900"},
        "campaign": {"id": "800001", "name": "BRAND", "advertisingChannelType": "SEARCH"},
        "metrics": {"costMicros": cost, "impressions": "100", "clicks": "5", "interactions": "6"},
        "segments": {"date": day},
    }


def csv_line(spend: str, ad_group: str, ad: str) -> dict[str, Any]:
    line = dict.fromkeys(("impressions", "clicks"), "") | {"account": "vk", "campaign": "Окна"}
    line |= {"date": "2026-01-31", "platform": "VK Реклама", "channel": "vk_ads"}
    return line | {
        **{"ad_group": ad_group, "ad": ad, "spend": spend, "currency": "RUB"},
        "vat_included": "yes",
    }


def state_totals(warehouse: Warehouse, totals: Iterable[tuple[str, str, str, str, str]]) -> None:
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        connection.execute("delete from state.source_totals")
        for source, ad_account, day, value, currency in totals:
            connection.execute(
                "insert into state.source_totals (source, account, stream, measure, ad_account_id,"
                " day, value, currency_code, run_id)"
                " values (%s, 'main', 'campaign_days', 'spend', %s, %s, %s, %s, 'test')",
                (source, ad_account, day, value, currency),
            )


TOTALS = (
    ("google_ads", "900", "2026-03-08", "1.234567", "USD"),
    ("google_ads", "900", "2026-03-09", "0.000000", "USD"),
    ("yandex_direct", "shop-ads", "2026-01-31", "500.25", "RUB"),
)


@pytest.fixture(scope="module")
def built(module_warehouse: Warehouse, parsed, land) -> Warehouse:
    """Spend of three platforms and the calls of three systems, built once."""
    landed: dict[tuple[str, str], dict[str, Any]] = {
        ("bitrix24", "currencies"): {
            "RUB": {"CURRENCY": "RUB", "AMOUNT": "1", "AMOUNT_CNT": "1", "BASE": "Y"},
            "USD": {"CURRENCY": "USD", "AMOUNT": "80.5", "AMOUNT_CNT": "1", "BASE": "N"},
        },
        ("bitrix24", "users"): {
            number: {"ID": number, "ACTIVE": True, "NAME": name, "USER_TYPE": "employee"}
            for number, name in (("10", "Anna"), ("11", "Boris"))
        },
        ("bitrix24", "leads"): {
            "1": {
                **{"id": 1, "stageId": "NEW", "stageSemanticId": "P", "assignedById": 10},
                "createdTime": "2026-03-09T05:00:00+10:00",
                "updatedTime": "2026-03-09T05:00:00+10:00",
            }
        },
        ("bitrix24", "calls"): {key: call_of_bitrix24(key) for key in BITRIX24},
        ("calltouch", "calls"): {key: call_of_calltouch(key) for key in CALLTOUCH},
        ("comagic", "calls"): {key: call_of_comagic(key) for key in COMAGIC},
        ("comagic", "accounts"): {"1": {"id": 1, "timezone": "Europe/Berlin"}},
        ("google_ads", "customers"): {
            "900": {
                "customer": {
                    **{"id": "900", "descriptiveName": "NY", "currencyCode": "USD"},
                    "timeZone": "America/New_York",
                }
            }
        },
        ("google_ads", "campaign_days"): {
            "900|800001|2026-03-08": google_day("1234567", "2026-03-08")
        },
        ("yandex_direct", "clients"): {
            "shop-ads": {"Login": "shop-ads", "ClientInfo": "Shop", "Currency": "RUB"}
        },
        ("yandex_direct", "campaign_days"): {
            "shop-ads|700001|2026-01-31": {
                **{"Date": "2026-01-31", "CampaignId": "700001", "CampaignName": "Окна"},
                **{"CampaignType": "TEXT_CAMPAIGN", "Impressions": "1000", "Clicks": "10"},
                **{"Cost": "500.25", "Conversions": "--"},
            }
        },
        ("csv_spend", "spend_lines"): {
            "vk.csv:2": csv_line("100.005", "Москва", "Баннер 1"),
            "vk.csv:3": csv_line("100.005", "Москва", "Баннер 2"),
            "vk.csv:4": csv_line("50", "", ""),
        },
    }
    for (source, stream), records in landed.items():
        land(module_warehouse, source, stream, records)
    state_totals(module_warehouse, TOTALS)
    parsed.build(*SELECTED, warehouse=module_warehouse, AS_OF="2026-11-23")
    return module_warehouse


def test_one_call_is_one_row_whoever_saw_it(built: Warehouse) -> None:
    found = rows(
        built,
        "select bitrix24_call_id, calltouch_call_id, comagic_call_id, match_method, direction_code,"
        " is_answered, manager_id from fct_calls join dim_manager using (manager_key)",
    )
    assert sorted(found, key=lambda row: [value or "" for value in row[:3]]) == [
        (None, "106", None, "none", "incoming", True, ""),  # 15:01 after telephony's
        (None, "109", None, "none", "incoming", True, ""),  # they called
        (None, "113", None, "none", "incoming", True, ""),
        ("1", "101", None, "explicit_id", "incoming", True, "10"),
        ("10", None, None, "none", "incoming", True, "11"),  # two legs
        ("12", None, "212", "phone_time", "incoming", True, "10"),
        ("13", None, None, "none", "incoming", True, "10"),  # the same id of another day
        # Half a minute late: 18:00:30 is nearer to 18:00:40, and is yet the first.
        ("14", "114", None, "phone_time", "incoming", False, "10"),
        ("15", "115", None, "phone_time", "incoming", True, "11"),
        ("16", "116", None, "phone_time", "incoming", False, "10"),
        ("17", None, None, "none", "outgoing", True, "11"),  # we rang back five seconds later
        ("2", "102", None, "phone_time", "incoming", True, "10"),
        ("3", "103", None, "phone_time", "incoming", False, "10"),  # a clock four minutes off:
        ("4", "104", None, "phone_time", "incoming", True, "11"),  # 12:04 is nearer to 12:05
        ("5", "105", "205", "phone_time", "incoming", True, "10"),
        ("6", None, None, "none", "incoming", True, "10"),
        ("7", None, None, "none", "incoming", False, "10"),  # the tracker missed the first
        ("8", "108", None, "phone_time", "incoming", True, "10"),
        ("9", None, None, "none", "outgoing", True, "11"),  # and were called back
    ]


def test_no_call_is_lost_and_none_counts_twice(built: Warehouse) -> None:
    (counted,) = rows(
        built,
        "select count(bitrix24_call_id), count(calltouch_call_id), count(comagic_call_id),"
        " count(distinct calltouch_call_id), sum(systems_count) from fct_calls",
    )
    legs_of_one = 1
    seen = len(BITRIX24) - legs_of_one, len(CALLTOUCH), len(COMAGIC)
    assert counted == (*seen, len(CALLTOUCH), sum(seen))


def test_a_call_stands_on_the_day_of_the_company_whatever_the_clocks(built: Warehouse) -> None:
    """5 November, not 11 May; half past eleven in Vladivostok is 04:30 in Moscow."""
    assert rows(
        built,
        "select coalesce(bitrix24_call_id, calltouch_call_id), started_at,"
        " date_key from fct_calls where '102' = calltouch_call_id or comagic_call_id = '212'"
        " or calltouch_call_id = '106' order by 1",
    ) == [
        ("106", datetime(2026, 11, 5, 11, 15, 1, tzinfo=UTC), 20261105),
        ("12", datetime(2026, 3, 29, 1, 30, tzinfo=UTC), 20260329),
        ("2", datetime(2026, 11, 5, 8, 3, tzinfo=UTC), 20261105),
    ]


def test_the_channel_of_a_call_is_the_trackers(built: Warehouse) -> None:
    found = rows(
        built,
        "select bitrix24_call_id, dim_channel.channel_code, channel_match_method, campaign_id"
        " from fct_calls"
        " join dim_channel using (channel_key)"
        " left join intermediate.int_campaigns__unioned using (campaign_key)"
        " where bitrix24_call_id in ('2', '5', '6', '12') order by 1",
    )
    assert found == [
        ("12", "google_ads", "click_id", None),
        ("2", "yandex_direct", "utm_pair", None),
        ("5", "yandex_direct", "campaign_id", "700001"),
        ("6", "unknown", "none", None),
    ]


def test_new_york_and_vladivostok_each_keep_their_day(built: Warehouse) -> None:
    """Google's day is the advertiser's, of 23 hours; 5 o'clock in Vladivostok is yesterday."""
    assert rows(
        built,
        "select reported_on::text, date_key, ad_account_time_zone, spend_amount,"
        " spend_reporting_amount from fct_ad_spend where platform_code = 'google_ads'",
    ) == [
        ("2026-03-08", 20260308, "America/New_York", Decimal("1.234567"), Decimal("99.38")),
    ]
    assert rows(built, "select created_on::text from intermediate.int_crm_records__classified") == [
        ("2026-03-08",)
    ]


def test_each_level_adds_up_to_the_campaign(built: Warehouse) -> None:
    assert rows(
        built,
        "select level_code, ad_group_name, ad_name, spend_amount, spend_reporting_amount"
        " from fct_ad_performance where platform_code = 'VK Реклама'"
        " order by level_code, is_allocated desc, ad_name",
    ) == [
        ("ad", "Москва", "Баннер 1", Decimal("100.005000"), Decimal("100.01")),
        ("ad", "Москва", "Баннер 2", Decimal("100.005000"), Decimal("100.01")),
        # 250.01 − 2 × 100.01: what rounding moved is here too.
        ("ad", "не распределено", "не распределено", Decimal("50.000000"), Decimal("49.99")),
        ("ad_group", "Москва", "", Decimal("200.010000"), Decimal("200.01")),
        ("ad_group", "не распределено", "не распределено", Decimal("50.000000"), Decimal("50.00")),
        ("keyword", "не распределено", "не распределено", Decimal("250.010000"), Decimal("250.01")),
    ]  # fmt: skip


def test_three_figures_agree(built: Warehouse) -> None:
    assert rows(
        built,
        "select platform_code, ad_account_id, reported_on::text, source_amount, landed_amount,"
        " fact_amount, difference_amount, state_code from report_spend_reconciliation"
        ' order by platform_code collate "C", reported_on',
    ) == [
        ("VK Реклама", "vk", "2026-01-31", None, Decimal("250.010000"), Decimal("250.010000"),
         Decimal("0.000000"), "source_not_asked"),
        ("google_ads", "900", "2026-03-08", Decimal("1.234567"), Decimal("1.234567"),
         Decimal("1.234567"), Decimal("0.000000"), "agrees"),
        ("yandex_direct", "shop-ads", "2026-01-31", Decimal("500.250000"), Decimal("500.250000"),
         Decimal("500.250000"), Decimal("0.000000"), "agrees"),
    ]  # fmt: skip


def test_a_planted_kopeck_at_the_source_is_named(built: Warehouse, parsed) -> None:
    dearer = ("yandex_direct", "shop-ads", "2026-01-31", "500.26", "RUB")
    state_totals(built, (*TOTALS[:2], dearer))
    done = parsed.run("build", *RECONCILED, warehouse=built, AS_OF="2026-11-23")
    assert not done.is_success
    assert (
        "yandex_direct, account main, ad account shop-ads, 2026-01-31: differs by 0.010000 RUB"
        " (source 500.260000, landing 500.250000, fact 500.250000)" in done.said
    )


def test_a_planted_cent_in_the_fact_is_named(built: Warehouse, parsed) -> None:
    state_totals(built, TOTALS)
    with psycopg.connect(built.dsn("transformer")) as connection:
        connection.execute(
            SQL("update {} set spend_amount = spend_amount - {} where platform_code = {}").format(
                Identifier("marts_build", "fct_ad_spend"),
                Literal(Decimal("0.01")),
                Literal("google_ads"),
            )
        )
    done = parsed.run("build", *RECONCILED, warehouse=built, AS_OF="2026-11-23")
    assert not done.is_success
    named = "google_ads, account main, ad account 900, 2026-03-08: differs by 0.010000 USD"
    assert named in done.said
    assert "yandex_direct" not in done.said.split("spend does not agree")[1]


def test_net_of_vat_stops_where_no_rate_is_known(built: Warehouse, parsed, land) -> None:
    line = csv_line("10", "", "") | {"currency": "USD"}
    land(built, "csv_spend", "spend_lines", {"vk.csv:5": line})
    build = (
        *("build", "--select", "stg_csv_spend__spend_lines", "int_ad_spend__unioned"),
        *("int_ad_spend__valued", "money_has_its_vat", "--indirect-selection", "buildable"),
        *("--exclude-resource-type", "unit_test"),
    )
    assert parsed.run(*build, warehouse=built, VAT_BASIS="gross").is_success
    done = parsed.run(*build, warehouse=built, VAT_BASIS="net")
    assert not done.is_success
    assert "money_has_its_vat: Got 1 result" in done.said
