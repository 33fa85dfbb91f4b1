"""Everything that dbt builds, from an empty landing to a published change, in one warehouse.

The tests of this file run in their order: each one takes the warehouse where the last one left it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from infra.coverage.counterparts import read as read_coverage
from infra.postgres import Warehouse
from orchestration.publication import mart_tables
from orchestration.publishing import TablePublication, publish
from tests.dbt.test_manifest import MARTS

COMPANY: Mapping[str, Any] = json.loads(
    (Path(__file__).parent / "company.json").read_text(encoding="utf-8")
)
DAILY = ("--exclude-resource-type", "unit_test")
FIRST_LOAD = "2026-03-01 04:00:00+03"


def rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        return (
            connection.execute("set search_path = marts_build")
            and connection.execute(query).fetchall()
        )


def land_company(warehouse: Warehouse, land) -> None:
    for source, streams in COMPANY.items():
        for stream, records in streams.items():
            land(warehouse, source, stream, records)
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        for stream in ("deals", "leads"):
            connection.execute(
                "insert into state.loads (run_id, source, account, stream, mode, status,"
                " finished_at, data_through)"
                " values ('test', 'bitrix24', 'main', %s, 'first', 'succeeded', %s, %s)",
                (stream, FIRST_LOAD, FIRST_LOAD),
            )


def published(warehouse: Warehouse, parsed) -> dict[str, TablePublication]:
    done = publish(warehouse.dsn("publisher"), run_id="test", tables=mart_tables(parsed.manifest))
    return {table.name: table for table in done}


def writes(done: Mapping[str, TablePublication]) -> dict[str, tuple[int, int, int]]:
    counts = {name: (t.inserted, t.updated, t.deleted) for name, t in done.items()}
    return {name: count for name, count in counts.items() if any(count)}


@pytest.fixture(scope="module")
def built(module_warehouse: Warehouse, parsed, land) -> Warehouse:
    """The small company, built and published once."""
    parsed.build(warehouse=module_warehouse)  # an empty landing, and the unit tests
    with psycopg.connect(module_warehouse.dsn("transformer")) as connection:
        empty = connection.execute("select count(*) from marts_build.fct_deals").fetchone()
    assert empty == (0,)
    land_company(module_warehouse, land)
    parsed.build(*DAILY, warehouse=module_warehouse)
    assert published(module_warehouse, parsed).keys() == MARTS
    return module_warehouse


def test_spend_is_typed_converted_and_added_up_once(built: Warehouse) -> None:
    assert rows(
        built,
        "select platform_code, ad_account_id, campaign_id, reported_on::text, spend_amount,"
        " currency_code, is_vat_included, spend_reporting_amount from fct_ad_spend"
        " order by platform_code collate \"C\", reported_on, currency_code",
    ) == [
        ("google_ads", "900", "800001", "2026-01-31", Decimal("1.234567"), "USD", False,
         Decimal("99.38")),
        ("google_ads", "900", "800001", "2026-02-01", Decimal("0.000000"), "USD", False,
         Decimal("0.00")),
        ("yandex_direct", "shop-ads", "700001", "2026-01-31", Decimal("500.250000"), "RUB", True,
         Decimal("500.25")),
        ("Радио", "", "", "2026-01-31", Decimal("7.000000"), "KZT", False, Decimal("1.14")),
        ("Радио", "", "", "2026-01-31", Decimal("200.010000"), "RUB", True, Decimal("200.01")),
    ]  # fmt: skip


def test_ad_payback_by_channel(built: Warehouse) -> None:
    found = rows(
        built,
        "select channel_code, sum(spend_reporting_amount), sum(leads_count), sum(inquiries_count),"
        " sum(deals_count), sum(won_deals_count), sum(revenue_reporting_amount)"
        " from report_ad_payback group by 1 order by 1",
    )
    assert {row[0]: tuple(map(Decimal, row[1:])) for row in found} == {
        channel: tuple(map(Decimal, figures.split()))
        for channel, figures in {
            "existing_base": "0 0 1 1 0 0",
            "google_ads": "99.38 0 1 1 1 0",
            "influencers": "0 0 1 1 0 0",
            "offline": "201.15 0 0 0 0 0",
            "unknown": "0 1 1 0 0 0",
            "word_of_mouth": "0 1 1 0 0 0",
            "yandex_direct": "500.25 1 1 1 1 80508.05",
        }.items()
    }


def test_manager_kpis(built: Warehouse) -> None:
    found = rows(
        built,
        "select manager_id, department_name, sum(leads_count), sum(inquiries_count),"
        " sum(deals_count), sum(won_deals_count), sum(zero_won_deals_count), sum(lost_deals_count),"
        " sum(revenue_reporting_amount) from report_manager_kpis group by 1, 2 order by 1",
    )
    assert {row[:2]: tuple(map(Decimal, row[2:])) for row in found} == {
        person: tuple(map(Decimal, figures.split()))
        for person, figures in {
            ("", "Не указан"): "1 2 1 1 1 0 0",
            ("10", "Sales"): "1 2 2 1 0 0 80508.05",
            ("11", "Не указан"): "1 2 1 0 0 1 0",
        }.items()
    }


def test_deals_keep_how_each_thing_is_known(built: Warehouse) -> None:
    found = rows(
        built,
        "select deal_id, d.won_on::text, won_at_method, w.year_month, lost_at_method,"
        " channel_match_method,"
        " channel_rule_id, c.campaign_id, customer_name, sale_no, is_inquiry, manager_method,"
        " stage_name from fct_deals d"
        " left join dim_date w on w.date_key = d.won_date_key"
        " join dim_campaign c using (campaign_key) join dim_customer using (customer_key)"
        " join dim_stage using (stage_key) order by deal_id",
    )
    assert found == [
        ("1", "2026-02-01", "stage_history", "2026-02", None, "campaign_id", None, "700001",
         "Client LLC", 1, False, "current", "Won"),
        ("2", None, None, None, "moved_time", "known_customer", None, "",
         "Client LLC", None, True, "current", "Lost"),
        ("3", None, "unknown", "unknown", None, "utm_pair", "pair google/cpc", "800001",
         "Не определён", None, True, "current", "Won"),
        ("4", None, None, None, None, "crm_source", "company UC_BLOG", "",
         "Контакт 1", None, True, "current", "GONE"),
    ]  # fmt: skip


def test_stage_history_has_durations(built: Warehouse) -> None:
    assert rows(
        built,
        "select entry_id, entry_no, duration_seconds, is_present_stage from fct_deal_stages"
        " order by entry_no",
    ) == [("1", 1, 20 * 86400 + 15 * 3600, False), ("2", 2, None, True)]


def test_what_is_left_out_is_counted(built: Warehouse) -> None:
    assert rows(
        built,
        "select entity, reason, left_out_count from report_left_out where left_out_count > 0"
        " order by 1, 2",
    ) == [
        ("company", "own_company", 1),
        ("deal", "recurring_template", 1),
        ("deal_stage", "deal_left_out", 1),
        ("deal_stage", "deal_not_landed", 1),
    ]


def test_departments_in_a_circle_end(built: Warehouse) -> None:
    assert rows(built, "select department_id, department_path from dim_department order by 1") == [
        ("", "Не указан"),
        ("1", "Company"),
        ("2", "Company / Sales"),
        ("8", "Circle one"),
        ("9", "Circle two"),
    ]


def test_ids_have_their_names(built: Warehouse) -> None:
    assert rows(
        built,
        "select deal_id, responsible_name, responsible_department_name, company_name,"
        " pipeline_name, stage_name, stage_meaning_code, source_name, deal_reporting_amount"
        " from intermediate.int_deals__named where deal_id <= '3' order by 1",
    ) == [
        ("1", "Azarova Anna", "Sales", "Client LLC", "Retail", "Won", "won", None,
         Decimal("80508.05")),
        ("2", "Belov Boris", None, "Client LLC", "Wholesale", "Lost", "lost", "Call",
         Decimal("90.63")),
        ("3", None, None, None, "Retail", "Won", "won", "UC_X", Decimal("0.00")),
    ]  # fmt: skip
    assert rows(
        built,
        "select entry_id, entry_kind_code, stage_name, responsible_name, left_at is null,"
        " duration_seconds from intermediate.int_stage_entries__named"
        " where entity_type_id = '2' and record_id = '1' order by entry_no",
    ) == [
        ("1", "created", "New", "Azarova Anna", False, 20 * 86400 + 15 * 3600),
        ("2", "ended", "Won", "Azarova Anna", True, None),
    ]
    assert rows(
        built,
        "select user_name, department_1_name, department_2_name, department_3_name, is_active"
        " from intermediate.int_users__placed order by 1",
    ) == [
        ("Azarova Anna", "Company", "Sales", None, True),
        ("Belov Boris", None, None, None, False),
    ]
    assert rows(
        built,
        "select record_id, linked_entity_type_id, linked_record_id"
        " from intermediate.int_record_links__unioned where entity_type_id = '2' order by 1, 2",
    ) == [
        *(("1", kind, "1") for kind in ("1", "3", "4")),
        ("2", "4", "1"),
        ("4", "3", "1"),
    ]


def test_every_dimension_has_its_unknown_member(built: Warehouse) -> None:
    for dim in ("date", "channel", "campaign", "manager", "department", "stage", "customer"):
        found = rows(built, f"select count(*) from dim_{dim} where {dim}_key = -1")  # noqa: S608
        assert found == [(1,)], dim


def test_no_name_and_no_phone_of_a_person_leaves_landing(built: Warehouse) -> None:
    canaries = ("Personname", "4957654321")
    with psycopg.connect(built.dsn("transformer")) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('staging', 'intermediate', 'snapshots', 'marts_build')"
        ).fetchall()
        assert len(tables) > 45
        for table in tables:
            text = connection.execute(
                SQL("select string_agg(t::text, ' ') from {} as t").format(Identifier(*table))
            ).fetchone()
            assert text is not None
            assert not [c for c in canaries if c in (text[0] or "")], table
        (landed,) = connection.execute(
            "select string_agg(_payload::text, ' ') from raw_bitrix24.contacts"
        ).fetchone()  # type: ignore[misc]
    assert all(canary in landed for canary in canaries), "the search would find them"


def test_every_counterpart_of_the_portals_bi_connector_is_a_column(built: Warehouse) -> None:
    with psycopg.connect(built.dsn("transformer")) as connection:
        columns = connection.execute(
            "select table_name || '.' || column_name from information_schema.columns"
            " where table_schema in ('staging', 'intermediate', 'marts_build')"
        ).fetchall()
    named = {at for one in read_coverage().datasets for each in one.columns for at in each.at}
    assert len(named) > 200
    assert sorted(named - {column for (column,) in columns}) == []


def test_the_same_landing_gives_the_same_marts(built: Warehouse, parsed) -> None:
    before = published(built, parsed)
    parsed.build(*DAILY, warehouse=built)
    after = published(built, parsed)
    assert writes(after) == {}
    assert {name: t.checksum for name, t in after.items()} == {
        name: t.checksum for name, t in before.items()
    }


def test_exactly_what_follows_from_a_change_changes(built: Warehouse, parsed, land) -> None:
    deals = copy.deepcopy(COMPANY["bitrix24"]["deals"])
    deals["1"] |= {"opportunity": 2000, "updatedTime": "2026-03-02T10:00:00+03:00"}
    # Handed over after the first load: the past win stays with whom it was seen with first.
    deals["1"] |= {"assignedById": 11}
    deals["4"] |= {"assignedById": 11, "updatedTime": "2026-03-02T10:00:00+03:00"}
    land(built, "bitrix24", "deals", deals)
    days = copy.deepcopy(COMPANY["yandex_direct"]["campaign_days"])
    days["shop-ads|700001|2026-01-31"]["Cost"] = "500.26"
    land(built, "yandex_direct", "campaign_days", days)
    parsed.build(*DAILY, warehouse=built)
    assert writes(published(built, parsed)) == {
        "dim_customer": (0, 1, 0),
        "fct_ad_performance": (0, 3, 0),
        "fct_ad_spend": (0, 1, 0),
        "fct_attribution": (0, 7, 0),
        "fct_deal_products": (0, 2, 0),
        "fct_deals": (0, 2, 0),
        # a past evening shows the amount of today, and so does what a deal to come would bring
        "fct_forecast": (0, 1, 0),
        "fct_pipeline_daily": (0, 21, 0),
        "report_ad_payback": (0, 2, 0),
        "report_attribution": (0, 14, 0),
        # two rows of each model of attribution that is offered
        "report_cohorts": (0, 14, 0),
        "report_companies": (0, 1, 0),
        "report_company_kpis": (0, 2, 0),
        "report_contacts": (0, 1, 0),
        "report_customer_value": (0, 1, 0),
        "report_deals": (0, 2, 0),
        "report_forecast": (0, 2, 0),
        "report_leads": (0, 1, 0),
        "report_manager_kpis": (0, 1, 0),
        # a load that is handed over
        "report_manager_load": (1, 0, 1),
        "report_spend_reconciliation": (0, 1, 0),
    }
    assert rows(
        built,
        "select d.deal_id, m.manager_id, c.manager_id, revenue_reporting_amount from fct_deals d"
        " join dim_manager m on m.manager_key = d.manager_key"
        " join dim_manager c on c.manager_key = d.created_manager_key"
        " where deal_id in ('1', '4') order by 1",
    ) == [("1", "10", "10", Decimal("161000.00")), ("4", "11", "10", Decimal("0.00"))]


def test_a_bad_value_stops_the_run_by_name(built: Warehouse, parsed, land) -> None:
    company = COMPANY["bitrix24"]["companies"]["1"]
    deal = COMPANY["bitrix24"]["deals"]["1"]
    land(built, "bitrix24", "companies", {"1": {**company, "isMyCompany": "perhaps"}})
    land(built, "bitrix24", "deals", {"1": {**deal, "opportunity": "1 000,00"}})
    done = parsed.run(
        *("build", "--select", "stg_bitrix24__deals", "stg_bitrix24__companies", *DAILY),
        warehouse=built,
    )
    assert not done.is_success
    for model, value in (("deals", "1 000,00"), ("companies", "perhaps")):
        assert re.search(f"stg_bitrix24__{model}:.*invalid input syntax.*{value}", done.said, re.S)


def test_a_currency_without_a_rate_stops_the_run(built: Warehouse, parsed, land) -> None:
    deal = COMPANY["bitrix24"]["deals"]["1"]
    land(built, "bitrix24", "deals", {"1": {**deal, "currencyId": "XTS"}})
    done = parsed.run("build", "--select", "stg_bitrix24__deals", *DAILY, warehouse=built)
    assert not done.is_success
    assert "no rate of XTS (1 rows): see docs/sources/cbr.md" in done.said


def test_only_two_bases_of_vat_are_known(parsed) -> None:
    done = parsed.run("parse", VAT_BASIS="without")
    assert not done.is_success
    assert "VAT_BASIS is 'without'; expected gross or net" in done.said
