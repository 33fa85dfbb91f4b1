"""The answers that the vendor printed, as records of the streams that would land them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "infra" / "sandbox" / "samples" / "bitrix24"
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A printed answer.

    Args:
        stream: the stream whose records it shows.
        file: name of the file, which is that of the vendor's page.
        rows: names that lead from the answer to the row or rows.
        key: the field, or fields joined by a colon, that the landing's key is made of.
        classic: whether it is spelled by an older method than the one the stream reads.
        part: what the key begins with in a stream in parts.
    """

    stream: str
    file: str
    rows: tuple[str, ...] = ("result",)
    key: str = "ID"
    classic: bool = False
    part: str = ""

    def records(self) -> dict[str, Fields]:
        """Return the landed records by key."""
        found = answer(self.file)
        for name in self.rows:
            found = found[name]
        if isinstance(found, Mapping):
            found = [found] if self.key in found else list(found.values())
        rows = [as_item(row) if self.classic else row for row in found]
        names = ("id" if self.classic else self.key).split(":")
        return {self.part + ":".join(str(row[name]) for name in names): row for row in rows}


SAMPLES = (
    Sample(stream="deals", file="crm-deal-get", classic=True),
    Sample(stream="leads", file="crm-lead-get", classic=True),
    Sample(stream="leads", file="crm-item-get", rows=("result", "item"), key="id"),
    Sample(stream="leads", file="crm-item-list", rows=("result", "items"), key="id"),
    Sample(stream="contacts", file="crm-contact-get", classic=True),
    Sample(stream="companies", file="crm-company-get", classic=True),
    Sample(stream="quotes", file="crm-quote-get", classic=True),
    Sample(
        stream="deal_product_rows",
        file="crm-item-productrow-list",
        rows=("result", "productRows"),
        key="ownerId:id",
    ),
    Sample(
        stream="fields",
        file="crm-item-fields",
        rows=("result", "fields"),
        key="upperName",
        part="1268/",
    ),
    Sample(stream="activities", file="crm-activity-list"),
    Sample(stream="calls", file="voximplant-statistic-get"),
    Sample(stream="users", file="user-get"),
    Sample(stream="departments", file="department-get"),
    Sample(stream="statuses", file="crm-status-list"),
    Sample(
        stream="pipelines", file="crm-category-list", rows=("result", "categories"), key="id",
        part="2/",
    ),
    Sample(stream="currencies", file="crm-currency-list", key="CURRENCY"),
    Sample(
        stream="smart_process_types",
        file="crm-type-list",
        rows=("result", "types"),
        key="entityTypeId",
    ),
    Sample(stream="deal_stage_history", file="crm-stage-history-list", rows=("result", "items")),
)  # fmt: skip

# `crm/universal/object-fields.md` of the vendor's documentation: what crm.item.* calls the rest.
RENAMED = {
    "DATE_CREATE": "createdTime",
    "DATE_MODIFY": "updatedTime",
    "CREATED_BY_ID": "createdBy",
    "MODIFY_BY_ID": "updatedBy",
    "MOVED_BY_ID": "movedBy",
    "STATUS_ID": "stageId",
    "STATUS_SEMANTIC_ID": "stageSemanticId",
    "COMPANY_TYPE": "typeId",
}
MULTIFIELDS = {"PHONE", "EMAIL", "WEB", "IM", "LINK"}


def answer(file: str) -> Any:
    """Return a printed answer, its fractions as they are spelled."""
    return json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"), parse_float=str)


def as_item(row: Fields) -> dict[str, Any]:
    """Spell a row of an older method as crm.item.list does; its numbers stay texts."""
    item: dict[str, Any] = {}
    for column, value in row.items():
        if column in MULTIFIELDS:
            item.setdefault("fm", []).extend(value)
        elif column.startswith("UF_"):
            item[column] = value
        else:
            camel = re.sub(r"_(\w)", lambda found: found[1].upper(), column.lower())
            item[RENAMED.get(column, camel)] = value
    return item
