"""The daily job once more: nothing moves when nothing happened, and else what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse
from infra.sandbox import process as sandbox
from tests.e2e.running import Finished, World

pytestmark = pytest.mark.timeout(900)

KOPECK = Decimal("0.01")
DEARER = Decimal("100.50")
MORE_SPENT = Decimal("12.34")

A_WON_DEAL = """
    select deal_key, deal_id, deal_amount, reporting_rate, won_date_key, channel_key, campaign_key,
        manager_key, department_key, revenue_reporting_amount
    from marts.fct_deals
    where is_won and deal_amount > 0 and won_date_key > 0
    order by deal_id limit 1
"""

A_DAY_OF_SPEND = """
    select ad_spend_key, ad_account_id, campaign_id, reported_on, spend_amount, currency_code,
        reporting_rate,
        date_key, channel_key, campaign_key, spend_reporting_amount
    from marts.fct_ad_spend
    where platform_code = 'google_ads' and spend_kind_code = 'media' and spend_amount > 0
    order by reported_on desc, campaign_id limit 1
"""

TELL_OF_THEM_TOO = {
    *("dim_customer", "fct_attribution", "fct_deal_products", "fct_forecast"),
    *("fct_pipeline_daily", "report_attribution", "report_cohorts", "report_company_kpis"),
    *("report_contacts", "report_customer_value", "report_deals", "report_forecast"),
    *("report_forecast_backtest", "report_leads", "report_marketing_actions"),
    "report_plan_completion",
}
"""What is reckoned from the deal and the day of spend, a few rows each."""

FEW = 16
"""Two rows in each model of attribution."""

KEYS = """
    select c.relname, array_agg(a.attname order by array_position(i.indkey, a.attnum))
    from pg_index i
    join pg_class c on c.oid = i.indrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
    where i.indisprimary and c.relnamespace = 'marts'::regnamespace and c.relname <> 'publish_log'
    group by c.relname
"""

COLUMNS = """
    select array_agg(attname order by attnum) from pg_attribute
    where attrelid = %s::regclass and attnum > 0 and not attisdropped and attname !~ '^_'
"""

Rows = dict[tuple[Any, ...], str]


def one(warehouse: Warehouse, query: str) -> dict[str, Any]:
    with psycopg.connect(warehouse.dsn("bi_reader"), row_factory=dict_row) as connection:
        found = connection.execute(query).fetchone()
    assert found is not None
    return found


def marts(warehouse: Warehouse) -> dict[str, Rows]:
    """Every row of every mart, by its key, without technical columns."""
    found: dict[str, Rows] = {}
    with psycopg.connect(warehouse.dsn("owner")) as connection:
        tables = connection.execute(KEYS).fetchall()
    with psycopg.connect(warehouse.dsn("bi_reader")) as connection:
        for table, key in tables:
            (columns,) = connection.execute(COLUMNS, [f"marts.{table}"]).fetchone() or ([],)
            query = SQL("select {}, row({})::text from marts.{}").format(
                SQL(", ").join(map(Identifier, key)),
                SQL(", ").join(map(Identifier, columns)),
                Identifier(table),
            )
            found[table] = {tuple(row[:-1]): row[-1] for row in connection.execute(query)}
    return found


def moved(before: Mapping[str, Rows], after: Mapping[str, Rows]) -> dict[str, set[tuple[Any, ...]]]:
    """The keys of all rows that came, went or read differently, by mart."""
    assert before.keys() == after.keys()
    found = {
        table: {
            key
            for key in before[table].keys() | after[table].keys()
            if before[table].get(key) != after[table].get(key)
        }
        for table in before
    }
    return {table: keys for table, keys in found.items() if keys}


def change(world: World, document: Mapping[str, object]) -> None:
    running = sandbox.find(world.home / "sandbox")
    assert running is not None
    answer = httpx.post(f"{running.http_url}/_sandbox/change", json=document, timeout=10)
    answer.raise_for_status()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What was changed at the sources, as the marts showed it before, and what the run did."""

    deal: dict[str, Any]
    spend: dict[str, Any]
    run: Finished
    before: dict[str, Rows]
    after: dict[str, Rows]


@pytest.fixture(scope="module")
def changed(demo_world: World, second_run: Finished) -> Changed:
    """One deal and one day of spend changed at the source, and the job run on it."""
    assert second_run.code == 0, second_run.output
    deal, spend = one(demo_world.marts, A_WON_DEAL), one(demo_world.marts, A_DAY_OF_SPEND)
    change(
        demo_world,
        {
            "entity": "deal",
            "id": int(deal["deal_id"]),
            "fields": {"opportunity": str(deal["deal_amount"] + DEARER)},
        },
    )
    change(
        demo_world,
        {
            "platform": "google_ads",
            "account": spend["ad_account_id"],
            "campaign_id": spend["campaign_id"],
            "day": spend["reported_on"].isoformat(),
            "spend": str(spend["spend_amount"] + MORE_SPENT),
        },
    )
    run = demo_world.again()
    assert run.code == 0, run.output
    return Changed(
        deal=deal,
        spend=spend,
        run=run,
        before=marts(demo_world.marts),
        after=marts(demo_world.warehouse),
    )


