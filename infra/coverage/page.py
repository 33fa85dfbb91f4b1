"""The coverage page: counts first, then a table for each dataset of the connector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from infra.coverage.counterparts import Counterpart, Coverage, Dataset, Standing

PAGE = Path(__file__).parents[2] / "docs" / "sources" / "bitrix24_bi_connector.md"

_HEAD = """\
# Bitrix24's own BI connector, column by column

Bitrix24 sells a BI connector (and a BI builder over the same datasets) on its upper plans, with a
limit on the rows of a period. What it offers, and what answers to it here:

| standing | columns | means |
|---|---:|---|
{counts}
| **together** | **{total}** | in {datasets} datasets |

- `model.column` is a column of the dbt project: `fct_` and `dim_` in the schema `marts`, which BI
  tools read; `int_` in `intermediate` and `stg_` in `staging`, which an analyst builds marts from.
- Every table has `account`, the portal, beside the ids: several portals live in one warehouse.
- Where the connector glues `[id] name` into one text, two columns stand here.
- Every row that a portal has is read, of any age, and what was deleted there is marked, not lost.

This page is written by `python -m infra.coverage` from `infra/coverage/bitrix24_bi_connector.yml`;
a test holds every counterpart against the tables that dbt builds.
"""

_MEANS = {
    Standing.HAVE: "the same, under the same name",
    Standing.RENAMED: "the same, under a name of this house (see [naming](../naming.md))",
    Standing.BETTER: "more than the connector tells, and why",
    Standing.ABSENT: "not here, and why",
}


def page(coverage: Coverage) -> str:
    """Return the page as Markdown."""
    columns = [column for dataset in coverage.datasets for column in dataset.columns]
    found = Counter(column.standing for column in columns)
    head = _HEAD.format(
        counts="\n".join(f"| {one} | {found[one]} | {_MEANS[one]} |" for one in Standing),
        total=len(columns),
        datasets=len(coverage.datasets),
    )
    return "\n".join([head, *_summary(coverage), *_tables(coverage), *_missing(coverage)])


def _summary(coverage: Coverage) -> Iterator[str]:
    yield "## Datasets\n"
    yield f"| dataset | rows are in | {' | '.join(Standing)} |"
    yield f"|---|---|{'---:|' * len(Standing)}"
    for dataset in coverage.datasets:
        found = Counter(column.standing for column in dataset.columns)
        counts = " | ".join(str(found[one]) for one in Standing)
        link = f"[`{dataset.name}`](#{dataset.name.replace('{', '').replace('}', '')})"
        yield f"| {link} | {_place(dataset)} | {counts} |"
    yield ""


def _place(dataset: Dataset) -> str:
    return f"`{dataset.model}`" + (f" where `{dataset.where}`" if dataset.where else "")


def _tables(coverage: Coverage) -> Iterator[str]:
    for dataset in coverage.datasets:
        yield f"## {dataset.name}\n"
        gain = f" Beyond the connector: {dataset.gain}." if dataset.gain else ""
        short = f" Short of it: {dataset.short}." if dataset.short else ""
        yield f"{dataset.about}: {_place(dataset)}.{gain}{short}\n"
        yield "| connector | | here | why |"
        yield "|---|---|---|---|"
        for column in dataset.columns:
            here = _addresses(column, dataset.model)
            yield f"| `{column.column}` | {column.standing} | {here} | {column.why} |"
        yield ""


def _addresses(column: Counterpart, model: str) -> str:
    """Columns of the dataset's own model by their name alone, others with their model."""
    shown = (one.removeprefix(f"{model}.") for one in column.at)
    return ", ".join(f"`{one}`" for one in shown)


def _missing(coverage: Coverage) -> Iterator[str]:
    yield "## Datasets without a counterpart\n"
    yield "| datasets | why |"
    yield "|---|---|"
    for one in coverage.missing:
        yield f"| {', '.join(f'`{name}`' for name in one.names)} | {one.why} |"
    yield ""
