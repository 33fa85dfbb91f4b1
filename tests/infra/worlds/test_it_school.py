"""The world of real files against a script that shares nothing with it."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def counted(school_data: Path) -> dict[str, Any]:
    script = Path(__file__).with_name("independent_it_school.py")
    done = subprocess.run(
        [sys.executable, "-I", script, school_data], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def test_the_script_imports_nothing_of_ours() -> None:
    text = Path(__file__).with_name("independent_it_school.py").read_text(encoding="utf-8")
    assert not any(
        name in text for name in ("import infra", "from infra", "connectors", "pydantic")
    )


def test_totals(school, counted) -> None:
    totals = school.ledger["totals"]
    assert totals["deals"] == totals["inquiries"] == counted["deals"]
    assert totals["won_deals"] == counted["won_deals"]
    assert Decimal(totals["revenue_reporting"]) == Decimal(counted["revenue"])
    assert totals["leads"] == 0


def test_managers(school, counted) -> None:
    found = {
        row["name"] or row["manager_id"]: {
            "deals": row["deals"],
            "won_deals": row["won_deals"],
            "revenue": row["revenue_reporting"],
        }
        for row in school.ledger["managers"]
    }
    assert found == counted["managers"]


def test_months_of_wins(school, counted) -> None:
    found = {
        row["month"]: {"won_deals": row["won_deals"], "revenue": row["revenue_reporting"]}
        for row in school.ledger["won_revenue_by_month_pipeline"]
    }
    assert found == counted["months"]
    assert found["unknown"]["won_deals"] > 0


def test_spend_by_source(school, counted) -> None:
    found: dict[str, Decimal] = {}
    for row in school.ledger["spend_by_platform_day"]:
        name = "Google Ads" if row["platform"] == "google_ads" else row["platform"]
        found[name] = found.get(name, Decimal(0)) + Decimal(row["spend"])
    assert found == {name: Decimal(amount) for name, amount in counted["spend"].items()}
    total = Decimal(school.ledger["totals"]["spend_reporting"])
    assert total == sum(found.values())


def test_every_row_that_is_left_out_has_a_reason(school, counted) -> None:
    found = {
        f"{row['entity']} {row['reason']}": row["count"] for row in school.ledger["not_loadable"]
    }
    assert found == counted["left_out"]


def test_the_portal_holds_every_deal_under_its_own_id(school, counted) -> None:
    ids = [
        str(row[0]) for row in school.store.query("select id from item where entity_type_id = 2")
    ]
    assert sorted(ids) == counted["ids"]
    assert {len(number) for number in ids} == {19}
    assert school.count("select count(*) from item where entity_type_id = 3") == counted["contacts"]
    assert school.count("select count(*) from call") == counted["calls"]


def test_amounts_in_the_portal_are_exact(school, counted) -> None:
    texts = school.store.query(
        "select payload from item where entity_type_id = 2"
        " and json_extract(payload, '$.stageSemanticId') = 'S'"
    )
    amounts = [json.loads(text, parse_float=Decimal)["opportunity"] for (text,) in texts]
    assert sum(amounts, Decimal(0)) == Decimal(counted["revenue"])


def test_no_platform_is_disguised_as_another(school) -> None:
    files = {
        line.split(",")[1]
        for path in (school.folder / "csv_spend").glob("*.csv")
        for line in path.read_text(encoding="utf-8").splitlines()[1:]
    }
    assert "Facebook Ads" in files
    assert "Google Ads" not in files
    names = {
        json.loads(text)["name"]
        for (text,) in school.store.query("select payload from google_campaign")
    }
    assert "(no campaign)" in names
