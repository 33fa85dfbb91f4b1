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
    filled,
    iso_date,
    one_of,
    optional,
    whole_number,
)

_MARKS = ("click_id_kind", "utm_source", "utm_medium", "number", "source_id", "referrer_host")
_LONGEST_PRIORITY = 9
_FIELD_CODE = re.compile(r"UF_[A-Z0-9_]+\Z")

ENTITIES = ("lead", "deal", "contact", "company", "quote", "smart_invoice", "invoice")
"""Kinds of items by name; a smart process is named by its number."""

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
