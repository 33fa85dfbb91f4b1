"""The assets of `connectors/vk_ads`."""

import dagster as dg

from connectors.vk_ads import SOURCE
from orchestration.ingest import source_definitions


@dg.definitions
def defs() -> dg.Definitions:
    """Return one asset per stream of the source."""
    return source_definitions(SOURCE)
