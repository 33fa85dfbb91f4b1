"""The one stream of spend files, as data."""

from __future__ import annotations

from connectors.csv_folder import Files
from connectors.csv_spend.format import COLUMNS
from connectors.stream import Stream, WriteMode

STREAMS = (
    Stream(
        name="spend_lines",
        description="One record per line of a spend file, as written.",
        write=WriteMode.REPLACE_ALL,
        request={"files": Files(pattern="*.csv", columns=COLUMNS)},
    ),
)
