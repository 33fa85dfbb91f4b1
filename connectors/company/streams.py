"""The streams of a company's own files, as data."""

from __future__ import annotations

from connectors.company.format import CHANNEL_RULES, names_a_mark
from connectors.csv_folder import Files
from connectors.stream import Stream, WriteMode

STREAMS = (
    Stream(
        name="channel_rules",
        description="One record per rule of the company that names the channel of an observed "
        "mark.",
        write=WriteMode.REPLACE_ALL,
        request={
            "files": Files(
                pattern="channel_rules.csv",
                columns=CHANNEL_RULES,
                row=names_a_mark,
                key="rule_id",
            )
        },
    ),
)
