"""The page of the metrics: every one in both languages, with its formula, from the definitions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from infra.bi.compiler import PERIODS
from infra.bi.definitions import Condition, Definitions, Measure, Metric

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"

_HEAD = """\
# Metrics · Показатели

Every figure of the reports, defined once in `dbt_project/models/metrics` and the same in every BI
tool. Ask for one: `python -m infra.bi query roi --by month channel --where is_paid=true`.

- A ratio is a sum divided by a sum, whatever it is broken down by; divided by 0 there is none (–).
- Each side falls on its own day; the column "dated by" names it.
- Medians, P90 and forecasts do not add up, and levels (what is open) not over days: a total of
  them is asked for, never added up.
- Any metric is told by {periods}; "broken down by" names what else it can be told by.
- A *part* is there for others to be made of it.

· Показатель-отношение – сумма, делённая на сумму; при делителе 0 значения нет. Каждая сторона
считается по своему дню. Медианы, P90 и прогнозы не складываются, остатки – по дням.

This page is written by `python -m infra.bi.pages`; a test holds it against the definitions.
"""

_TITLES = {
    "advertising": "Advertising · Реклама",
    "customers": "Customers · Клиенты",
    "company": "Plan · План",
    "forecast": "Pipeline and forecast · Воронка и прогноз",
    "people": "Inquiries and calls · Обращения и звонки",
    "sales": "Sales · Продажи",
}


def domain(metric: Metric) -> str:
    """Return the word of the file that defines a metric."""
    return Path(metric.file).name.removeprefix("_").split("__")[0]


def page(definitions: Definitions) -> str:
    """Return the page as Markdown."""
    lines = [_HEAD.format(periods=", ".join(PERIODS))]
    metrics = sorted(definitions.metrics.values(), key=lambda one: (domain(one), one.is_part))
    for name, own in groupby(metrics, key=domain):
        lines += [f"## {_TITLES[name]}\n", *_table(definitions, list(own)), ""]
    return "\n".join(lines)


def _table(definitions: Definitions, metrics: list[Metric]) -> Iterator[str]:
    yield "| name | English · Русский | what it is | formula | dated by | broken down by |"
    yield "|---|---|---|---|---|---|"
    for one in metrics:
        part = " *(part)*" if one.is_part else ""
        cells = (
            f"`{one.name}`{part}",
            f"{one.label['en']} · {one.label['ru']}",
            f"{one.description['en']} · {one.description['ru']}",
            f"`{formula(definitions, one)}`",
            f"{one.basis['en']} · {one.basis['ru']}",
            ", ".join(sorted(definitions.allowed(one.name))),
        )
        yield f"| {' | '.join(cells)} |"


def formula(definitions: Definitions, metric: Metric) -> str:
    """Return how a metric follows from other metrics, or from a column of a mart."""
    if metric.kind == "ratio":
        (_, dividend), (_, divisor) = metric.terms
        return f"{dividend} / {divisor}"
    if metric.kind == "derived":
        terms = "".join(f"{' - ' if sign < 0 else ' + '}{name}" for sign, name in metric.terms)
        return terms.removeprefix(" + ")
    measure = definitions.measures[metric.measure]
    mart = definitions.tables[measure.table].mart
    return f"{_aggregate(measure, mart)}{_conditions(metric)}"


def _aggregate(measure: Measure, mart: str) -> str:
    column = f"{mart}.{measure.column}"
    if measure.percentile is not None:
        return f"percentile {measure.percentile:g} of {column}"
    words = {"sum": "sum of", "count": "count of", "sum_boolean": "count where"}
    return f"{words[measure.aggregation]} {column}"


def _conditions(metric: Metric) -> str:
    told = [_told(one) for one in metric.conditions]
    return f", where {' and '.join(told)}" if told else ""


def _told(condition: Condition) -> str:
    test = f"{condition.column} {condition.sign} {condition.value}"
    return f"{'not ' if condition.is_not else ''}{test if condition.sign else condition.column}"
