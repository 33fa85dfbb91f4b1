"""The fields of an entity as one portal has them: the standard ones and its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.sandbox.bitrix24.entities import ENTITIES
from infra.sandbox.bitrix24.fields import (
    Entity,
    camel_name,
    is_custom,
    is_link,
    kind_of,
    upper_name,
)
from infra.sandbox.bitrix24.filters import Column, Kind, json_column
from infra.sandbox.bitrix24.rows import record
from infra.sandbox.bitrix24.smart import SMART_INVOICE, smart_invoice, smart_process
from infra.sandbox.store import Store

_OWN_COLUMNS = {
    "id": Column(sql="id", kind=Kind.NUMBER),
    "createdTime": Column(sql="created_time", kind=Kind.MOMENT),
    "updatedTime": Column(sql="updated_time", kind=Kind.MOMENT),
}
_SAMPLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """An entity on a portal.

    Args:
        entity: its standard fields.
        keys: every key that the store's records of it have.
        custom: keys of custom fields and of links to smart processes, by their UPPER name.
        described: what the portal itself says of fields, by their UPPER name.
    """

    entity: Entity
    keys: frozenset[str]
    custom: dict[str, str]
    described: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def item_column(self, name: str) -> Column | None:
        """Find a field of `crm.item.list`, which takes either spelling of a name."""
        standard = self.entity.by_item_name.get(name)
        if standard is not None:
            return _OWN_COLUMNS.get(standard.name) or json_column(standard.name, standard.kind)
        return self._custom_column(upper_name(name))

    def classic_column(self, name: str) -> Column | None:
        """Find a field of the old lists, which know UPPER names alone."""
        standard = self.entity.by_column.get(name)
        if standard is not None:
            return _OWN_COLUMNS.get(standard.name) or json_column(standard.name, standard.kind)
        return self._custom_column(name)

    def _custom_column(self, upper: str) -> Column | None:
        stored = self.custom.get(upper)
        if stored is None:
            return None
        said = self.described.get(upper, {})
        kind = kind_of(said.get("type", "string"), multiple=said.get("isMultiple", False))
        return json_column(stored, kind)


class Schemas:
    """The schemas of a portal, learnt from its records when first needed.

    Every record of an entity has the same keys, as the API gives them; the first and the last
    hundred records stand for all.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, Schema] = {}

    def of(self, entity_type_id: int) -> Schema:
        """Return the schema of an entity.

        Raises:
            KeyError: the portal has no such entity.
        """
        if entity_type_id not in self._known:
            entity = self._entity(entity_type_id)
            schema = self._learn(entity)
            if not schema.keys:
                return schema
            self._known[entity_type_id] = schema
        return self._known[entity_type_id]

    def _learn(self, entity: Entity) -> Schema:
        keys: set[str] = set()
        for direction in ("ASC", "DESC"):
            rows = self._store.query(
                "SELECT payload FROM item WHERE entity_type_id = ?"  # noqa: S608
                f" ORDER BY id {direction} LIMIT {_SAMPLE}",
                (entity.type_id,),
            )
            keys.update(*(record(text) for (text,) in rows))
        described = self._described(entity.type_id)
        custom = {upper: _stored_key(upper) for upper in described if _is_own(upper)}
        custom |= {upper_name(key): key for key in keys if _is_own(key)}
        return Schema(entity=entity, keys=frozenset(keys), custom=custom, described=described)

    def _described(self, entity_type_id: int) -> dict[str, dict[str, Any]]:
        rows = self._store.query(
            "SELECT payload FROM dictionary WHERE kind = 'field' AND id GLOB ? ORDER BY sort",
            (f"{entity_type_id}/*",),
        )
        described = (json.loads(text) for (text,) in rows)
        return {entry["upperName"]: entry for entry in described}

    def _entity(self, entity_type_id: int) -> Entity:
        if entity_type_id == SMART_INVOICE.type_id:
            return smart_invoice(self._default_category(entity_type_id))
        if entity_type_id in ENTITIES:
            return ENTITIES[entity_type_id]
        found = self._store.query(
            "SELECT payload FROM dictionary WHERE kind = 'type' AND id = ?", (str(entity_type_id),)
        )
        if not found:
            raise KeyError(entity_type_id)
        settings = json.loads(found[0][0])
        return smart_process(settings, self._default_category(entity_type_id))

    def _default_category(self, entity_type_id: int) -> int:
        ((default,),) = self._store.query(
            "SELECT coalesce(min(CAST(json_extract(payload, '$.id') AS INTEGER)), 0)"
            " FROM dictionary WHERE kind = 'category'"
            " AND json_extract(payload, '$.entityTypeId') = ?",
            (entity_type_id,),
        )
        return default


def _is_own(name: str) -> bool:
    return is_custom(name) or is_link(name)


def _stored_key(upper: str) -> str:
    """Return the key of a described field that no record shows: as items spell it."""
    return camel_name(upper) if is_link(upper) else upper
