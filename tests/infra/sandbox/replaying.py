"""Serve a store for one call, and compare what comes with what the vendor printed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import COMPANY, CONTACT, DEAL, LEAD, Store
from tests.infra.sandbox.serving import served

ENTITIES = {"lead": LEAD, "deal": DEAL, "contact": CONTACT, "company": COMPANY}


def same(printed: Any, answer: Any, *, path: str = "$") -> None:
    """Compare key by key; a whole number and a fraction are one JSON type."""
    if isinstance(printed, dict):
        assert isinstance(answer, dict), path
        if "date_start" in printed:
            assert set(printed) <= set(answer), path
        else:
            assert set(printed) == set(answer), path
        for key, value in printed.items():
            same(value, answer[key], path=f"{path}.{key}")
    elif isinstance(printed, list):
        assert isinstance(answer, list), path
        assert len(printed) == len(answer), path
        for index, value in enumerate(printed):
            same(value, answer[index], path=f"{path}[{index}]")
    else:
        assert _json_type(printed) == _json_type(answer), path
        if ".time." not in path and ".result_time." not in path:
            assert printed == answer, path


def _json_type(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(type(value))
    return "number" if isinstance(value, int | float | Decimal) else str(type(value))


def ask(directory: Path, method: str, **params: Any) -> Any:
    """Serve the store of a directory and return the answer to one call, whatever its status."""
    with served(directory) as world:
        text = world.rest_response(method, **params).text
    return json.loads(text, parse_float=Decimal)


def add_items(directory: Path, entity: str, items: Iterable[Mapping[str, Any]]) -> None:
    with Store.open(directory / STORE_NAME) as store:
        store.add_items(ENTITIES[entity], items)


def add_dictionary(directory: Path, kind: str, entries: Iterable[tuple[str, Any]]) -> None:
    with Store.open(directory / STORE_NAME) as store:
        store.add_dictionary(kind, entries)


def by_id(answer: dict[str, Any]) -> dict[str, Any]:
    """Sort rows by id, where the printed order follows from nothing printed."""
    return answer | {"result": sorted(answer["result"], key=lambda row: int(row["ID"]))}
