"""The one stream of the Central Bank, as data."""

from __future__ import annotations

from datetime import timedelta

from connectors.stream import Stream, WriteMode

STREAMS = (
    Stream(
        name="rates",
        description="One record per currency and day for which the bank set a rate: roubles for "
        "so many units, as written.",
        write=WriteMode.REPLACE_WINDOW,
        # Rates are not restated; two weeks hold the longest holidays, and heal what was missed.
        lookback=timedelta(days=14),
        # A first day within holidays takes the rate that was set before them.
        lead_in=timedelta(days=14),
    ),
)
