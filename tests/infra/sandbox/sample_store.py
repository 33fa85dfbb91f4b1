"""The vendor's printed answers, turned back into the records that a portal would have held.

Nothing here is taken from the sandbox: an old-style row is read by the types that the vendor's own
`crm.<entity>.fields` example states, and by the documented pairs of names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "samples"

_FILLER = {"createdTime": "2020-01-01T00:00:00+02:00", "updatedTime": "2020-01-01T00:00:00+02:00"}
_NAMES = {
    "DATE_CREATE": "createdTime",
    "DATE_MODIFY": "updatedTime",
    "CREATED_BY_ID": "createdBy",
    "MODIFY_BY_ID": "updatedBy",
    "MOVED_BY_ID": "movedBy",
}
_OWN_NAMES = {
    "lead": {"STATUS_ID": "stageId", "STATUS_SEMANTIC_ID": "stageSemanticId"},
    "company": {"COMPANY_TYPE": "typeId"},
}
_NUMBERS = {
    *("integer", "user", "double", "file"),
    *("crm_category", "crm_company", "crm_contact", "crm_lead", "crm_quote", "crm_entity"),
}
_MULTIFIELDS = ("PHONE", "EMAIL", "WEB", "IM")


def sample(name: str) -> dict[str, Any]:
    """Return one printed answer of Bitrix24, its fractions as `Decimal`."""
    text = (FOLDER / "bitrix24" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal)


def item_of(entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the typed record behind a row of an old method."""
    fields = sample(f"crm-{entity}-fields")["result"]
    item: dict[str, Any] = dict(_FILLER)
    multifields: list[dict[str, Any]] = []
    for column, value in row.items():
        if column in _MULTIFIELDS:
            multifields += [_multifield(entry) for entry in value]
            continue
        kind = "crm_entity" if column.startswith("PARENT_ID_") else None
        kind = kind or fields.get(column, {}).get("type", "string")
        item[_name(entity, column)] = _typed(kind, value)
    return item | {"fm": multifields}


def fillers(entity_type_id: int, first: int, count: int) -> Iterable[dict[str, Any]]:
    """Yield records that stand for those which the vendor did not print."""
    for number in range(first, first + count):
        yield {"id": number, "entityTypeId": entity_type_id, **_FILLER}


def filled(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a typed record with the instants that every record has."""
    return {**_FILLER, **item}


def _name(entity: str, column: str) -> str:
    known = _OWN_NAMES.get(entity, {}).get(column) or _NAMES.get(column)
    if known is not None:
        return known
    if column.startswith("UF_CRM_"):
        return column
    return re.sub(r"_(\w)", lambda found: found[1].upper(), column.lower())


def _typed(kind: str, value: Any) -> Any:
    if value is None or (value == "" and kind in {"date", "datetime"}):
        return None
    if kind in _NUMBERS and isinstance(value, str):
        return Decimal(value) if kind == "double" else int(value)
    return value


def _multifield(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": int(entry["ID"]),
        "typeId": entry["TYPE_ID"],
        "valueType": entry["VALUE_TYPE"],
        "value": entry["VALUE"],
    }
