"""The glossary tells what the seeds and the models hold."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def listed(title: str) -> dict[str, list[str]]:
    """The table under a title: code to cells."""
    section = GLOSSARY.split(f"## {title}")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE)
    return {code: cells.split(" | ") for code, cells in rows}


def test_channels_are_those_of_the_seed() -> None:
    with (ROOT / "dbt_project" / "seeds" / "channels.csv").open(encoding="utf-8") as file:
        seed = {
            row["channel_code"]: [
                row["channel_name_en"],
                row["channel_name_ru"],
                "yes · да" if row["is_paid"] == "true" else "no · нет",
            ]
            for row in csv.DictReader(file)
        }
    assert listed("Channels") == seed


def accepted(manifest: Mapping[str, Any], model: str, column: str) -> set[str]:
    (test,) = (
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and node.get("attached_node") == f"model.warehouse.{model}"
        and node["column_name"] == column
        and node["test_metadata"]["name"] == "accepted_values"
    )
    return set(test["test_metadata"]["kwargs"]["values"])


def test_methods_are_those_of_the_marts(manifest: Mapping[str, Any]) -> None:
    for title, column in (
        ("How the win of a deal is dated", "won_at_method"),
        ("How a manager is known", "manager_method"),
        ("How a channel is found", "channel_match_method"),
    ):
        assert set(listed(title)) == accepted(manifest, "fct_deals", column), title


def test_how_calls_are_united_is_told(manifest: Mapping[str, Any]) -> None:
    assert set(listed("How calls are united")) == accepted(manifest, "fct_calls", "match_method")


def test_how_a_call_finds_its_record_is_told(manifest: Mapping[str, Any]) -> None:
    told = set(listed("How a call finds its lead or deal"))
    assert told == accepted(manifest, "fct_calls", "record_match_method")


def test_how_a_touch_finds_its_customer_is_told(manifest: Mapping[str, Any]) -> None:
    told = set(listed("How a touch finds its customer"))
    assert told == accepted(manifest, "fct_touches", "match_method")


def test_contact_methods_are_those_of_the_seed() -> None:
    with (ROOT / "dbt_project" / "seeds" / "contact_methods.csv").open(encoding="utf-8") as file:
        seed = {
            row["contact_method_code"]: [
                row["contact_method_name_en"],
                row["contact_method_name_ru"],
            ]
            for row in csv.DictReader(file)
        }
    assert listed("Contact methods") == seed
