"""The picture of the star: each relationship test between two marts is an edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.bi.contract import marts

PAGE = Path(__file__).parents[2] / "docs" / "star.md"

_HEAD = """\
# The star

Every arrow is a relationship that dbt tests after each build: the column named on it is a key of
the table that it points to, its unknown member included. Facts and reports stand on the left,
dimensions on the right; `dim_date` is joined by day, so a fact of several days has several arrows.

This page is written by `python -m infra.bi.pages` from dbt's manifest, and a test holds it.
"""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Edge:
    """A column of one mart that is the key of another (or of the same one)."""

    child: str
    parent: str
    column: str


def edges(manifest: Mapping[str, Any]) -> list[Edge]:
    """Return one edge per relationship test between marts, in order."""
    names = {node["unique_id"]: node["name"] for node in marts(manifest)}
    found: set[Edge] = set()
    for test in manifest["nodes"].values():
        metadata = test.get("test_metadata") or {}
        if metadata.get("name") != "relationships" or test["attached_node"] not in names:
            continue
        child = names[test["attached_node"]]
        others = [names[one] for one in test["depends_on"]["nodes"] if one in names]
        parent = next((one for one in others if one != child), child)
        found.add(Edge(child=child, parent=parent, column=test["column_name"]))
    return sorted(found)


def page(manifest: Mapping[str, Any]) -> str:
    """Return the page as Markdown with a Mermaid drawing for each group of marts."""
    folders = {node["name"]: node["fqn"][2] for node in marts(manifest)}
    lines = [_HEAD]
    drawn = edges(manifest)
    for folder in sorted({folders[edge.child] for edge in drawn}):
        lines += [f"## {folder}\n", "```mermaid", "flowchart LR"]
        lines += [
            f"    {edge.child} -- {edge.column} --> {edge.parent}"
            for edge in drawn
            if folders[edge.child] == folder
        ]
        lines += ["```", ""]
    return "\n".join(lines)