def publications(world: World) -> list[dict[str, tuple[int, str]]]:
    """What each publication wrote to each mart, and the mart's checksum after it."""
    with psycopg.connect(world.warehouse.dsn("bi_reader"), row_factory=dict_row) as connection:
        rows = connection.execute(
            "select publish_id, table_name, checksum,"
            " rows_inserted + rows_updated + rows_deleted as written"
            " from marts.publish_log order by publish_id"
        ).fetchall()
    found: dict[int, dict[str, tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row["publish_id"], {})[row["table_name"]] = (
            row["written"],
            row["checksum"],
        )
    return [found[number] for number in sorted(found)]


def test_a_second_run_writes_no_row_and_leaves_every_checksum(
    demo_world: World, second_run: Finished
) -> None:
    assert second_run.code == 0, second_run.output
    first, second = publications(demo_world)[:2]
    assert len(first) >= 15
    assert {table: written for table, (written, _) in second.items() if written} == {}
    assert {table: checksum for table, (_, checksum) in first.items()} == {
        table: checksum for table, (_, checksum) in second.items()
    }


def test_a_second_run_builds_no_world(second_run: Finished) -> None:
    assert "built once" not in second_run.output
    assert "first load" not in second_run.output


def parts_of_the_day(world: World, spend: Mapping[str, Any]) -> set[tuple[Any, ...]]:
    """The keys of what a campaign's day is made of, below the campaign."""
    query = "select ad_performance_key from marts.fct_ad_performance where campaign_key = %s"
    with psycopg.connect(world.warehouse.dsn("bi_reader")) as connection:
        of = spend["campaign_key"], spend["reported_on"]
        return set(connection.execute(query + " and reported_on = %s", of).fetchall())


def test_exactly_the_rows_that_follow_from_a_change_move(
    demo_world: World, changed: Changed
) -> None:
    deal, spend = changed.deal, changed.spend
    found = moved(changed.before, changed.after)
    freshness = found.pop("report_source_freshness")
    parts = found.pop("fct_ad_performance")
    assert parts
    assert parts <= parts_of_the_day(demo_world, spend)
    others = {table: found.pop(table) for table in found.keys() & TELL_OF_THEM_TOO}
    assert others.keys() == TELL_OF_THEM_TOO
    assert max(map(len, others.values())) <= FEW
    assert found == {
        "fct_deals": {(deal["deal_key"],)},
        "fct_ad_spend": {(spend["ad_spend_key"],)},
        "report_ad_payback": {
            (deal["channel_key"], deal["campaign_key"], deal["won_date_key"]),
            (spend["channel_key"], spend["campaign_key"], spend["date_key"]),
        },
        "report_manager_kpis": {
            tuple(deal[f"{one}_key"] for one in ("manager", "department", "channel", "won_date"))
        },
        "report_spend_reconciliation": {
            (
                *("google_ads", "main", spend["ad_account_id"]),
                *(spend["currency_code"], spend["reported_on"]),
            )
        },
    }
    # The portal's clock went on, and one stream of each source holds a newer row.
    assert {key[0] for key in freshness} == {"bitrix24", "google_ads"}
    assert ("google_ads", "main", "campaign_days") in freshness
    assert ("bitrix24", "main", "deals") in freshness


def test_the_new_figures_are_exact(demo_world: World, changed: Changed) -> None:
    deal, spend = changed.deal, changed.spend
    now = one(
        demo_world.warehouse,
        f"select * from marts.fct_deals where deal_key = {deal['deal_key']}",  # noqa: S608
    )
    amount = deal["deal_amount"] + DEARER
    assert now["deal_amount"] == amount
    assert now["revenue_reporting_amount"] == in_reporting(amount, deal["reporting_rate"])
    now = one(
        demo_world.warehouse,
        f"select * from marts.fct_ad_spend where ad_spend_key = {spend['ad_spend_key']}",  # noqa: S608
    )
    amount = spend["spend_amount"] + MORE_SPENT
    assert now["spend_amount"] == amount
    assert now["spend_reporting_amount"] == in_reporting(amount, spend["reporting_rate"])


def in_reporting(amount: Decimal, rate: Decimal) -> Decimal:
    return (amount * rate).quantize(KOPECK, ROUND_HALF_UP)
