"""Every answer that the vendor printed goes through the connector and lands as it was printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connectors.bitrix24 import SOURCE
from infra.postgres import Warehouse
from tests.connectors import landed
from tests.connectors.bitrix24.portal_double import PortalDouble, row
from tests.dbt.vendor_samples import FOLDER, SAMPLES, Sample

METHODS = {
    "crm-item-list": "crm.item.list",
    "crm-item-productrow-list": "crm.item.productrow.list",
    "crm-item-fields": "crm.item.fields",
    "crm-activity-list": "crm.activity.list",
    "voximplant-statistic-get": "voximplant.statistic.get",
    "user-get": "user.get",
    "department-get": "department.get",
    "crm-status-list": "crm.status.list",
    "crm-category-list": "crm.category.list",
    "crm-currency-list": "crm.currency.list",
    "crm-type-list": "crm.type.list",
    "crm-stage-history-list": "crm.stagehistory.list",
}
"""Files that show the very method by which a stream is read; the others show an older spelling."""

PRINTED = [sample for sample in SAMPLES if sample.file in METHODS]


class PrintedPortal(PortalDouble):
    """Answers one method with the printed rows, page by page; the rest as the double does."""

    def __init__(self, sample: Sample) -> None:
        answer = json.loads((FOLDER / f"{sample.file}.json").read_text(encoding="utf-8"))
        self.method = METHODS[sample.file]
        self.wrapper = sample.rows[1] if len(sample.rows) > 1 else None
        found = answer["result"] if self.wrapper is None else answer["result"][self.wrapper]
        self.printed: dict[str, Any] | list[Any] = found
        self.key = sample.key.rpartition(":")[2]
        super().__init__([row(entry["ownerId"]) for entry in self.entries() if "ownerId" in entry])

    def entries(self) -> list[dict[str, Any]]:
        """Return the printed rows."""
        return list(self.printed.values()) if isinstance(self.printed, dict) else self.printed

    def _call(self, method: str, params: Mapping[str, Any]) -> Any:
        if method != self.method:
            return super()._call(method, params)
        if isinstance(self.printed, dict):
            shown: Any = self.printed
        else:
            bounds = (f"filter[>{self.key}]", f"FILTER[>{self.key}]")
            after = int(next((params[name] for name in bounds if name in params), 0))
            entries = [e for e in self.entries() if after == 0 or int(e[self.key]) > after]
            descending = "DESC" in (params.get("ORDER"), params.get(f"order[{self.key}]"))
            shown = sorted(entries, key=self._place, reverse=descending)
        return shown if self.wrapper is None else {self.wrapper: shown}

    def _place(self, entry: Mapping[str, Any]) -> int:
        text = str(entry[self.key])
        return int(text) if text.isdigit() else 0


@pytest.mark.parametrize("sample", PRINTED, ids=lambda one: f"{one.stream}-{one.file}")
def test_a_printed_answer_lands_as_it_was_printed(
    sample: Sample, warehouse: Warehouse, tmp_path: Path
) -> None:
    portal = PrintedPortal(sample)
    with closing(portal.client(tmp_path)) as client:
        landed.land(warehouse, SOURCE, client, sample.stream, first_day=None)
    found = landed.rows(warehouse, SOURCE, sample.stream).values()
    told = {_key(entry, sample): entry for entry in portal.entries()}
    assert {_key(payload, sample): payload for payload in found} == told


def test_every_file_of_a_method_that_is_read_is_looked_at() -> None:
    assert {sample.file for sample in PRINTED} == set(METHODS)


def _key(entry: Mapping[str, Any], sample: Sample) -> str:
    return ":".join(str(entry[name]) for name in sample.key.split(":"))
