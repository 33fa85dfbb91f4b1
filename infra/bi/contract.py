"""The data contract: what an analyst may rely on, mart by mart, from dbt's manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "data_contract.md"

Node = Mapping[str, Any]

_HEAD = """\
# Data contract

What a reader of the schema `marts` may rely on. Columns, their types and what they mean stand as
comments in the database itself, and in the tables' own words: one row per what, told first.

- **Types** are enforced when a mart is built: integer, bigint, numeric(p,s) with p ≤ 28, boolean,
  date, timestamp with time zone, text. Money is numeric, never floating point.
- **Keys**: the primary key below is unique and never empty; `-1` is the unknown member, so that an
  inner join loses nothing.
- **Freshness**: all marts switch together when a day's run has passed its checks, or stay as they
  were; `report_source_freshness` says through when each source is complete, and
  `publish_log` when each mart was published. `*_on` is a day of the company's time zone.
- **History** says how a row that was published may change. *Rebuilt*: from all of landing each
  day, so that a late or corrected record changes its past, and a full rebuild gives the same rows.
  *With* a snapshot: rebuilt also from what was observed day by day, which no source tells again.
  *Kept*: rows are only added, for they cannot be made again.
- **Changes** of these tables stand in the Data table of [CHANGELOG.md](../CHANGELOG.md). What is
  renamed or removed breaks a contract, so it is told there with what a reader must do.

This page is written by `python -m infra.bi.pages` from dbt's manifest, and a test holds it.
"""


def marts(manifest: Mapping[str, Any]) -> list[Node]:
    """Return the manifest's nodes of the marts, by folder and name."""
    found = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]
    return sorted(found, key=lambda node: (node["fqn"][2], node["name"]))


def page(manifest: Mapping[str, Any]) -> str:
    """Return the page as Markdown."""
    lines = [_HEAD]
    for folder, nodes in groupby(marts(manifest), key=lambda node: node["fqn"][2]):
        lines += [f"## {folder}\n", "| mart | grain | key | history | columns |"]
        lines += ["|---|---|---|---|---:|", *_rows(list(nodes), manifest), ""]
    return "\n".join(lines)


def _rows(nodes: list[Node], manifest: Mapping[str, Any]) -> Iterator[str]:
    for node in nodes:
        (key,) = (one for one in node["constraints"] if one["type"] == "primary_key")
        cells = (
            f"`{node['name']}`",
            node["description"].split(". ")[0].rstrip(".").replace("|", "\\|"),
            ", ".join(f"`{column}`" for column in key["columns"]),
            _history(node, manifest),
            str(len(node["columns"])),
        )
        yield f"| {' | '.join(cells)} |"


def _history(node: Node, manifest: Mapping[str, Any]) -> str:
    if "history" in node["tags"]:
        return "kept"
    observed = sorted(_snapshots(node, manifest))
    return f"rebuilt, with {', '.join(f'`{one}`' for one in observed)}" if observed else "rebuilt"


def _snapshots(node: Node, manifest: Mapping[str, Any]) -> set[str]:
    """Return what was observed and is kept, among all that a mart is made of."""
    found: set[str] = set()
    waiting, seen = list(node["depends_on"]["nodes"]), set[str]()
    while waiting:
        name = waiting.pop()
        parent = manifest["nodes"].get(name)
        if parent is None or name in seen:
            continue
        seen.add(name)
        if parent["resource_type"] == "snapshot":
            found.add(parent["name"])
        waiting += parent["depends_on"].get("nodes", ())
    return found
