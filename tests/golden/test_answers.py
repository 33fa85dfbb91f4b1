"""The answers against themselves and the tables they answer for: typing mistakes show here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.golden.arithmetic import rate, rounded, shares, weights, worth
from tests.golden.tables import Row, answers, clock, history, in_moscow, meaning, portal

MODELS = ("first", "last", "last_non_direct", "linear", "position", "time_decay", "shapley")
DEALS = {row["deal"]: row for row in answers("deals")}
COUNTED = {key: row for key, row in DEALS.items() if row["is_counted"] == "yes"}
WON = {key: row for key, row in COUNTED.items() if row["outcome"] == "won"}
WRITTEN = {row["deal"]: row for row in portal("deals")}
LEADS = {row["lead"]: row for row in answers("leads")}


def total(rows: list[Row], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def test_every_record_is_answered_for_and_says_why_it_is_there() -> None:
    assert list(DEALS) == list(WRITTEN)
    assert list(LEADS) == [row["lead"] for row in portal("leads")]
    assert len(DEALS) >= 40
    assert [row["deal"] for row in portal("deals") if not row["why"]] == []


@pytest.mark.parametrize("key", COUNTED)
def test_a_deal_is_worth_its_amount_at_the_rate_of_its_day(key: str) -> None:
    row, written = COUNTED[key], WRITTEN[key]
    day = row["created_on"] if row["won_on"] in {"", "unknown"} else row["won_on"]
    assert Fraction(row["rate"]) == rate(written["currency"], day)
    value = rounded(worth(row["arithmetic"]), 2)
    assert value == Decimal(row["deal_reporting_amount"])
    assert Decimal(row["revenue_reporting_amount"]) == (value if key in WON else 0)
    if row["net_reporting_amount"]:
        net = Fraction(written["amount"]) - Fraction(written["tax"])
        assert rounded(net * Fraction(row["rate"]), 2) == Decimal(row["net_reporting_amount"])
    else:
        assert key not in WON or not written["tax"]


@pytest.mark.parametrize("key", COUNTED)
def test_a_deal_is_dated_by_the_last_entry_into_its_end(key: str) -> None:
    row, written = COUNTED[key], WRITTEN[key]
    assert row["created_on"] == in_moscow(written["created"]).date().isoformat()
    ends = [when for stage, when in history(written) if meaning(stage) == meaning(written["stage"])]
    if row["won_at_method"] == "stage_history":
        assert row["won_on"] == in_moscow(ends[-1]).date().isoformat()
        cycle = Fraction(
            (clock(ends[-1]) - clock(written["created"])) // timedelta(seconds=1), 86400
        )
        assert Decimal(row["cycle_days"]) == rounded(cycle, 2)
    if row["won_at_method"] == "moved_time":
        assert row["won_on"] == in_moscow(written["moved"]).date().isoformat()
    if row["won_at_method"] == "close_date":
        assert row["won_on"] == written["closed_on"]


def test_sales_of_a_customer_are_numbered_in_the_order_of_their_wins() -> None:
    sales: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for row in WON.values():
        if row["customer"]:
            sales[row["customer"]].append((row["won_on"], row["created_on"], int(row["sale_no"])))
    for customer, wins in sales.items():
        assert [no for *_, no in sorted(wins)] == list(range(1, len(wins) + 1)), customer
    assert [row["deal"] for row in WON.values() if not row["customer"] and row["sale_no"]] == []


def test_stages_last_until_the_next_one() -> None:
    for row in answers("stages"):
        steps = history(WRITTEN[row["deal"]])
        number = int(row["entry_no"])
        assert row["stage"] == steps[number - 1][0]
        if number < len(steps):
            seconds = clock(steps[number][1]) - clock(steps[number - 1][1])
            assert int(row["duration_seconds"]) == seconds // timedelta(seconds=1)
            assert worth(row["arithmetic"]) == int(row["duration_seconds"])
        else:
            assert not row["duration_seconds"]


@pytest.mark.parametrize("row", answers("spend"), ids=lambda row: f"{row['platform']} {row['day']}")
def test_spend_is_what_its_arithmetic_says(row: Row) -> None:
    assert rounded(worth(row["arithmetic"]), 2) == Decimal(row["spend_reporting_amount"])
    assert rounded(worth(row["net_arithmetic"]), 2) == Decimal(row["net_reporting_amount"])
    assert Fraction(row["rate"]) == rate(row["currency"], row["day"])


@pytest.mark.parametrize(
    "row", answers("metrics"), ids=lambda row: f"{row['metric']} {row['slice']}"
)
def test_a_metric_is_what_its_arithmetic_says(row: Row) -> None:
    if row["value"] == "NULL":
        assert not row["arithmetic"]
        return
    places = 2 if row["metric"].startswith("cycle_days") else 6
    assert rounded(worth(row["arithmetic"]), places) == Decimal(row["value"])
    if row["numerator"] and row["denominator"]:
        ratio = Fraction(row["numerator"]) / Fraction(row["denominator"])
        assert rounded(ratio, places) == Decimal(row["value"])


def paths() -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in answers("touches"):
        found[row["deal"]].append(row)
    return found


@pytest.mark.parametrize("model", MODELS)
def test_every_model_shares_out_exactly_the_revenue(model: str) -> None:
    assert set(paths()) == set(COUNTED)
    for deal, path in paths().items():
        micros = [int(touch[f"{model}_micros"]) for touch in path]
        assert micros == shares(1_000_000, weights(model, path)), deal
        kopecks = int(Decimal(COUNTED[deal]["revenue_reporting_amount"]) * 100)
        expected = shares(kopecks, [Fraction(share) for share in micros])
        assert [int(touch[f"{model}_kopecks"]) for touch in path] == expected, deal


def test_touches_are_the_approaches_and_lie_in_the_window() -> None:
    approaches = {row["approach"]: row for row in portal("approaches")}
    leads = {row["lead"]: row for row in portal("leads")}
    for deal, path in paths().items():
        created = WRITTEN[deal]["created"]
        assert [row["touched_at"] for row in path] == sorted(row["touched_at"] for row in path)
        for touch in path:
            name = touch["touch"]
            if name == "none":
                assert len(path) == 1
                continue
            if name.startswith("lead"):
                moment = leads[name.removeprefix("lead")]["created"]
            else:
                moment = approaches[name]["at"] if name in approaches else created
            assert touch["touched_at"] == moment
            before = clock(created) - clock(moment)
            assert timedelta(minutes=-5) <= before <= timedelta(days=90)
            days = Fraction(max(before, timedelta()) // timedelta(seconds=1), 86400)
            assert Decimal(touch["days_before"]) == rounded(days, 6)


def test_reports_add_up_to_the_deals() -> None:
    revenue = total(list(WON.values()), "revenue_reporting_amount")
    for table in ("channels", "managers"):
        assert total(answers(table), "revenue") == revenue
        assert total(answers(table), "won") == len(WON)
        assert total(answers(table), "deals") == len(COUNTED)
    for model in MODELS:
        assert total(answers("attributed"), model) == revenue
    dated = [row for row in WON.values() if row["won_on"] != "unknown"]
    assert total(answers("cohorts"), "revenue") == total(dated, "revenue_reporting_amount")
    assert total(answers("channels"), "spend") == total(answers("spend"), "spend_reporting_amount")


def test_small_tables_are_what_their_arithmetic_says() -> None:
    for row in answers("payments"):
        assert rounded(worth(row["arithmetic"]), 2) == Decimal(row["paid_amount"])
    spoken = {f"{in_moscow(row['at']):%Y-%m-%d %H:%M}" for row in portal("approaches")}
    for row in answers("first_responses"):
        if row["minutes"]:
            assert worth(row["arithmetic"]) == int(row["minutes"])
            assert row["answered_at"] in spoken
    for row in answers("deal_products"):
        assert rounded(worth(row["arithmetic"]), 2) == Decimal(row["line_amount"])
        assert rounded(worth(row["tax_arithmetic"]), 2) == Decimal(row["line_tax"])
        difference = Decimal(row["rows_amount"]) - Decimal(row["deal_amount"])
        assert difference == Decimal(row["difference"])


def test_the_open_pipeline_is_what_history_says() -> None:
    for day in sorted({row["day"] for row in answers("pipeline_daily")}):
        midnight = date.fromisoformat(day) + timedelta(days=1)
        listed = [row for row in answers("pipeline_daily") if row["day"] == day]
        open_by_history = {
            key
            for key in COUNTED
            for steps in [[s for s, at in history(WRITTEN[key]) if in_moscow(at).date() < midnight]]
            if steps and meaning(steps[-1]) == "P"
        }
        named = {
            one.split(":")[0].strip()
            for row in listed
            for one in row["arithmetic"].split("; ")
            if row["stage"]
        }
        assert named == open_by_history
