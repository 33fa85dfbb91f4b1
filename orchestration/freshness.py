"""How fresh each layer promises to be.

Here: one promise per layer, applied by the first word of an asset's key. What is stale shows in
the Dagster UI; nothing is started by it (see `automation.py`).
Concept: https://docs.dagster.io/guides/observe/asset-freshness-policies
"""

from datetime import timedelta

import dagster as dg

DAILY = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(hours=25), fail_window=timedelta(hours=30)
)
PROMISES = {"raw": DAILY, "marts": DAILY, "publication": DAILY}


def promise(spec: dg.AssetSpec) -> dg.AssetSpec:
    """Return the asset with the freshness promise of its layer, if its layer makes one."""
    policy = PROMISES.get(spec.key.path[0])
    return spec if policy is None else spec.replace_attributes(freshness_policy=policy)
