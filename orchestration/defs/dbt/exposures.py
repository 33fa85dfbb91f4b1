"""The dashboards that read the marts, as assets outside of our hands.

dbt names them as exposures and says which marts each one reads. A dashboard reads the
published tables, so the publication stands between.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration import resources
from orchestration.keys import OWNERS
from orchestration.publication import PUBLICATION


@dg.definitions
def defs() -> dg.Definitions:
    """Return one external asset per exposure of the manifest."""
    manifest = json.loads(resources.dbt().manifest.read_bytes())
    return dg.Definitions(assets=[dashboard(one) for one in manifest["exposures"].values()])


def dashboard(exposure: Mapping[str, Any]) -> dg.AssetSpec:
    """Return a dashboard that is refreshed elsewhere, behind the publication."""
    url = exposure.get("url")
    return dg.AssetSpec(
        key=["dashboards", exposure["name"]],
        deps=[PUBLICATION],
        description=exposure.get("description") or exposure.get("label") or "",
        group_name="dashboards",
        kinds={"dashboard"},
        owners=OWNERS,
        metadata={"url": dg.MetadataValue.url(url)} if url else {},
    )
