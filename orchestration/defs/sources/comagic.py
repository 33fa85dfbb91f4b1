"""The assets of `connectors/comagic`."""

import dagster as dg

from connectors.comagic import SOURCE
from orchestration.ingest import source_definitions


@dg.definitions
def defs() -> dg.Definitions:
    """Return one asset per stream of the source."""
    return source_definitions(SOURCE)
