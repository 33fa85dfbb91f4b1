"""Filter keys with their prefixes, as SQL over the JSON rows of the store.

The two families of methods read a filter differently, and so does this module: `crm.item.list`
and `crm.stagehistory.list` refuse an unknown field and an impossible value; the old lists leave
an unknown field out, which makes the filter match everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from infra.sandbox.bitrix24.answer import ApiError
from infra.sandbox.bitrix24.params import entries, integer

_PREFIXES = (
    *("!><", "!=%", "!%=", "><", "!@", "!%", "!=", ">=", "<=", "=%", "%="),
    *("=", ">", "<", "@", "!", "%", "?"),
)
_DIRECTIONS = {"ASC", "DESC"}
_COMPARISONS = {">", ">=", "<", "<="}
_EQUALS = {"", "=", "@"}
_DIFFERS = {"!", "!=", "!@"}


class Kind(StrEnum):
    """How the values of a field compare."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    FLAG = "flag"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where a field's value is found: an SQL expression, and how its values compare."""

    sql: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A piece of SQL with the values of its placeholders."""

    sql: str
    values: tuple[object, ...] = ()


Resolve = Callable[[str], Column | None]


def json_column(name: str, kind: Kind, *, spelled_as_text: bool = False) -> Column:
    """Return the column of a key of the payload.

    Args:
        name: the key as the store spells it.
        kind: how its values compare.
        spelled_as_text: the payload spells numbers as strings, as the old methods do.
    """
    sql = f"json_extract(payload, '$.\"{name}\"')"
    if kind is Kind.NUMBER and spelled_as_text:
        sql = f"CAST({sql} AS NUMERIC)"
    return Column(sql=sql, kind=kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterReader:
    """Reads the `filter` and `order` of one method.

    Args:
        resolve: finds a field; None where the method has no such field.
        zone: the portal's offset, in which naive instants are read.
        strict: refuse what cannot be read instead of leaving it out.
    """

    resolve: Resolve
    zone: tzinfo
    strict: bool

    def where(self, conditions: object) -> Clause:
        """Return the condition of a whole filter; no condition is the constant 1.

        Raises:
            ApiError: `INVALID_ARG_VALUE`, in a strict method.
        """
        parts: list[Clause] = []
        joiner = " AND "
        for key, value in entries(conditions):
            if key.lower() == "logic":
                joiner = " OR " if str(value).upper() == "OR" else " AND "
            elif key.isdigit():
                parts.append(self.where(value))
            elif (part := self._condition(key, value)) is not None:
                parts.append(part)
        if not parts:
            return Clause(sql="1")
        values = tuple(value for part in parts for value in part.values)
        return Clause(sql="(" + joiner.join(part.sql for part in parts) + ")", values=values)

    def order(self, directions: object, *, tie_break: str = "id") -> str:
        """Return the ORDER BY of an `order`; rows that compare equal come by their id."""
        parts: list[str] = []
        for name, direction in entries(directions):
            column = self.resolve(name)
            if column is None:
                if self.strict:
                    raise _invalid(
                        description=f"Invalid order: field '{name}' is not allowed in order"
                    )
                continue
            way = str(direction).upper()
            if way not in _DIRECTIONS:
                if self.strict:
                    raise _invalid(
                        description="Invalid order: allowed sort directions are "
                        f"`ASC, DESC`. But got '{direction}' for field '{name}'"
                    )
                way = "ASC"
            parts.append(f"{column.sql} {way}")
        if parts[-1:] not in ([f"{tie_break} ASC"], [f"{tie_break} DESC"]):
            parts.append(f"{tie_break} ASC")
        return ", ".join(parts)

    def _condition(self, key: str, value: object) -> Clause | None:
        prefix = next((known for known in _PREFIXES if key.startswith(known)), "")
        name = key[len(prefix) :]
        column = self.resolve(name)
        if column is None:
            if self.strict:
                raise _invalid(
                    description=f"Invalid filter: field '{name}' is not allowed in filter"
                )
            return None
        if column.kind is Kind.LIST:
            return _membership(column, self._values(name, column, value), prefix)
        if prefix in _COMPARISONS:
            return self._comparison(name, column, prefix, value)
        if prefix in {"><", "!><"}:
            return self._between(name, column, prefix, value)
        if prefix in _EQUALS or prefix in _DIFFERS:
            return _equality(column, self._values(name, column, value), prefix in _EQUALS)
        return _like(column, prefix, value)

    def _values(self, name: str, column: Column, value: object) -> list[object]:
        many = [item for _, item in entries(value)] if isinstance(value, list | dict) else [value]
        return [self._value(name, column, item) for item in many]

    def _value(self, name: str, column: Column, value: object) -> object:
        if value is None or value == "":
            return None
        if isinstance(value, list | dict):
            if self.strict:
                raise _invalid(description=f"Invalid filter: field '{name}' has invalid value")
            return 1 if value else 0  # PHP casts an array with members to 1
        if column.kind is Kind.NUMBER:
            return self._number(name, value)
        if column.kind is Kind.MOMENT:
            return self._moment(name, str(value))
        if column.kind is Kind.FLAG:
            return "Y" if str(value).upper() in {"Y", "1", "TRUE"} else "N"
        return str(value)

    def _number(self, name: str, value: object) -> int | float:
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, int | float):
            return value
        text = str(value).strip()
        if re.fullmatch(r"[+-]?\d+", text):
            return int(text)
        if re.fullmatch(r"[+-]?\d*\.\d+", text):
            return float(text)
        if self.strict:
            raise _invalid(description=f"Invalid filter: field '{name}' has invalid value")
        return integer(text)

    def _moment(self, name: str, text: str) -> str:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            if self.strict:
                raise _invalid(
                    description=f"Invalid filter: field '{name}' has invalid value"
                ) from None
            return text
        local = moment.astimezone(self.zone) if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return local.isoformat(timespec="seconds")

    def _comparison(self, name: str, column: Column, operator: str, value: object) -> Clause | None:
        """Compare; an array, which only a broken `$result` reference sends, is the known trap.

        In the old lists each member becomes a condition of its own, cast to a number, so that a
        page of rows in place of an id compares with 1 and the reading starts over; an empty
        page leaves the condition out (observed: bitrix24/b24phpsdk#53).
        """
        if isinstance(value, list | dict) and self.strict:
            raise _invalid(description=f"Invalid filter: field '{name}' has invalid value")
        values = self._values(name, column, value)
        if not values:
            return None
        sql = " OR ".join([f"{column.sql} {operator} ?"] * len(values))
        return Clause(sql=f"({sql})", values=tuple(values))

    def _between(self, name: str, column: Column, prefix: str, value: object) -> Clause | None:
        bounds = self._values(name, column, value)
        if len(bounds) != 2:
            return None
        negation = "NOT " if prefix.startswith("!") else ""
        return Clause(sql=f"{column.sql} {negation}BETWEEN ? AND ?", values=tuple(bounds))


def _invalid(*, description: str) -> ApiError:
    return ApiError(code="INVALID_ARG_VALUE", description=description)


def _equality(column: Column, values: Sequence[object], equal: bool) -> Clause:  # noqa: FBT001
    known = tuple(value for value in values if value is not None)
    empty = f"({column.sql} IS NULL OR {column.sql} = '')"
    if not values:
        return Clause(sql="0" if equal else "1")
    parts: list[str] = []
    if known:
        marks = ", ".join("?" * len(known))
        parts.append(f"{column.sql} IN ({marks})")
    if len(known) < len(values):
        parts.append(empty)
    positive = "(" + " OR ".join(parts) + ")"
    if equal:
        return Clause(sql=positive, values=known)
    if len(known) < len(values):
        return Clause(sql=f"NOT {positive}", values=known)
    return Clause(sql=f"({column.sql} IS NULL OR NOT {positive})", values=known)


def _membership(column: Column, values: Sequence[object], prefix: str) -> Clause:
    members = column.sql.replace("json_extract", "json_each", 1)
    marks = ", ".join("?" * len(values))
    numbers = tuple(integer(value) if str(value).isdigit() else value for value in values)
    negation = "NOT " if prefix in _DIFFERS else ""
    chosen = f"SELECT 1 FROM {members} AS member WHERE member.value IN ({marks})"  # noqa: S608
    return Clause(sql=f"{negation}EXISTS ({chosen})", values=numbers)


def _like(column: Column, prefix: str, value: object) -> Clause:
    """Search for text: `%` and `?` put the wildcards themselves, `=%` and `%=` leave them to us."""
    pattern = str(value) if "=" in prefix else f"%{value}%"
    if prefix.startswith("!"):
        sql = f"({column.sql} IS NULL OR {column.sql} NOT LIKE ?)"
    else:
        sql = f"{column.sql} LIKE ?"
    return Clause(sql=sql, values=(pattern,))
