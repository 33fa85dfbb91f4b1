"""The metrics as defined: complete in both languages, made of columns that are there."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from infra.bi.contract import PAGE as CONTRACT
from infra.bi.contract import marts
from infra.bi.definitions import DefinitionError, Definitions
from infra.bi.glossary import PAGE as METRICS
from infra.bi.manifest import understand
from infra.bi.pages import pages
from infra.bi.star import PAGE as STAR
from infra.bi.star import edges

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
FORMATS = {"percent", "money", "integer", "number", "minutes", "days"}


@pytest.fixture(scope="module")
def definitions(manifest: Mapping[str, Any]) -> Definitions:
    return understand(manifest)


def test_labels_are_told_in_both_languages_and_only_once(definitions: Definitions) -> None:
    metrics = definitions.metrics.values()
    for language in ("en", "ru"):
        labels = Counter(one.label[language] for one in metrics)
        assert [label for label, times in labels.items() if times > 1] == []
    for one in metrics:
        for told in (one.label, one.description, one.basis):
            assert CYRILLIC.search(told["ru"]), one.name
            assert not CYRILLIC.search(told["en"]), one.name
        assert re.search(r"day|evening|cohort", one.basis["en"]), one.name


def test_formats_are_known(definitions: Definitions) -> None:
    for one in definitions.metrics.values():
        assert one.format_kind in FORMATS, one.name
        assert 0 <= one.decimals <= 2, one.name
        assert one.decimals == 0 or one.format_kind != "integer", one.name


def test_every_breakdown_is_told_in_both_languages(definitions: Definitions) -> None:
    for table in definitions.tables.values():
        named = [one for one in table.dimensions.values() if one.label]
        for one in (table, *named):
            assert CYRILLIC.search(one.label["ru"]), one.name
            assert not CYRILLIC.search(one.label["en"]), one.name


def test_parts_are_columns_of_their_marts(
    manifest: Mapping[str, Any], definitions: Definitions
) -> None:
    columns = {node["name"]: node["columns"] for node in marts(manifest)}
    for table in definitions.tables.values():
        asked = {*table.entities.values(), *table.shown.values()}
        asked |= {one.column for one in table.dimensions.values()}
        asked |= {table.key} - {""}
        assert asked <= set(columns[table.mart]), table.name
    for measure in definitions.measures.values():
        mart = columns[definitions.tables[measure.table].mart]
        assert measure.column in mart, measure.name
        assert mart[measure.dated_by]["data_type"] == "date", measure.name
        is_yes_or_no = mart[measure.column]["data_type"] == "boolean"
        assert is_yes_or_no == (measure.aggregation == "sum_boolean"), measure.name
    for metric in definitions.metrics.values():
        for condition in metric.conditions:
            table = definitions.tables[definitions.measures[metric.measure].table]
            assert condition.column in columns[table.mart], metric.name


def test_no_measure_is_there_for_nothing(definitions: Definitions) -> None:
    assert {one.measure for one in definitions.metrics.values()} - {""} == set(definitions.measures)


def test_a_part_is_a_part_of_something(definitions: Definitions) -> None:
    used = {term for one in definitions.metrics.values() for _, term in one.terms}
    parts = {one.name for one in definitions.metrics.values() if one.is_part}
    assert parts <= used


def test_nothing_is_a_quotient_of_quotients(definitions: Definitions) -> None:
    for one in definitions.metrics.values():
        assert [t for _, t in one.terms if definitions.metrics[t].kind == "ratio"] == [], one.name


@pytest.mark.parametrize("path", [METRICS, CONTRACT, STAR], ids=lambda path: path.name)
def test_the_page_is_the_one_that_the_manifest_gives(
    manifest: Mapping[str, Any], path: Any
) -> None:
    assert path.read_text(encoding="utf-8") == pages(manifest)[path], "python -m infra.bi.pages"


def test_every_metric_and_every_mart_stands_on_its_page(
    manifest: Mapping[str, Any], definitions: Definitions
) -> None:
    told = re.findall(r"^\| `(\w+)`", METRICS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == sorted(definitions.metrics)
    told = re.findall(r"^\| `(\w+)`", CONTRACT.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == sorted(node["name"] for node in marts(manifest))


def test_every_relationship_test_is_an_edge_and_every_edge_a_test(
    manifest: Mapping[str, Any],
) -> None:
    drawn = re.findall(
        r"^    (\w+) -- (\w+) --> (\w+)$", STAR.read_text(encoding="utf-8"), re.MULTILINE
    )
    tested = {
        (
            node["attached_node"].split(".")[-1],
            node["column_name"],
            re.search(r"ref\('(\w+)'\)", node["test_metadata"]["kwargs"]["to"])[1],
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") == "relationships"
        and manifest["nodes"][node["attached_node"]]["fqn"][1] == "marts"
    }
    assert len(drawn) == len(set(drawn)) == len(edges(manifest))
    assert set(drawn) == tested


@pytest.mark.parametrize(
    ("metric", "change", "said"),
    [
        ("ctr", {"type": "conversion"}, "only sums and differences"),
        ("ended", {"type_params": {"expr": "won * lost"}}, "only sums and differences"),
        (
            "leads_quality",
            {"filter": {"where_filters": [{"where_sql_template": "is_junk or 1 = 1"}]}},
            "condition is not understood",
        ),
    ],
)
def test_what_no_bi_tool_could_say_again_is_refused(
    manifest: Mapping[str, Any], metric: str, change: Mapping[str, Any], said: str
) -> None:
    changed = {key: copy.deepcopy(manifest[key]) for key in ("semantic_models", "metrics")}
    node = changed["metrics"][f"metric.warehouse.{metric}"]
    for key, value in change.items():
        node[key] = {**node[key], **value} if isinstance(node[key], dict) else value
    if node["type"] == "conversion":
        node["type_params"]["expr"] = "clicks ~ impressions"
    with pytest.raises(DefinitionError, match=said):
        understand(changed)
