"""The definitions of dbt's manifest, read; what nothing here understands is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.bi.definitions import (
    Condition,
    DefinitionError,
    Definitions,
    Dimension,
    Measure,
    Metric,
    Table,
)

CONDITION = re.compile(
    r"(?P<no>not )?\{\{ Dimension\('\w+__(?P<column>\w+)'\) \}\}"
    r"(?: (?P<sign>[=<>]) (?P<value>-?\d+))?"
)
TERM = re.compile(r"(?:(?P<sign>[+-]) )?(?P<metric>\w+)(?: |$)")


def read(manifest: Path) -> Definitions:
    """Read the definitions of a manifest.

    Raises:
        FileNotFoundError: there is no manifest.
        DefinitionError: a definition goes beyond what is understood here.
    """
    return understand(json.loads(manifest.read_text(encoding="utf-8")))


def understand(manifest: Mapping[str, Any]) -> Definitions:
    """Return the definitions of a parsed manifest.

    Raises:
        DefinitionError: a definition goes beyond what is understood here.
    """
    models = manifest["semantic_models"].values()
    return Definitions(
        tables={one["name"]: _table(one) for one in models},
        measures={
            measure["name"]: _measure(measure, one) for one in models for measure in one["measures"]
        },
        metrics={one["name"]: _metric(one) for one in manifest["metrics"].values()},
    )


def _table(node: Mapping[str, Any]) -> Table:
    meta = node["config"]["meta"]
    entities = {one["name"]: one["expr"] or one["name"] for one in node["entities"]}
    primary = next(
        (one["name"] for one in node["entities"] if one["type"] == "primary"),
        node["primary_entity"] or "",
    )
    shown = {"code": "code", "en": "name_en", "ru": "name_ru"} if "code" in meta else {}
    return Table(
        name=node["name"],
        mart=node["node_relation"]["alias"],
        label=_label(node),
        key=entities.pop(primary, ""),
        primary=primary,
        entities=entities,
        dimensions={one["name"]: _dimension(one) for one in node["dimensions"]},
        shown={name: meta[key] for name, key in shown.items()},
    )


def _label(node: Mapping[str, Any]) -> Mapping[str, str]:
    return {"en": node["label"], "ru": node["config"]["meta"]["label_ru"]} if node["label"] else {}


def _dimension(node: Mapping[str, Any]) -> Dimension:
    return Dimension(
        name=node["name"],
        column=node["expr"] or node["name"],
        label=_label(node),
        one_of=node["config"]["meta"].get("one_of"),
    )


def _measure(node: Mapping[str, Any], table: Mapping[str, Any]) -> Measure:
    if node["agg"] not in {"sum", "sum_boolean", "count", "percentile"}:
        msg = f"{node['name']}: {node['agg']} is no way of adding up that is understood here"
        raise DefinitionError(msg)
    return Measure(
        name=node["name"],
        table=table["name"],
        aggregation=node["agg"],
        column=node["expr"] or node["name"],
        percentile=(node["agg_params"] or {}).get("percentile"),
        dated_by=node["agg_time_dimension"] or table["defaults"]["agg_time_dimension"],
        is_level=node["non_additive_dimension"] is not None,
    )


def _metric(node: Mapping[str, Any]) -> Metric:
    meta, params = node["config"]["meta"], node["type_params"]
    simple = node["type"] == "simple"
    return Metric(
        name=node["name"],
        kind=node["type"],
        label={"en": node["label"], "ru": meta["label_ru"]},
        description={"en": node["description"], "ru": meta["description_ru"]},
        basis={"en": meta["basis_en"], "ru": meta["basis_ru"]},
        format_kind=meta["format"]["kind"],
        decimals=meta["format"]["decimals"],
        is_part=meta.get("is_part", False),
        file=node["original_file_path"],
        measure=params["measure"]["name"] if simple else "",
        conditions=tuple(_conditions(node)),
        is_filled=simple and params["measure"]["fill_nulls_with"] == 0,
        terms=_terms(node),
    )


def _conditions(node: Mapping[str, Any]) -> Iterator[Condition]:
    for one in (node["filter"] or {}).get("where_filters", ()):
        found = CONDITION.fullmatch(one["where_sql_template"])
        if found is None or node["type"] != "simple":
            msg = f"{node['name']}: its condition is not understood: {one['where_sql_template']}"
            raise DefinitionError(msg)
        yield Condition(
            column=found["column"],
            sign=found["sign"] or "",
            value=int(found["value"]) if found["value"] else None,
            is_not=found["no"] is not None,
        )


def _terms(node: Mapping[str, Any]) -> tuple[tuple[int, str], ...]:
    params = node["type_params"]
    if node["type"] == "ratio":
        return (1, params["numerator"]["name"]), (1, params["denominator"]["name"])
    if node["type"] == "simple":
        return ()
    terms = list(TERM.finditer(params["expr"]))
    named = {one["name"] for one in params["metrics"]}
    rest = TERM.sub("", params["expr"])
    if node["type"] != "derived" or rest or {one["metric"] for one in terms} != named:
        msg = f"{node['name']}: only sums and differences of metrics are understood"
        raise DefinitionError(msg)
    return tuple((-1 if one["sign"] == "-" else 1, one["metric"]) for one in terms)
