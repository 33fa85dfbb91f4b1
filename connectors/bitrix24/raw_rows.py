"""A page of rows as its bytes: of each row only its id and a few fields are read.

A page comes in any of PHP's shapes: a list, an object whose names are the indexes (where those
have gaps), or one of several spellings of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

import msgspec

from connectors.bitrix24.listings import SOURCE_NAME, whole
from connectors.errors import ContractBroken
from connectors.raw_json import Json

_Cut = list[msgspec.Raw] | dict[str, msgspec.Raw] | bool | int | float | str | None

_cut: msgspec.json.Decoder[_Cut] = msgspec.json.Decoder(cast("type[_Cut]", _Cut))


class RawRow(msgspec.Struct, frozen=True, gc=False):
    """A row, of which only what is needed was read.

    Args:
        id: its id.
        json: all of it.
        values: the further fields that were asked for, in that order; None where there is none.
    """

    id: int
    json: Json
    values: tuple[object, ...]


class RawRows:
    """Reads the pages of one method.

    Args:
        method: for errors.
        key: the field that holds a row's id.
        wrapper: the name under which a page holds its rows; None where it is the rows.
        fields: what else is read of each row.
    """

    def __init__(
        self, method: str, key: str, wrapper: str | None, fields: tuple[str, ...] = ()
    ) -> None:
        self._method = method
        self._what = f"{method}: a row's {key}"
        self._wrapper = wrapper
        self._row = _fields_decoder(key, *fields)

    def read(self, page: Json) -> list[RawRow]:
        """Return the rows of a page, in their order.

        Raises:
            ContractBroken: it holds something else than rows, or a row's id is no whole number.
        """
        rows: list[RawRow] = []
        for raw in self._raw_rows(page):
            try:
                key, *values = msgspec.structs.astuple(self._row.decode(raw))
            except msgspec.DecodeError:
                raise self._broken() from None
            if type(key) is not int:
                key = whole(key, self._what)
            rows.append(RawRow(key, Json(raw, page.is_marked), tuple(values)))
        return rows

    def cut(self, page: Json) -> list[Json]:
        """Return the rows of a page without looking into them.

        Raises:
            ContractBroken: it holds something else than values in a list.
        """
        return [Json(raw, page.is_marked) for raw in self._raw_rows(page)]

    def _raw_rows(self, page: Json) -> Iterable[msgspec.Raw]:
        raw = page.raw
        try:
            if self._wrapper is not None and bytes(memoryview(raw)[:1]) == b"{":
                (raw,) = msgspec.structs.astuple(_wrapper_decoder(self._wrapper).decode(raw))
            found = _cut.decode(raw)
        except msgspec.DecodeError:
            raise self._broken() from None
        if isinstance(found, list):
            return found
        if isinstance(found, dict):
            return found.values()
        if found:
            raise self._broken()
        return ()

    def _broken(self) -> ContractBroken:
        msg = "a page holds something else than rows"
        return ContractBroken(msg, source=SOURCE_NAME, method=self._method)


@cache
def _fields_decoder(*names: str) -> msgspec.json.Decoder[msgspec.Struct]:
    """Return what reads these fields of a row, of whatever type they are."""
    fields: list[tuple[str, Any, Any]] = [
        (f"field{place}", Any, None) for place in range(len(names))
    ]
    rename = {f"field{place}": name for place, name in enumerate(names)}
    return msgspec.json.Decoder(msgspec.defstruct("Fields", fields, rename=rename, gc=False))


@cache
def _wrapper_decoder(name: str) -> msgspec.json.Decoder[msgspec.Struct]:
    field = ("rows", msgspec.Raw, msgspec.Raw(b"null"))
    return msgspec.json.Decoder(msgspec.defstruct("Wrapper", [field], rename={"rows": name}))
