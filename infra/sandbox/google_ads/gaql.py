"""The Google Ads query language, from SELECT to PARAMETERS.

Conditions are joined by AND alone, as in the real grammar
(developers.google.com/google-ads/api/docs/query/grammar).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from infra.sandbox.google_ads.answer import GoogleError

_TOKEN = re.compile(r"\s*('[^']*'|\"[^\"]*\"|[\w.\-]+|!=|<=|>=|[(),=<>])")
_OPERATORS = {"=", "!=", "<", "<=", ">", ">="}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition: a field, an operator in upper case, and the values it is compared with."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query, read."""

    select: tuple[str, ...]
    resource: str
    where: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None
    omit_resource_names: bool = False


def read_query(text: str) -> Query:
    """Read a query.

    Raises:
        GoogleError: it does not follow the grammar.
    """
    return _Reader(text).query()


class _Reader:
    """A cursor over the words of one query."""

    def __init__(self, text: str) -> None:
        self._words: list[str] = []
        position = 0
        text = text.rstrip().removesuffix(";")
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                if not text[position:].strip():
                    break
                _refuse("BAD_SYMBOL", f"Error in query: unexpected input {text[position:][:20]}.")
            self._words.append(found[1])
            position = found.end()
        self._at = 0

    def query(self) -> Query:
        if not self._accept("SELECT"):
            _refuse("EXPECTED_SELECT", "Error in query: expected SELECT.")
        select = self._list()
        if not self._accept("FROM"):
            _refuse("EXPECTED_FROM", "Error in query: expected FROM.")
        resource = self._next()
        where = self._conditions() if self._accept("WHERE") else ()
        order = self._order() if self._accept("ORDER") else ()
        limit = self._limit() if self._accept("LIMIT") else None
        omit = self._parameters() if self._accept("PARAMETERS") else False
        if self._at < len(self._words):
            _refuse("UNEXPECTED_INPUT", f"Error in query: unexpected input {self._peek()}.")
        return Query(
            select=tuple(select),
            resource=resource,
            where=tuple(where),
            order=tuple(order),
            limit=limit,
            omit_resource_names=omit,
        )

    def _list(self) -> list[str]:
        found = [self._next()]
        while self._accept(","):
            found.append(self._next())
        return found

    def _conditions(self) -> list[Condition]:
        found = [self._condition()]
        while self._accept("AND"):
            found.append(self._condition())
        return found

    def _condition(self) -> Condition:
        field = self._next()
        operator = self._next().upper()
        if operator in _OPERATORS:
            return Condition(field=field, operator=operator, values=(self._value(),))
        if operator == "NOT":
            operator = f"NOT {self._next().upper()}"
        if operator in {"IN", "NOT IN"}:
            return Condition(field=field, operator=operator, values=self._values())
        if operator == "BETWEEN":
            first = self._value()
            if not self._accept("AND"):
                _refuse("EXPECTED_AND", "Error in query: expected AND.")
            return Condition(field=field, operator=operator, values=(first, self._value()))
        message = f"Error in WHERE clause: invalid operator {operator}."
        raise GoogleError(kind="queryError", code="BAD_OPERATOR", message=message)

    def _values(self) -> tuple[str, ...]:
        if not self._accept("("):
            _refuse("EXPECTED_LIST", "Error in query: expected a list of values.")
        found = [self._value()]
        while self._accept(","):
            found.append(self._value())
        if not self._accept(")"):
            _refuse("UNEXPECTED_INPUT", "Error in query: expected a closing bracket.")
        return tuple(found)

    def _order(self) -> list[tuple[str, bool]]:
        if not self._accept("BY"):
            _refuse("EXPECTED_BY", "Error in query: expected BY.")
        found: list[tuple[str, bool]] = []
        while True:
            name = self._next()
            descending = self._accept("DESC")
            if not descending:
                self._accept("ASC")
            found.append((name, descending))
            if not self._accept(","):
                return found

    def _limit(self) -> int:
        word = self._next()
        if not word.isdigit() or int(word) == 0:
            _refuse("BAD_LIMIT_VALUE", "Error in query: invalid LIMIT value.")
        return int(word)

    def _parameters(self) -> bool:
        omit = False
        while True:
            name, equals, value = self._next(), self._next(), self._next()
            if equals != "=":
                _refuse("BAD_PARAMETER_VALUE", "Error in query: expected = in PARAMETERS.")
            if name.lower() == "omit_unselected_resource_names":
                omit = value.lower() == "true"
            elif name.lower() != "include_drafts":
                _refuse("BAD_PARAMETER_NAME", f"Error in query: unknown parameter {name}.")
            if not self._accept(","):
                return omit

    def _value(self) -> str:
        word = self._next()
        return word[1:-1] if word[0] in "'\"" else word

    def _peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _accept(self, word: str) -> bool:
        if self._peek().upper() != word:
            return False
        self._at += 1
        return True

    def _next(self) -> str:
        word = self._peek()
        if not word:
            _refuse("UNEXPECTED_END_OF_QUERY", "Error in query: unexpected end of query.")
        self._at += 1
        return word


def _refuse(code: str, message: str) -> NoReturn:
    raise GoogleError(kind="queryError", code=code, message=message)
