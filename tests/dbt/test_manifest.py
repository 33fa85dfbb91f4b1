"""The project against the house's rules, read from what dbt itself understood of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.channels import CHANNEL_CODES
from connectors.registry import SOURCES

PROJECT = Path(__file__).parents[2] / "dbt_project"
Node = Mapping[str, Any]

# What no list of columns holds stands in models of its own, long, for all kinds of items at once.
OPEN_ENDED = {"stg_bitrix24__custom_fields", "stg_bitrix24__item_parents"}

SCHEMAS = {"staging", "intermediate", "seeds", "snapshots", "marts_build"}
MARTS = {
    *(
        "dim_date",
        "dim_channel",
        "dim_contact_method",
        "dim_campaign",
        "dim_manager",
        "dim_department",
        "dim_stage",
    ),
    *("dim_customer", "fct_ad_spend", "fct_leads", "fct_deals", "fct_deal_stages"),
    *("dim_product", "fct_deal_products", "fct_invoices", "fct_payments"),
    *("report_cohorts", "report_customer_value"),
    *("report_deals", "report_leads", "report_contacts", "report_companies", "report_invoices"),
    *("report_ad_payback", "report_manager_kpis", "report_left_out", "report_source_freshness"),
    *("fct_ad_performance", "fct_calls", "report_spend_reconciliation"),
    *("fct_pipeline_daily", "fct_forecast", "fct_forecast_log"),
    *("report_forecast", "report_forecast_backtest"),
    *("dim_attribution_model", "fct_touches", "fct_attribution", "report_attribution"),
    *("fct_plan", "report_plan_completion", "report_company_kpis", "report_marketing_actions"),
    "bridge_period_days",
    *("dim_manager_version", "dim_department_version", "fct_inquiries", "report_manager_load"),
}
ENVIRONMENT = {
    *("WAREHOUSE_HOST", "WAREHOUSE_PORT", "WAREHOUSE_DATABASE"),
    *("DBT_ENV_SECRET_TRANSFORMER_PASSWORD", "REPORTING_CURRENCY", "COMPANY_TIMEZONE"),
    *("VAT_BASIS", "AS_OF"),
}
# What every BI client of the kits can read: no jsonb, no arrays, no unbounded numeric, no float.
READABLE = re.compile(
    r"^(integer|bigint|boolean|date|text|timestamp with time zone|numeric\((\d+), ?\d+\))$"
)


def models(manifest: Mapping[str, Any]) -> list[Node]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def marts(manifest: Mapping[str, Any]) -> dict[str, Node]:
    return {node["name"]: node for node in models(manifest) if node["fqn"][1] == "marts"}


def columns(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Node]]:
    for name, node in marts(manifest).items():
        for column in node["columns"].values():
            yield name, column


def test_the_marts_are_the_agreed_ones(manifest: Mapping[str, Any]) -> None:
    assert set(marts(manifest)) == MARTS


def test_every_schema_is_exact(manifest: Mapping[str, Any]) -> None:
    built = [n for n in manifest["nodes"].values() if n["resource_type"] != "test"]
    assert {node["schema"] for node in built if node["resource_type"] != "operation"} <= SCHEMAS


def test_every_mart_has_an_enforced_contract_and_a_key(manifest: Mapping[str, Any]) -> None:
    for name, node in marts(manifest).items():
        assert node["contract"]["enforced"], name
        keys = [one for one in node["constraints"] if one["type"] == "primary_key"]
        assert len(keys) == 1, name
        assert set(keys[0]["columns"]) <= set(node["columns"]), name


def test_every_model_says_its_grain_first(manifest: Mapping[str, Any]) -> None:
    silent = [n["name"] for n in models(manifest) if not n["description"].startswith("One row per")]
    assert not silent


def test_every_mart_column_is_described(manifest: Mapping[str, Any]) -> None:
    assert not [(m, c["name"]) for m, c in columns(manifest) if len(c["description"]) < 8]


def test_labels_come_in_both_languages(manifest: Mapping[str, Any]) -> None:
    for mart, column in columns(manifest):
        labels = {name for name in column["config"]["meta"] if name.startswith("label_")}
        assert labels in (set(), {"label_ru", "label_en"}), (mart, column["name"])


def test_what_people_read_has_a_label(manifest: Mapping[str, Any]) -> None:
    read = re.compile(r"(_amount|_count|_name|_on|_at|_name_ru|_name_en)$")
    bare = [
        (mart, column["name"])
        for mart, column in columns(manifest)
        if read.search(column["name"])
        and not column["name"].startswith("_")
        and "label_ru" not in column["config"]["meta"]
    ]
    assert not bare


def test_every_column_can_be_read_by_bi(manifest: Mapping[str, Any]) -> None:
    for mart, column in columns(manifest):
        found = READABLE.match(column["data_type"])
        assert found, (mart, column["name"], column["data_type"])
        assert int(found[2] or 0) <= 28, (mart, column["name"])


def test_money_stands_beside_its_currency(manifest: Mapping[str, Any]) -> None:
    for name, node in marts(manifest).items():
        amounts = {column for column in node["columns"] if column.endswith("_amount")}
        reporting = {column for column in amounts if column.endswith("_reporting_amount")}
        assert all(node["columns"][c]["data_type"] == "numeric(18,2)" for c in reporting), name
        assert not reporting or "reporting_currency_code" in node["columns"], name
        assert reporting == amounts or "currency_code" in node["columns"], name


def test_reports_hold_nothing_that_does_not_add_up(manifest: Mapping[str, Any]) -> None:
    for mart, column in columns(manifest):
        if mart.startswith("report_"):
            assert not re.search(r"share|ratio|avg|median|percent|_rate$", column["name"]), column


def test_every_mart_has_a_reader(manifest: Mapping[str, Any]) -> None:
    exposures = manifest["exposures"].values()
    read = {one.split(".")[-1] for e in exposures for one in e["depends_on"]["nodes"]}
    assert read == MARTS
    for exposure in exposures:
        assert exposure["owner"]["email"], exposure["name"]
        assert exposure["type"] == "dashboard"


def test_no_packages(manifest: Mapping[str, Any]) -> None:
    assert not {"packages.yml", "dependencies.yml"} & {path.name for path in PROJECT.iterdir()}
    packages = {macro["package_name"] for macro in manifest["macros"].values()}
    assert packages == {"warehouse", "dbt", "dbt_postgres"}


def test_every_landed_stream_is_a_source_and_every_source_a_stream(
    manifest: Mapping[str, Any],
) -> None:
    declared = {
        (node["source_name"], node["name"]): node
        for node in manifest["sources"].values()
        if node["source_name"] != "state"
    }
    assert set(declared) == {(source.name, s.name) for source in SOURCES for s in source.streams}
    for (source, stream), node in declared.items():
        assert node["schema"] == f"raw_{source}"
        assert node["config"]["meta"]["dagster"]["asset_key"] == ["raw", source, stream]


def test_only_staging_reads_landing_one_model_per_stream(manifest: Mapping[str, Any]) -> None:
    readers: dict[str, list[str]] = {}
    for node in models(manifest):
        for parent in node["depends_on"]["nodes"]:
            if parent.startswith("source."):
                readers.setdefault(parent, []).append(node["name"])
    assert set(readers) == set(manifest["sources"])
    for parent, names in readers.items():
        source, stream = parent.split(".")[-2:]
        assert set(names) - OPEN_ENDED == {f"stg_{source}__{stream}"}


@pytest.mark.parametrize("layer", ["staging", "intermediate"])
def test_nothing_but_marts_reads_backwards(manifest: Mapping[str, Any], layer: str) -> None:
    order = ["staging", "intermediate", "marts"]
    layers = {node["unique_id"]: node["fqn"][1] for node in models(manifest)}
    for node in models(manifest):
        if node["fqn"][1] == layer:
            for parent in node["depends_on"]["nodes"]:
                assert order.index(layers.get(parent, "staging")) <= order.index(layer), node[
                    "name"
                ]


def test_the_environment_is_read_by_the_agreed_names_only() -> None:
    found = set()
    for path in PROJECT.rglob("*"):
        if path.suffix in {".sql", ".yml"} and "target" not in path.parts:
            found |= set(re.findall(r"env_var\('(\w+)'", path.read_text(encoding="utf-8")))
    assert found == ENVIRONMENT


def test_the_list_of_channels_is_the_one_that_files_are_checked_against() -> None:
    with (PROJECT / "seeds" / "channels.csv").open(encoding="utf-8") as file:
        assert {row["channel_code"] for row in csv.DictReader(file)} == set(CHANNEL_CODES)


def test_no_two_general_rules_of_one_rank_ask_the_same() -> None:
    with (PROJECT / "seeds" / "channel_rules.csv").open(encoding="utf-8") as file:
        rules = list(csv.DictReader(file))
    asked = [
        tuple(value for name, value in row.items() if name not in {"rule_id", "channel_code"})
        for row in rules
    ]
    assert len(asked) == len(set(asked))
