"""What the portal does when a record enters a stage: its fields, and a row of stage history.

Quotes have stages and no history (crm/crm-stage-history-list.md).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from infra.sandbox.numbers_given import next_id
from infra.sandbox.payload_text import encode
from infra.sandbox.store import DEAL, LEAD, QUOTE, Store

_CREATED, _MOVED, _FINISHED = 1, 2, 3  # TYPE_ID of crm.stagehistory.list
_FIRST_SMART_PROCESS = 128


def born_into(
    store: Store,
    connection: sqlite3.Connection,
    entity_type_id: int,
    payload: Mapping[str, Any],
    stage_id: object = None,
) -> dict[str, object]:
    """Put a new record into a stage, the first one of its pipeline unless said otherwise.

    Returns:
        The fields that this sets.

    Raises:
        KeyError: an unknown stage, or a pipeline without stages.
    """
    semantics = _semantics(store, entity_type_id, payload)
    first = str(stage_id or next(iter(semantics), ""))
    meaning = semantics[first]
    _write(store, connection, entity_type_id, payload, (first, meaning), _CREATED)
    return _set(store, payload, (first, meaning), previous="")


def moved_to(
    store: Store,
    connection: sqlite3.Connection,
    entity_type_id: int,
    payload: Mapping[str, Any],
    stage_id: str,
) -> dict[str, object]:
    """Move a record into another stage of its pipeline.

    Returns:
        The fields that this sets.

    Raises:
        KeyError: an unknown stage.
    """
    meaning = _semantics(store, entity_type_id, payload)[stage_id]
    kind = _MOVED if meaning == "P" else _FINISHED
    _write(store, connection, entity_type_id, payload, (stage_id, meaning), kind)
    return _set(store, payload, (stage_id, meaning), previous=payload["stageId"])


def _write(
    store: Store,
    connection: sqlite3.Connection,
    entity_type_id: int,
    payload: Mapping[str, Any],
    stage: tuple[str, str],
    type_id: int,
) -> None:
    if entity_type_id == QUOTE:
        return
    row_id, moment = next_id(connection, "stage_history", entity_type_id), store.meta("now")
    row: dict[str, object] = {
        "ID": row_id,
        "TYPE_ID": type_id,
        "OWNER_ID": payload["id"],
        "CREATED_TIME": moment,
    }
    if entity_type_id == LEAD:
        row |= {"STATUS_SEMANTIC_ID": stage[1], "STATUS_ID": stage[0]}
    else:
        row["CATEGORY_ID"] = payload.get("categoryId") or 0
        row |= {"STAGE_SEMANTIC_ID": stage[1], "STAGE_ID": stage[0]}
    connection.execute(
        "insert into stage_history values (?, ?, ?, ?, ?)",
        (entity_type_id, row_id, payload["id"], moment, encode(row)),
    )


def _set(
    store: Store, payload: Mapping[str, Any], stage: tuple[str, str], *, previous: str
) -> dict[str, object]:
    """Return what of it the record's own type has."""
    entered = {
        "stageId": stage[0],
        "movedTime": store.meta("now"),
        "stageSemanticId": stage[1],
        "closed": "N" if stage[1] == "P" else "Y",
        "previousStageId": previous,
    }
    return {name: value for name, value in entered.items() if name in payload}


def _semantics(store: Store, entity_type_id: int, payload: Mapping[str, Any]) -> dict[str, str]:
    """The stages of a record's pipeline in their order, each with P, S or F."""
    dictionary = _stages_of(entity_type_id, payload.get("categoryId") or 0)
    return {
        entry["STATUS_ID"]: entry["SEMANTICS"] or "P"
        for entry in store.dictionary("status")
        if entry["ENTITY_ID"] == dictionary
    }


def _stages_of(entity_type_id: int, category_id: int) -> str:
    """The dictionary of a pipeline's stages, as crm.status.list calls it."""
    if entity_type_id >= _FIRST_SMART_PROCESS:
        return f"DYNAMIC_{entity_type_id}_STAGE_{category_id}"
    if entity_type_id == DEAL:
        return f"DEAL_STAGE_{category_id}" if category_id else "DEAL_STAGE"
    named = {LEAD: "STATUS", QUOTE: "QUOTE_STATUS"}
    return named.get(entity_type_id, f"SMART_INVOICE_STAGE_{category_id}")
