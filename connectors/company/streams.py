"""The streams of a company's own files, as data."""

from __future__ import annotations

from dataclasses import replace

from connectors.company.format import (
    CHANNEL_RULES,
    CUSTOM_FIELDS,
    MARKETING_ACTIONS,
    PLAN,
    compares_in_order,
    names_a_mark,
    names_whose_plan,
)
from connectors.csv_folder import Files
from connectors.stream import Stream, WriteMode

_FILES = {
    "channel_rules": Files(
        pattern="channel_rules.csv", columns=CHANNEL_RULES, row=names_a_mark, key=("rule_id",)
    ),
    "custom_fields": Files(
        pattern="custom_fields.csv", columns=CUSTOM_FIELDS, key=("portal", "entity", "field_code")
    ),
    "plan": Files(
        pattern="plan.csv",
        columns=PLAN,
        row=names_whose_plan,
        key=("month", "metric", "scope", "portal", "member"),
    ),
    "marketing_actions": Files(
        pattern="marketing_actions.csv",
        columns=MARKETING_ACTIONS,
        row=compares_in_order,
        key=("name",),
    ),
}
_DESCRIPTIONS = {
    "channel_rules": "One record per rule of the company that names the channel of an observed "
    "mark.",
    "custom_fields": "One record per custom field of a portal to which the company gives a name of "
    "its own, one that stays when the portal's title changes.",
    "plan": "One record per month, metric and whose plan it is.",
    "marketing_actions": "One record per marketing action whose days are held against a baseline.",
}
_EACH = tuple(files.pattern for files in _FILES.values())

STREAMS = tuple(
    Stream(
        name=name,
        description=_DESCRIPTIONS[name],
        write=WriteMode.REPLACE_ALL,
        request={"files": replace(files, beside=_EACH)},
    )
    for name, files in _FILES.items()
)
