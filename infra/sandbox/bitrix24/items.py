"""`crm.item.*`: one method family for every CRM entity, with typed values and strict filters.

Source: api-reference/crm/universal in the vendor's documentation.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from infra.sandbox.bitrix24.answer import Answer, ApiError, page_answer
from infra.sandbox.bitrix24.fields import Field, camel_name, is_custom, upper_name
from infra.sandbox.bitrix24.filters import Clause
from infra.sandbox.bitrix24.params import Params, integer, names, truthy
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import NULL, Record, raw, read_page, record
from infra.sandbox.bitrix24.schema import Schema
from infra.sandbox.bitrix24.titles import PARENT_TITLES, title_of

_ONLY_WITH_EVERYTHING = ("fm", "entityTypeId")


def list_items(portal: Portal, params: Params) -> Answer:
    """Serve `crm.item.list`.

    `fm` and `entityTypeId` come only where `select` is left out or is exactly `["*"]`.
    """
    schema = _schema(portal, params)
    reader = portal.filters(schema.item_column, strict=True)
    page = read_page(
        portal.store,
        "item",
        _living(schema, reader.where(params.get("filter"))),
        reader.order(params.get("order")),
        params.get("start"),
    )
    shape = _shape(schema, params)
    items = [shape(text) for text in page.texts]
    if page.total is None:
        return Answer(result={"items": items}, rows=len(items))
    return page_answer({"items": items}, rows=len(items), total=page.total, start=page.start)


def get_item(portal: Portal, params: Params) -> Answer:
    """Serve `crm.item.get`: the whole item, whatever `select` says."""
    schema = _schema(portal, params)
    where = Clause(sql="id = ?", values=(integer(params.get("id")),))
    page = read_page(portal.store, "item", _living(schema, where), "id", -1)
    if not page.texts:
        raise ApiError(code="NOT_FOUND", description="Element not found")
    shape = _whole(schema, original=truthy(params.get("useOriginalUfNames")))
    return Answer(result={"item": shape(page.texts[0])}, rows=1)


def describe_fields(portal: Portal, params: Params) -> Answer:
    """Serve `crm.item.fields`."""
    schema = _schema(portal, params)
    original = truthy(params.get("useOriginalUfNames"))
    described: dict[str, object] = {}
    for field in schema.entity.fields:
        if "o" not in field.flags:
            described[field.name] = _standard(field) | schema.described.get(
                upper_name(field.name), {}
            )
    undescribed = sorted(schema.custom.keys() - schema.described.keys())
    for upper in [*schema.described, *undescribed]:
        stored = schema.custom.get(upper)
        if stored is not None:
            described[_spelling(stored, original)] = schema.described.get(upper) or _own(upper)
    return Answer(result={"fields": described})


def _standard(field: Field) -> dict[str, object]:
    upper = upper_name(field.name)
    kind = "boolean" if field.type == "char" else field.type
    titled = {"title": title_of(field.name, upper), "upperName": upper}
    return field.describe() | {"type": kind} | titled


def _own(upper: str) -> dict[str, object]:
    """Describe a field or a link that the world uses and says nothing of."""
    described: dict[str, object] = {
        "type": "string" if upper.startswith("UF_") else "crm_entity",
        **dict.fromkeys(("isRequired", "isReadOnly", "isImmutable", "isMultiple"), False),
        "isDynamic": upper.startswith("UF_"),
        "title": upper,
    }
    if not upper.startswith("UF_"):
        parent = integer(upper.rpartition("_")[2])
        described |= {
            "title": PARENT_TITLES.get(parent, upper),
            "settings": {"parentEntityTypeId": parent},
        }
    return described | {"upperName": upper}


def _schema(portal: Portal, params: Params) -> Schema:
    given = params.get("entityTypeId")
    if given is None:
        raise ApiError(code="100", description="Could not find value for parameter {entityTypeId}")
    try:
        return portal.schemas.of(integer(given))
    except KeyError:
        raise ApiError(code="NOT_FOUND", description="Smart process not found") from None


def _living(schema: Schema, where: Clause) -> Clause:
    return Clause(
        sql=f"entity_type_id = ? AND deleted = 0 AND {where.sql}",
        values=(schema.entity.type_id, *where.values),
    )


def _shape(schema: Schema, params: Params) -> Callable[[str], msgspec.Raw | Record]:
    original = truthy(params.get("useOriginalUfNames"))
    select = names(params.get("select"))
    if select in ([], ["*"]):
        return _whole(schema, original=original)
    wanted: dict[str, str] = {}
    for name in ["id", *select]:
        if name == "*":
            every = (key for key in sorted(schema.keys) if key not in _ONLY_WITH_EVERYTHING)
            wanted |= {key: _spelling(key, original) for key in every}
        elif (stored := _stored(schema, name)) is not None:
            wanted[stored] = _spelling(stored, original)

    def chosen(text: str) -> Record:
        fields = record(text)
        return {shown: fields.get(stored, NULL) for stored, shown in wanted.items()}

    return chosen


def _whole(schema: Schema, *, original: bool) -> Callable[[str], msgspec.Raw | Record]:
    """Return the shaper of whole records: as they stand where no key has to be spelled anew."""
    renamed = {key: _spelling(key, original) for key in schema.custom.values()}
    standing = {"entityTypeId": raw(str(schema.entity.type_id))}
    if "entityTypeId" in schema.keys and all(key == shown for key, shown in renamed.items()):
        return raw

    def respelled(text: str) -> Record:
        fields = {renamed.get(key, key): value for key, value in record(text).items()}
        return fields | standing

    return respelled


def _stored(schema: Schema, name: str) -> str | None:
    standard = schema.entity.by_item_name.get(name)
    if standard is not None:
        return standard.name
    if name in schema.keys and name not in _ONLY_WITH_EVERYTHING:
        return name
    return schema.custom.get(upper_name(name))


def _spelling(stored: str, original: bool) -> str:  # noqa: FBT001
    if not is_custom(stored):
        return stored
    return upper_name(stored) if original else camel_name(stored)


METHODS = {
    "crm.item.list": Method(run=list_items),
    "crm.item.get": Method(run=get_item),
    "crm.item.fields": Method(run=describe_fields),
}
