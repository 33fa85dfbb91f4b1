"""What a landed stream is called in Dagster, and whose it is."""

import dagster as dg

LAYER = "raw"
AGAIN = "backfill"
OWNERS = ["team:data"]


def asset_key(source: str, stream: str) -> dg.AssetKey:
    """Return the key of a landed stream; schema and table carry the same two words."""
    return dg.AssetKey([LAYER, source, stream])


def again_key(source: str, stream: str) -> dg.AssetKey:
    """Return the key of a stream's months, as a person reads them again."""
    return dg.AssetKey([AGAIN, source, stream])
