"""`crm.deal.*`, `crm.lead.*`, `crm.contact.*`, `crm.company.*`, `crm.quote.*`: the old methods.

Every value is a string, empty dates are `""` and other empty values null, and a field that the
filter does not know is left out without a word.
Source: api-reference/crm/{deals,leads,contacts,companies,quote} in the vendor's documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

import msgspec

from infra.sandbox.bitrix24.answer import Answer, ApiError, page_answer
from infra.sandbox.bitrix24.entities import CLASSIC
from infra.sandbox.bitrix24.fields import MULTIFIELDS, Entity, Field
from infra.sandbox.bitrix24.filters import Clause, Kind
from infra.sandbox.bitrix24.params import Params, integer, names, pick
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.bitrix24.rows import NULL, Record, read_page, record
from infra.sandbox.bitrix24.schema import Schema

Spell = Callable[[bytes], bytes]
Cell = tuple[str, str, Spell]

_EMPTY = b'""'
_NULL = b"null"


def list_entities(entity: Entity, portal: Portal, params: Params) -> Answer:
    """Serve `crm.<entity>.list`."""
    schema = portal.schemas.of(entity.type_id)
    conditions = pick(params, "filter", "FILTER")
    if conditions is not None and not isinstance(conditions, list | dict):
        raise ApiError(code="", description="Parameter 'filter' must be array.")
    reader = portal.filters(schema.classic_column, strict=False)
    page = read_page(
        portal.store,
        "item",
        _living(entity, reader.where(conditions)),
        reader.order(pick(params, "order", "ORDER")),
        pick(params, "start", "START"),
    )
    select = names(pick(params, "select", "SELECT"))
    cells = _cells(schema, select)
    multifields = [name for name in MULTIFIELDS if name in select] if entity.multifields else []
    rows = [_row(text, cells, multifields) for text in page.texts]
    if page.total is None:
        return Answer(result=rows, rows=len(rows))
    return page_answer(rows, rows=len(rows), total=page.total, start=page.start)


def get_entity(entity: Entity, portal: Portal, params: Params) -> Answer:
    """Serve `crm.<entity>.get`: every field, and the multifields that have a value."""
    wanted = integer(pick(params, "id", "ID"))
    if wanted <= 0:
        raise ApiError(code="", description="ID is not defined or invalid.")
    where = Clause(sql="id = ?", values=(wanted,))
    page = read_page(portal.store, "item", _living(entity, where), "id", -1)
    if not page.texts:
        raise ApiError(code="", description="Not found")
    cells = _cells(portal.schemas.of(entity.type_id), [])
    multifields = MULTIFIELDS if entity.multifields else ()
    return Answer(result=_row(page.texts[0], cells, multifields), rows=1)


def describe_entity(entity: Entity, portal: Portal, _params: Params) -> Answer:
    """Serve `crm.<entity>.fields`."""
    described: dict[str, object] = {
        column: field.describe() | {"title": column} for column, field in entity.by_column.items()
    }
    if entity.multifields:
        for name in MULTIFIELDS:
            field = Field(name=name, column=name, type="crm_multifield", flags="m")
            described[name] = field.describe() | {"title": name}
    for upper in sorted(portal.schemas.of(entity.type_id).custom):
        custom = upper.startswith("UF_")
        field = Field(name=upper, column=upper, type="string" if custom else "crm_entity")
        labels = dict.fromkeys(("listLabel", "formLabel", "filterLabel"), upper) if custom else {}
        described[upper] = field.describe() | {"isDynamic": custom, "title": upper} | labels
    return Answer(result=described)


def _living(entity: Entity, where: Clause) -> Clause:
    return Clause(
        sql=f"entity_type_id = ? AND deleted = 0 AND {where.sql}",
        values=(entity.type_id, *where.values),
    )


def _cells(schema: Schema, select: Sequence[str]) -> list[Cell]:
    """Return the columns of a row: name, key in the store, and how its value is spelled."""
    everything = not select or "*" in select
    custom = everything or "UF_*" in select
    cells: list[Cell] = []
    for column, field in schema.entity.by_column.items():
        shown = everything or column == "ID" or column in select
        if shown and "f" not in field.flags:
            cells.append((column, field.name, _speller(field)))
    cells += [
        (upper, stored, _as_text)
        for upper, stored in sorted(schema.custom.items())
        if custom or upper in select
    ]
    return cells


def _row(text: str, cells: Sequence[Cell], multifields: Sequence[str]) -> Record:
    fields = record(text)
    row = {
        column: msgspec.Raw(spell(bytes(fields.get(stored, NULL))))
        for column, stored, spell in cells
    }
    if multifields and "fm" in fields:
        row |= _multifields(fields["fm"], multifields)
    return row


def _multifields(fm: msgspec.Raw, wanted: Sequence[str]) -> dict[str, object]:
    """Group the phones and addresses of a record by their type; a type without any is absent."""
    groups: dict[str, list[Record]] = {}
    for entry in msgspec.json.decode(fm, type=list[Record]):
        kind = msgspec.json.decode(entry["typeId"], type=str)
        groups.setdefault(kind, []).append(
            {
                "ID": msgspec.Raw(_as_text(bytes(entry["id"]))),
                "VALUE_TYPE": entry["valueType"],
                "VALUE": entry["value"],
                "TYPE_ID": entry["typeId"],
            }
        )
    return {kind: groups[kind] for kind in wanted if kind in groups}


def _speller(field: Field) -> Spell:
    if field.kind is Kind.MOMENT:
        return _as_moment
    if field.type == "double":
        return _as_revenue if field.name == "revenue" else _as_money
    return _as_text


def _as_text(value: bytes) -> bytes:
    """Put quotes around a number; strings, null, flags and lists stay as they are."""
    return b'"' + value + b'"' if value[:1].isdigit() or value[:1] == b"-" else value


def _as_moment(value: bytes) -> bytes:
    return _EMPTY if value == _NULL else value


def _as_money(value: bytes) -> bytes:
    return value if value == _NULL else f'"{Decimal(value.decode()):.2f}"'.encode()


def _as_revenue(value: bytes) -> bytes:
    """Spell a company's revenue, which alone comes without needless decimals."""
    if value == _NULL:
        return value
    amount = Decimal(value.decode())
    return f'"{amount:.0f}"'.encode() if amount == amount.to_integral() else _as_money(value)


METHODS = {
    f"crm.{entity.name}.{verb}": Method(run=partial(serve, entity))
    for entity in CLASSIC
    for verb, serve in (
        ("list", list_entities),
        ("get", get_entity),
        ("fields", describe_entity),
    )
}
