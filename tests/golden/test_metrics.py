"""The defined metrics on the golden portal: each answer, and what holds for any metric."""

from __future__ import annotations

import calendar
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.bi.__main__ import main
from infra.bi.compiler import Question, compiled
from infra.bi.definitions import DefinitionError, Definitions
from infra.bi.manifest import understand
from infra.postgres import Warehouse
from orchestration.publication import mart_tables
from orchestration.publishing import publish
from tests.dbt.conftest import Dbt
from tests.golden.tables import Row, answers

UNDEFINED = {
    *("romi", "payback_months", "payback_months_by_revenue", "mix_adjusted_conversion"),
    *("days_since_last_lead", "days_since_last_won", "spend_since_last_won"),
}
"""Answered, and not defined: no mart holds their parts."""

NAMES = {"pipeline": "pipeline_id", "metric": "metric_code"}


def asked(row: Row) -> Question:
    """The question of a row of answers."""
    words = [word for word in row["slice"].split() if word not in {"all", "company"}]
    told = dict(word.split("=") for word in words if word != "channels=all")
    first, last = days(told)
    where = {NAMES.get(name, name): [value] for name, value in told.items()}
    if where.pop("channels", None):
        where["is_paid"] = ["true"]
    if row["metric"] == "plan_completion":
        whose = {"manager", "channel"} & set(where)
        where["scope_code"] = [*whose] or ["company"]
    by = ("month",) if row["slice"] == "month=unknown" else ()
    return Question(metrics=[row["metric"]], by=by, where=where, first=first, last=last)


def days(told: dict[str, str]) -> tuple[date | None, date | None]:
    """Take the first and last day out of what a slice tells."""
    month = told.pop("month", "") or told.pop("cohort", "")
    first, last = (told.pop(name, None) for name in ("from", "to"))
    if month and month != "unknown":
        first = f"{month}-01"
        last = f"{month}-{calendar.monthrange(*map(int, month.split('-')))[1]}"
    return first and date.fromisoformat(first), last and date.fromisoformat(last)


@pytest.fixture(scope="module")
def definitions(golden: Warehouse, golden_dbt: Dbt) -> Definitions:
    return understand(golden_dbt.manifest)


@pytest.fixture(scope="module")
def marts(golden: Warehouse) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(golden.dsn("transformer")) as connection:
        connection.execute("set search_path = marts_build")
        yield connection


def reckoned(
    marts: psycopg.Connection[Any], definitions: Definitions, question: Question
) -> Sequence[tuple[Any, ...]]:
    return marts.execute(compiled(definitions, question, "marts_build")).fetchall()


def agrees(found: Decimal | int | None, row: Row) -> bool:
    if row["value"] == "NULL" or found is None:
        return found is None and row["value"] == "NULL"
    places = Decimal("0.01") if row["metric"].startswith("cycle_days") else Decimal("0.000001")
    return Decimal(found).quantize(places) == Decimal(row["value"])


def told(row: Row) -> str:
    return f"{row['metric']} {row['slice']}"


def test_what_is_answered_is_defined_but_for_what_no_mart_holds(definitions: Definitions) -> None:
    assert {row["metric"] for row in answers("metrics")} - set(definitions.metrics) == UNDEFINED


@pytest.mark.parametrize(
    "row", [row for row in answers("metrics") if row["metric"] not in UNDEFINED], ids=told
)
def test_a_metric_is_as_answered(
    marts: psycopg.Connection[Any], definitions: Definitions, row: Row
) -> None:
    found = reckoned(marts, definitions, asked(row))
    if row["slice"] == "month=unknown":
        found = [cells[1:] for cells in found if cells[0] == "unknown"]
    ((value,),) = found
    assert agrees(value, row), f"expected {row['value']}, found {value}"


def test_return_on_spend_is_as_written_by_hand(
    marts: psycopg.Connection[Any], definitions: Definitions
) -> None:
    by_hand = """
        with spent as (
            select
                to_char(reported_on, 'YYYY-MM') as month, channel_key,
                sum(spend_reporting_amount) as spend
            from fct_ad_spend
            group by 1, 2
        ),
        earned as (
            select
                to_char(won.date_on, 'YYYY-MM') as month, channel_key,
                sum(revenue_reporting_amount) as revenue
            from fct_attribution
            join dim_attribution_model using (attribution_model_key)
            join dim_date as won on won_date_key = won.date_key
            where attribution_model_code = 'last_non_direct'
            group by 1, 2
        )
        select month, channel_code, round((coalesce(revenue, 0) - spend) / spend, 9)
        from spent
        left join earned using (month, channel_key)
        join dim_channel using (channel_key)
        where month between '2026-01' and '2026-03' and spend <> 0
    """
    expected = {(month, channel): value for month, channel, value in marts.execute(by_hand)}
    question = Question(
        metrics=["roi"],
        by=["month", "channel"],
        first=date(2026, 1, 1),
        last=date(2026, 3, 31),
    )
    found = {
        (month, channel): round(value, 9)
        for month, _, channel, _, value in reckoned(marts, definitions, question)
        if value is not None
    }
    assert found == expected
    assert len(set(expected.values())) > 5


RATIOS = ("roi", "spend_share", "cpl", "cost_per_won", "avg_deal", "win_rate", "cr_deal_won")


