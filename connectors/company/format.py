"""The columns of a company's channel rules, those of the dbt seed `channel_rules`."""

from __future__ import annotations

from connectors.csv_table import Column, any_text, filled, iso_date, optional, whole_number

CHANNEL_RULES = (
    Column(name="rule_id", rule=filled),
    Column(name="priority", rule=whole_number),
    Column(name="portal", rule=any_text),
    Column(name="click_id_kind", rule=any_text),
    Column(name="utm_source", rule=any_text),
    Column(name="utm_medium", rule=any_text),
    Column(name="number", rule=any_text),
    Column(name="source_id", rule=any_text),
    Column(name="referrer_host", rule=any_text),
    Column(name="channel_code", rule=filled),
    Column(name="valid_from", rule=optional(iso_date)),
    Column(name="valid_to", rule=optional(iso_date)),
)
