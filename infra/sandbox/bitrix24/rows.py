"""Pages of rows out of the store, with a record's JSON kept as it stands there.

Values travel as raw JSON text: numbers stay spelled as the world spelled them, and an escaped
lone surrogate, which no JSON library would write, reaches the client.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from infra.sandbox.bitrix24.answer import PAGE_SIZE
from infra.sandbox.bitrix24.filters import Clause
from infra.sandbox.bitrix24.ordered import ordered_ids
from infra.sandbox.bitrix24.params import integer
from infra.sandbox.store import Store

Record = dict[str, msgspec.Raw]

_RECORD = msgspec.json.Decoder(Record)
_ESCAPE = re.compile(r"\\(?:u(?P<surrogate>[dD][89a-fA-F][0-9a-fA-F]{2})|.)")
_NARROW_INDEXES = {"call": "INDEXED BY call_started"}
"""Where counting would otherwise walk through whole records, an index that holds what it needs."""

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
    # Names of tables and columns come from this package, values are bound.
    found = store.query(
        f"SELECT payload FROM {table} WHERE {where.sql}"  # noqa: S608
        f" ORDER BY {order} LIMIT {PAGE_SIZE} OFFSET {offset}",
        where.values,
    )
    total = None
    if counted:
        narrow = _NARROW_INDEXES.get(table, "") if "payload" not in where.sql else ""
        counting = f"SELECT count(*) FROM {table} {narrow} WHERE {where.sql}"  # noqa: S608
        total = int(store.query(counting, where.values)[0][0])
    return Page(texts=[text for (text,) in found], total=total, start=offset)


def _further_page(store: Store, table: str, where: Clause, order: str, offset: int) -> Page | None:
    """Read a page behind the first by the ids that stand there, if ids tell rows apart."""
    ids = ordered_ids(store).of(table, where, order)
    if ids is None:
        return None
    chosen = ids[offset : offset + PAGE_SIZE]
    marks = ", ".join("?" * len(chosen))
    found = store.query(
        f"SELECT payload FROM {table} WHERE {where.sql} AND id IN ({marks})"  # noqa: S608
        f" ORDER BY {order}",
        (*where.values, *chosen),
    )
    return Page(texts=[text for (text,) in found], total=len(ids), start=offset)


def read_all(store: Store, table: str, where: Clause, order: str) -> list[str]:
    """Read every row of a small dictionary, which its method serves without paging."""
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
