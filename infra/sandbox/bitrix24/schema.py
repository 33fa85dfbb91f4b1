"""The fields of an entity as one portal has them: the standard ones and its own."""

from __future__ import annotations

from dataclasses import dataclass

from infra.sandbox.bitrix24.entities import ENTITIES
from infra.sandbox.bitrix24.fields import Entity, is_custom, is_link, upper_name
from infra.sandbox.bitrix24.filters import Column, Kind, json_column
from infra.sandbox.bitrix24.rows import record
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
    """

    entity: Entity
    keys: frozenset[str]
    custom: dict[str, str]

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
        return None if stored is None else json_column(stored, Kind.TEXT)


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
            KeyError: no such entity is served.
        """
        if entity_type_id not in self._known:
            schema = self._learn(ENTITIES[entity_type_id])
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
        custom = {upper_name(key): key for key in keys if is_custom(key) or is_link(key)}
        return Schema(entity=entity, keys=frozenset(keys), custom=custom)
