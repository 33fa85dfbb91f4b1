"""The columns of a company's own files; those of its channel rules are the dbt seed's.

docs/sources/company.md says the same to people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from connectors.channels import CHANNEL_CODES
from connectors.csv_table import (
    Column,
    any_text,
    currency_code,
    filled,
    iso_date,
    number,
    one_of,
    optional,
    whole_number,
)

_MARKS = ("click_id_kind", "utm_source", "utm_medium", "number", "source_id", "referrer_host")
_LONGEST_PRIORITY = 9
_FIELD_CODE = re.compile(r"UF_[A-Z0-9_]+\Z")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z")

ENTITIES = ("lead", "deal", "contact", "company", "quote", "smart_invoice", "invoice")
"""Kinds of items by name; a smart process is named by its number."""

METRICS = ("revenue", "won", "inquiries", "spend", "cpl")
"""What can be planned."""

SCOPES = ("company", "department", "manager", "channel", "pipeline")
"""Whose a plan can be."""

_MONEY = ("revenue", "spend", "cpl")
_ADVERTISING = ("spend", "cpl")
_PORTAL_SCOPES = ("department", "manager", "pipeline")

_SMART_PROCESSES_FROM = 128
"""The smallest `entityTypeId` of one (https://apidocs.bitrix24.com/api-reference/crm/data-types.html)."""


def priority(cell: str) -> str | None:
    """Rule: a whole number of nine digits at most."""
    expected = whole_number(cell)
    if expected is None and len(cell) > _LONGEST_PRIORITY:
        return f"at most {_LONGEST_PRIORITY} digits"
    return expected


def entity(cell: str) -> str | None:
    """Rule: a kind of item by its name, a smart process by its number."""
    if cell in ENTITIES or (
        cell.isascii() and cell.isdecimal() and int(cell[:6]) >= _SMART_PROCESSES_FROM
    ):
        return None
    return f"one of: {', '.join(ENTITIES)}, or the number of a smart process"


def field_code(cell: str) -> str | None:
    """Rule: the code of a custom field, as the portal spells it."""
    return (
        None if _FIELD_CODE.match(cell) else "the code of a custom field, such as UF_CRM_1700000000"
    )


def normalised(cell: str) -> str | None:
    """Rule: nothing, or a text in the form in which marks are compared."""
    form = unicodedata.normalize("NFKC", cell).lower().replace("+", " ").strip()
    return None if cell == form else f"{form!r}: marks are compared in lower case"


def names_a_mark(cells: Mapping[str, str]) -> str | None:
    """Rule of a row: it names at least one mark, and its days are in order."""
    if not any(cells[name] for name in _MARKS):
        return f"every mark is empty, expected at least one of {', '.join(_MARKS)}"
    first, last = cells["valid_from"], cells["valid_to"]
    return "valid_to lies before valid_from" if first and last and last < first else None


def month(cell: str) -> str | None:
    """Rule: a month such as 2026-11."""
    return None if _MONTH.match(cell) else "a month such as 2026-11"


def names_whose_plan(cells: Mapping[str, str]) -> str | None:
    """Rule of a row: the member belongs to its scope, the currency to its metric."""
    scope, metric = cells["scope"], cells["metric"]
    if metric in _ADVERTISING and scope in _PORTAL_SCOPES:
        return (
            f"{metric} is planned for the company or a channel: a {scope} has no spend of its own"
        )
    if (metric in _MONEY) != bool(cells["currency"]):
        expected = "a currency" if metric in _MONEY else "no currency"
        return f"column currency: {cells['currency']!r}, expected {expected} for {metric}"
    return _wrong_portal(cells) or _wrong_member(scope, cells["member"])


def _wrong_portal(cells: Mapping[str, str]) -> str | None:
    if not cells["portal"] or cells["scope"] in _PORTAL_SCOPES:
        return None
    return f"column portal: {cells['portal']!r}, expected nothing for a {cells['scope']}"


def _wrong_member(scope: str, member: str) -> str | None:
    if scope == "company":
        right, expected = not member, "nothing for the company as a whole"
    elif scope == "channel":
        right, expected = member in CHANNEL_CODES, f"one of: {', '.join(CHANNEL_CODES)}"
    else:
        right, expected = whole_number(member) is None, f"the portal's number of the {scope}"
    return None if right else f"column member: {member!r}, expected {expected}"


def compares_in_order(cells: Mapping[str, str]) -> str | None:
    """Rule of a row: an action has its days in order, and its baseline, if any, before them."""
    first, last = cells["first_day"], cells["last_day"]
    before, until = cells["baseline_first_day"], cells["baseline_last_day"]
    if last < first:
        return "last_day lies before first_day"
    if bool(before) != bool(until):
        return "the baseline has one day only, expected its first and its last, or neither"
    if until < before:
        return "baseline_last_day lies before baseline_first_day"
    return "the baseline does not end before the action begins" if until >= first else None


CHANNEL_RULES = (
    Column(name="rule_id", rule=filled),
    Column(name="priority", rule=priority),
    Column(name="portal", rule=any_text),
    Column(name="click_id_kind", rule=normalised),
    Column(name="utm_source", rule=normalised),
    Column(name="utm_medium", rule=normalised),
    Column(name="number", rule=any_text),
    Column(name="source_id", rule=any_text),
    Column(name="referrer_host", rule=normalised),
    Column(name="channel_code", rule=one_of(*CHANNEL_CODES)),
    Column(name="valid_from", rule=optional(iso_date)),
    Column(name="valid_to", rule=optional(iso_date)),
)

CUSTOM_FIELDS = (
    Column(name="portal", rule=any_text),
    Column(name="entity", rule=entity),
    Column(name="field_code", rule=field_code),
    Column(name="name", rule=filled),
)

PLAN = (
    Column(name="month", rule=month),
    Column(name="metric", rule=one_of(*METRICS)),
    Column(name="scope", rule=one_of(*SCOPES)),
    Column(name="portal", rule=any_text),
    Column(name="member", rule=any_text),
    Column(name="value", rule=number),
    Column(name="currency", rule=optional(currency_code)),
)

MARKETING_ACTIONS = (
    Column(name="name", rule=filled),
    Column(name="first_day", rule=iso_date),
    Column(name="last_day", rule=iso_date),
    Column(name="channel", rule=optional(one_of(*CHANNEL_CODES))),
    Column(name="product", rule=any_text),
    Column(name="baseline_first_day", rule=optional(iso_date)),
    Column(name="baseline_last_day", rule=optional(iso_date)),
)
