"""How a dbt node is called and shown in Dagster.

A key repeats the folders of the model: `marts/deals/fct_deals`. Landed streams keep the key they
have already, because each dbt source names it (`config.meta.dagster.asset_key`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

from orchestration.keys import OWNERS

Node = Mapping[str, Any]


def key_of(node: Node) -> dg.AssetKey:
    """Return the asset key of a model, seed or snapshot: its layer, its domain, its name."""
    if node["resource_type"] == "model":
        return dg.AssetKey(list(node["fqn"][1:]))
    return dg.AssetKey([f"{node['resource_type']}s", node["name"]])


class Translator(DagsterDbtTranslator):
    """Keys by folder, groups by layer and domain, descriptions as written in the YAML."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Return the asset of a node with our owners."""
        return (
            super()
            .get_asset_spec(manifest, unique_id, project)
            .replace_attributes(owners=OWNERS, kinds={"dbt", "postgres"})
        )

    def get_asset_key(self, dbt_resource_props: Node) -> dg.AssetKey:
        """Return the key; a source keeps the one it names itself."""
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return key_of(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Node) -> str:
        """Return the layer, with the domain where there is one."""
        return "_".join(key_of(dbt_resource_props).path[:-1])

    def get_description(self, dbt_resource_props: Node) -> str:
        """Return the description alone; the SQL is one click away in the repository."""
        return dbt_resource_props.get("description") or ""
