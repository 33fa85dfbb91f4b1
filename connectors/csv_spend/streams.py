"""The streams of spend files, as data."""

from __future__ import annotations

from connectors.csv_folder import Files
from connectors.csv_spend.format import COLUMNS, FEES, one_kind_of_fee
from connectors.stream import Stream, WriteMode

SPEND_FILES, FEES_FILE = "*.csv", "fees.csv"

STREAMS = (
    Stream(
        name="spend_lines",
        description="One record per line of a spend file, as written.",
        write=WriteMode.REPLACE_ALL,
        request={"files": Files(pattern=SPEND_FILES, columns=COLUMNS, apart=(FEES_FILE,))},
    ),
    Stream(
        name="fees",
        description="One record per line of the file of fees, as written: what an agency or a "
        "platform charges beside the spend, and from when to when.",
        write=WriteMode.REPLACE_ALL,
        request={
            "files": Files(
                pattern=FEES_FILE, columns=FEES, row=one_kind_of_fee, beside=(SPEND_FILES,)
            )
        },
    ),
)
