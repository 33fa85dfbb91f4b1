"""The assets of `connectors/company`."""

import dagster as dg

from connectors.company import SOURCE
from orchestration.ingest import source_definitions


@dg.definitions
def defs() -> dg.Definitions:
    """Return one asset per stream of the source."""
    return source_definitions(SOURCE)
