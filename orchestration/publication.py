"""Which marts are published, and under which keys.

Read from dbt's manifest: every table under `models/marts`, keyed by the primary key that its
contract states. How it is done stands in `publishing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.publishing import MartTable

PUBLICATION = dg.AssetKey(["publication", "marts"])


def mart_nodes(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the manifest's nodes of the marts, by name."""
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]
    return sorted(nodes, key=lambda node: node["name"])


def mart_tables(manifest: Mapping[str, Any]) -> list[MartTable]:
    """Return what to publish.

    Raises:
        ValueError: a mart's contract states no primary key.
    """
    return [MartTable(name=node["name"], key=_key(node)) for node in mart_nodes(manifest)]


def _key(node: Mapping[str, Any]) -> tuple[str, ...]:
    for constraint in node.get("constraints", []):
        if constraint["type"] == "primary_key":
            return tuple(constraint["columns"])
    for column in node["columns"].values():
        if any(one["type"] == "primary_key" for one in column.get("constraints", [])):
            return (column["name"],)
    msg = f"{node['name']}: its contract states no primary key, so it cannot be published"
    raise ValueError(msg)
