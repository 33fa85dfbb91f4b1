"""`python -m infra.bi query roi --by channel --from 2026-01-01 --to 2026-03-31`.

Answers a question about the metrics from the published marts of a warehouse, with the rights of a
BI tool.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from infra.bi.compiler import Question, compiled
from infra.bi.definitions import DefinitionError, Definitions
from infra.bi.manifest import read
from infra.postgres import WarehouseError, remembered


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer a question, or say why not; return the exit status."""
    given = _parser().parse_args(arguments)
    try:
        definitions = read(given.home / "dbt" / "manifest.json")
        question = _question(given)
        statement = compiled(definitions, question)
        if given.sql:
            print(statement.as_string())
            return 0
        with psycopg.connect(remembered(given.home).dsn("bi_reader")) as connection:
            cursor = connection.execute(statement)
            names = [one.name for one in cursor.description or ()]
            _print(definitions, question, names, cursor.fetchall())
    except FileNotFoundError:
        print(f"There is no warehouse in {given.home}: `make demo` makes one.", file=sys.stderr)
        return 1
    except (DefinitionError, WarehouseError, psycopg.OperationalError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.bi", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    query = commands.add_parser("query", help="answer a question from the published marts")
    query.add_argument("metrics", nargs="+", help="names of metrics, as in docs/metrics.md")
    query.add_argument("--by", nargs="+", default=[], help="day, week, month, channel, manager …")
    query.add_argument("--where", action="append", default=[], metavar="channel=mailing")
    query.add_argument("--from", dest="first", type=date.fromisoformat)
    query.add_argument("--to", dest="last", type=date.fromisoformat)
    query.add_argument("--language", choices=["en", "ru"], default="en")
    query.add_argument("--home", type=Path, default=Path(".warehouse/demo"))
    query.add_argument("--sql", action="store_true", help="print the statement instead")
    return parser


def _question(given: argparse.Namespace) -> Question:
    where: dict[str, list[str]] = {}
    for one in given.where:
        name, is_told, value = one.partition("=")
        if not is_told:
            msg = f"--where wants name=value, not {one!r}"
            raise DefinitionError(msg)
        where.setdefault(name, []).append(value)
    return Question(
        metrics=given.metrics,
        by=given.by,
        where=where,
        first=given.first,
        last=given.last,
        language=given.language,
    )


def _print(
    definitions: Definitions, question: Question, names: Sequence[str], rows: Sequence[Any]
) -> None:
    labels = {one: definitions.metric(one).label[question.language] for one in question.metrics}
    shown = [name for name in names if f"{name.removesuffix('_key')}_name" not in names]
    table = Table(header_style="bold")
    for name in shown:
        table.add_column(labels.get(name, name), justify="right" if name in labels else "left")
    for row in rows:
        cells: Mapping[str, Any] = dict(zip(names, row, strict=True))
        table.add_row(*(_cell(definitions, name, cells[name]) for name in shown))
    Console().print(table)


def _cell(definitions: Definitions, name: str, value: object) -> str:
    if value is None:
        return "–"
    if name not in definitions.metrics:
        return str(value)
    metric = definitions.metrics[name]
    number = Decimal(str(value))
    if metric.format_kind == "percent":
        return f"{number:,.{metric.decimals}%}"
    return f"{number:,.{metric.decimals}f}"


if __name__ == "__main__":
    sys.exit(main())