@pytest.mark.parametrize("name", RATIOS)
def test_a_total_is_a_quotient_of_sums_and_no_mean_of_quotients(
    marts: psycopg.Connection[Any], definitions: Definitions, name: str
) -> None:
    dividend, divisor = (term for _, term in definitions.metric(name).terms)
    sides = reckoned(
        marts, definitions, Question(metrics=[name, dividend, divisor], by=["channel"])
    )
    ((total,),) = reckoned(marts, definitions, Question(metrics=[name]))
    whole = sum(row[4] for row in sides) / sum(row[5] for row in sides)
    assert round(total, 12) == round(Decimal(whole), 12)
    ratios = [row[3] for row in sides if row[3] is not None]
    assert round(sum(ratios) / len(ratios), 6) != round(total, 6)


def test_every_metric_answers_by_everything_that_it_allows(
    marts: psycopg.Connection[Any], definitions: Definitions
) -> None:
    for name in definitions.metrics:
        for dimension in ["month", *sorted(definitions.allowed(name))]:
            rows = reckoned(marts, definitions, Question(metrics=[name], by=[dimension]))
            assert rows or name.startswith("forecast"), (name, dimension)


def test_additive_parts_add_up_over_whatever_they_are_broken_down_by(
    marts: psycopg.Connection[Any], definitions: Definitions
) -> None:
    for name in ("spend", "revenue", "won", "deals", "inquiries", "calls_missed", "payback_won"):
        ((total,),) = reckoned(marts, definitions, Question(metrics=[name]))
        for dimension in ["day", *sorted(definitions.allowed(name))]:
            rows = reckoned(marts, definitions, Question(metrics=[name], by=[dimension]))
            if dimension == "attribution_model":  # each of them shares out all there is
                assert {row[-1] for row in rows} == {total}, name
            else:
                assert sum(row[-1] for row in rows) == total, (name, dimension)


def test_a_level_is_that_of_the_last_evening(
    marts: psycopg.Connection[Any], definitions: Definitions
) -> None:
    found = reckoned(
        marts,
        definitions,
        Question(metrics=["open_deals"], by=["month"], first=date(2026, 1, 1)),
    )
    for month, value in found:
        (expected,) = marts.execute(
            "select sum(open_deals_count) from fct_pipeline_daily where report_on ="
            " (select max(report_on) from fct_pipeline_daily"
            " where to_char(report_on, 'YYYY-MM') = %s)",
            [month],
        ).fetchone()
        assert value == expected


def test_two_horizons_are_never_added_up(
    marts: psycopg.Connection[Any], definitions: Definitions
) -> None:
    def forecast(*horizons: str) -> Decimal | None:
        where = {"horizon_code": list(horizons)} if horizons else {}
        question = Question(metrics=["forecast_won"], where=where)
        ((value,),) = reckoned(marts, definitions, question)
        return value

    assert forecast("this_month", "next_month") is None
    assert forecast() == forecast("this_month")
    assert forecast("next_month") is not None


def test_two_models_of_attribution_are_never_added_up(
    marts: psycopg.Connection[Any], definitions: Definitions
) -> None:
    def told(*models: str) -> tuple[Any, ...]:
        where = {"attribution_model": list(models)} if models else {}
        names = ["payback_revenue", "payback_won", "roi", "cpl"]
        ((*values,),) = reckoned(marts, definitions, Question(metrics=names, where=where))
        return tuple(values)

    assert told("first", "linear") == (None,) * 4
    assert told() == told("last_non_direct")
    assert None not in told("linear")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (Question(metrics=["profit"]), "there is no metric 'profit'"),
        (Question(metrics=["roi"], by=["manager"]), "roi cannot be broken down by manager"),
        (Question(metrics=["roi"], where={"channel_key": ["1"]}), "by channel_key"),
        (Question(metrics=["roi"], where={"month": ["2026-01"]}), "first and last day"),
    ],
)
def test_a_question_without_an_answer_is_refused(
    definitions: Definitions, question: Question, said: str
) -> None:
    with pytest.raises(DefinitionError, match=said):
        compiled(definitions, question)


def test_what_a_person_types_is_never_a_statement(
    marts: psycopg.Connection[Any], definitions: Definitions
) -> None:
    poison = "vk_ads'); drop table fct_deals; --"
    question = Question(metrics=["won"], by=["channel"], where={"channel": [poison]})
    assert reckoned(marts, definitions, question) == []


def test_the_command_answers_with_the_rights_of_a_bi_tool(
    golden: Warehouse, golden_dbt: Dbt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(golden.dsn("publisher"), run_id="golden", tables=mart_tables(golden_dbt.manifest))
    shutil.copytree(golden.passwords, tmp_path / "postgres" / "passwords")
    Warehouse(
        home=tmp_path, host=golden.host, port=golden.port, database=golden.database
    ).remember()
    (tmp_path / "dbt").mkdir()
    shutil.copy(golden_dbt.home / "target" / "manifest.json", tmp_path / "dbt")
    asked = ["query", "roi", "spend", "--by", "channel", "--where", "channel=partners_cpa"]
    days = ["--from", "2026-01-01", "--to", "2026-01-31", "--home", str(tmp_path)]
    assert main([*asked, *days]) == 0
    said = capsys.readouterr().out
    assert "-39.0%" in said
    assert "20,000" in said
    assert main(["query", "roi", "--by", "manager", *days]) == 1
    assert "cannot be broken down" in capsys.readouterr().err
