"""The streams of a company's own files, as data."""

from __future__ import annotations

from connectors.company.format import CHANNEL_RULES, CUSTOM_FIELDS, names_a_mark
from connectors.csv_folder import Files
from connectors.stream import Stream, WriteMode

_CHANNEL_RULES = "channel_rules.csv"
_CUSTOM_FIELDS = "custom_fields.csv"

STREAMS = (
    Stream(
        name="channel_rules",
        description="One record per rule of the company that names the channel of an observed "
        "mark.",
        write=WriteMode.REPLACE_ALL,
        request={
            "files": Files(
                pattern=_CHANNEL_RULES,
                columns=CHANNEL_RULES,
                row=names_a_mark,
                key=("rule_id",),
                beside=(_CUSTOM_FIELDS,),
            )
        },
    ),
    Stream(
        name="custom_fields",
        description="One record per custom field of a portal to which the company gives a name of "
        "its own, one that stays when the portal's title changes.",
        write=WriteMode.REPLACE_ALL,
        request={
            "files": Files(
                pattern=_CUSTOM_FIELDS,
                columns=CUSTOM_FIELDS,
                key=("portal", "entity", "field_code"),
                beside=(_CHANNEL_RULES,),
            )
        },
    ),
)
