"""Pages of rows out of the store, with a record's JSON kept as it stands there.

Values travel as raw JSON text: numbers stay spelled as the world spelled them, and an escaped
lone surrogate, which no JSON library would write, reaches the client.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from infra.sandbox.bitrix24.answer import PAGE_SIZE
from infra.sandbox.bitrix24.filters import Clause
from infra.sandbox.bitrix24.ordered import ordered_keys
from infra.sandbox.bitrix24.params import integer
from infra.sandbox.store import Store

Record = dict[str, msgspec.Raw]

_RECORD = msgspec.json.Decoder(Record)
_ESCAPE = re.compile(r"\\(?:u(?P<surrogate>[dD][89a-fA-F][0-9a-fA-F]{2})|.)")
_NARROW_INDEXES = {"call": "INDEXED BY call_started"}
"""Where counting would otherwise walk through whole records, an index that holds what it needs."""

_WITH_ROWID = frozenset({"activity", "call", "invoice", "item", "product_row", "stage_history"})

_STAND_IN = r"\uf8ff"
NULL = msgspec.Raw(b"null")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of one answer.

    Args:
        texts: the records' JSON.
        total: how many rows the filter matches; None where it was not asked for.
        start: the offset that was served.
    """

    texts: list[str]
    total: int | None
    start: int


def read_page(store: Store, table: str, where: Clause, order: str, start: object) -> Page:
    """Read one page; a negative `start` skips the count, as the vendor advises for large data.

    An offset inside a page is rounded down to the page it lies in.
    """
    wanted = integer(start)
    counted = wanted >= 0
    offset = wanted // PAGE_SIZE * PAGE_SIZE if counted else 0
    if offset and (page := _further_page(store, table, where, order, offset)) is not None:
        return page
    texts = read_all(store, table, where, f"{order} LIMIT {PAGE_SIZE} OFFSET {offset}")
    total = None
    if counted:
        narrow = _NARROW_INDEXES.get(table, "") if "payload" not in where.sql else ""
        counting = f"SELECT count(*) FROM {table} {narrow} WHERE {where.sql}"  # noqa: S608
        total = int(store.query(counting, where.values)[0][0])
    return Page(texts=texts, total=total, start=offset)


def _further_page(store: Store, table: str, where: Clause, order: str, offset: int) -> Page | None:
    """Read a page behind the first by the keys that stand there, if keys tell rows apart."""
    keys = ordered_keys(store).of(store, _key(table), table, where, order)
    if keys is None:
        return None
    chosen = keys[offset : offset + PAGE_SIZE]
    texts = _texts(store, table, where, order, chosen)
    return Page(texts=texts, total=len(keys), start=offset)


def _texts(
    store: Store, table: str, where: Clause, order: str, keys: Sequence[object]
) -> list[str]:
    """Read rows by their keys, in order; by ids, where the filter has to tell them apart."""
    chosen = f"{_key(table)} IN ({', '.join('?' * len(keys))})"
    if table in _WITH_ROWID:
        return read_all(store, table, Clause(sql=chosen, values=tuple(keys)), order)
    both = Clause(sql=f"{where.sql} AND {chosen}", values=(*where.values, *keys))
    return read_all(store, table, both, order)


def _key(table: str) -> str:
    return "rowid" if table in _WITH_ROWID else "id"


def read_all(store: Store, table: str, where: Clause, order: str) -> list[str]:
    """Read every row that a filter matches."""
    # Names of tables and columns come from this package, values are bound.
    found = store.query(
        f"SELECT payload FROM {table} WHERE {where.sql} ORDER BY {order}",  # noqa: S608
        where.values,
    )
    return [text for (text,) in found]


def record(text: str) -> Record:
    """Split a record into its fields, their values left as JSON text."""
    try:
        return _RECORD.decode(text)
    except msgspec.DecodeError:
        return _with_surrogates(text)


def _with_surrogates(text: str) -> Record:
    """Split a record that msgspec refuses: each surrogate's escape is hidden, then put back."""
    hidden = _ESCAPE.sub(
        lambda found: _STAND_IN + code if (code := found["surrogate"]) else found[0], text
    )
    back = _STAND_IN.encode(), rb"\u"
    return {
        name: msgspec.Raw(bytes(value).replace(*back))
        for name, value in _RECORD.decode(hidden).items()
    }


def raw(text: str) -> msgspec.Raw:
    """Mark text as JSON that stands for itself."""
    return msgspec.Raw(text.encode())


def plain(value: object) -> Any:
    """Turn raw JSON, and what is made of it, into Python's own values."""
    if isinstance(value, msgspec.Raw):
        return json.loads(bytes(value))
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
