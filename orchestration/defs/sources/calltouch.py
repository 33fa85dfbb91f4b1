"""The assets of `connectors/calltouch`."""

import dagster as dg

from connectors.calltouch import SOURCE
from orchestration.ingest import source_definitions


@dg.definitions
def defs() -> dg.Definitions:
    """Return one asset per stream of the source."""
    return source_definitions(SOURCE)
