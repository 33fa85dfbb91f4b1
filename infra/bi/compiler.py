"""A question about metrics as one SQL statement over the marts.

Every measure is added up in its own mart, on its own day, and the results are stacked: sums meet
sums, never rows rows, so that nothing is multiplied. Only then are sums divided. Identifiers come
from the definitions alone; whatever a person typed is a bound parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from infra.bi.aggregates import aggregate, filtered, stated, where
from infra.bi.definitions import (
    DefinitionError,
    Definitions,
    Dimension,
    Metric,
    Table,
)

PERIODS = {
    "day": "YYYY-MM-DD",
    "week": 'IYYY-"W"IW',
    "month": "YYYY-MM",
    "quarter": 'YYYY-"Q"Q',
    "year": "YYYY",
}
"""Lengths of a period and how PostgreSQL writes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody wants to know.

    Args:
        metrics: names of metrics, in the order of the answer's columns.
        by: what to break down by: lengths of a period, entities, dimensions.
        where: entity or dimension to the values that count.
        first: first day of the period; None for all of the past.
        last: its last day; None for no end.
        language: of the names of members, `en` or `ru`.
    """

    metrics: Sequence[str]
    by: Sequence[str] = ()
    where: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    first: date | None = None
    last: date | None = None
    language: str = "en"


def compiled(definitions: Definitions, question: Question, schema: str = "marts") -> Composed:
    """Return the statement; its columns are those of the breakdown, then one per metric.

    An entity gives three columns: `<entity>_key`, `<entity>` (its code) and `<entity>_name`.

    Raises:
        DefinitionError: a metric is not defined, or cannot be broken down so.
    """
    for name in question.metrics:
        strangers = {*question.by, *question.where} - definitions.allowed(name) - set(PERIODS)
        if strangers:
            msg = (
                f"{name} cannot be broken down by {', '.join(sorted(strangers))}, only by: "
                f"{', '.join([*PERIODS, *sorted(definitions.allowed(name))])}"
            )
            raise DefinitionError(msg)
    if set(question.where) & set(PERIODS):
        msg = "a period is chosen by its first and last day"
        raise DefinitionError(msg)
    parts = {part.name: part for name in question.metrics for part in definitions.parts(name)}

    def stack(part: Metric) -> tuple[str, str, bool]:
        measure = definitions.measures[part.measure]
        return measure.table, measure.dated_by, measure.is_level

    stacks = [
        _Stack(
            definitions=definitions,
            question=question,
            schema=schema,
            table=definitions.tables[table],
            dated_by=dated_by,
            is_level=is_level,
            parts=tuple(own),
        )
        for (table, dated_by, is_level), own in groupby(
            sorted(parts.values(), key=stack), key=stack
        )
    ]
    return _divided(definitions, question, stacks, list(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stack:
    """The measures of one mart that fall on one of its days."""

    definitions: Definitions
    question: Question
    schema: str
    table: Table
    dated_by: str
    is_level: bool
    parts: tuple[Metric, ...]

    def select(self, number: int, names: Sequence[str]) -> Composed:
        groups = self.groups()
        own = {part.name: part for part in self.parts}
        columns = [
            *(SQL("{} as {}").format(column, Identifier(name)) for name, column in groups.items()),
            SQL("{} as stack_no").format(Literal(number)),
            *(
                SQL("{} as {}").format(
                    self.added_up(own[name]) if name in own else SQL("null::numeric"),
                    Identifier(name),
                )
                for name in names
            ),
        ]
        return SQL("select {} from {} as fact {} {} {}").format(
            SQL(", ").join(columns),
            Identifier(self.schema, self.table.mart),
            SQL(" ").join(self.joins()),
            where(self.conditions()),
            SQL("group by {}").format(SQL(", ").join(groups.values())) if groups else SQL(""),
        )

    def groups(self) -> Mapping[str, Composable]:
        found: dict[str, Composable] = {}
        for name in self.question.by:
            if name in PERIODS:
                found[name] = self.period(name)
            elif name in self.table.entities:
                shown = self.definitions.referred(name).shown
                found[f"{name}_key"] = Identifier("fact", self.table.entities[name])
                found[name] = Identifier(name, shown["code"])
                found[f"{name}_name"] = Identifier(name, shown[self.question.language])
            else:
                found[name] = self.column(name)
        return found

    def period(self, length: str) -> Composable:
        return SQL("coalesce(to_char({}, {}), 'unknown')").format(
            Identifier("fact", self.dated_by), Literal(PERIODS[length])
        )

    def column(self, name: str) -> Composable:
        if name in self.table.entities:
            return Identifier(name, self.definitions.referred(name).shown["code"])
        if name in self.table.dimensions:
            return Identifier("fact", self.table.dimensions[name].column)
        entity = self.through(name)
        return Identifier(entity, self.definitions.referred(entity).dimensions[name].column)

    def through(self, name: str) -> str:
        """Return the entity whose dimension this is."""
        return next(
            entity
            for entity in self.table.entities
            if name in self.definitions.referred(entity).dimensions
        )

    def joins(self) -> list[Composed]:
        asked = [*self.question.by, *self.question.where]
        entities = {
            name if name in self.table.entities else self.through(name)
            for name in asked
            if name not in PERIODS and name not in self.table.dimensions
        }
        return [
            SQL("join {} as {} on {} = {}").format(
                Identifier(self.schema, self.definitions.referred(entity).mart),
                Identifier(entity),
                Identifier("fact", self.table.entities[entity]),
                Identifier(entity, self.definitions.referred(entity).key),
            )
            for entity in sorted(entities)
        ]

    def conditions(self) -> list[Composable]:
        found = self.days()
        found += [
            SQL("{}::text = any({})").format(self.column(name), Literal(list(values)))
            for name, values in self.question.where.items()
        ]
        found += [
            SQL("{} = {}").format(Identifier("fact", one.column), Literal(one.one_of))
            for one in self.choices()
            if one.name not in {*self.question.by, *self.question.where}
        ]
        if self.is_level:
            found.append(self.last_days())
        return found

    def days(self) -> list[Composable]:
        day = Identifier("fact", self.dated_by)
        ends = ((">=", self.question.first), ("<=", self.question.last))
        return [SQL("{} {} {}").format(day, SQL(sign), Literal(end)) for sign, end in ends if end]

    def last_days(self) -> Composed:
        lengths = [self.period(name) for name in self.question.by if name in PERIODS]
        return SQL("{} in (select max({}) from {} as fact {} {})").format(
            Identifier("fact", self.dated_by),
            Identifier("fact", self.dated_by),
            Identifier(self.schema, self.table.mart),
            where(self.days()),
            SQL("group by {}").format(SQL(", ").join(lengths)) if lengths else SQL(""),
        )

    def choices(self) -> list[Dimension]:
        return [one for one in self.table.dimensions.values() if one.one_of is not None]

    def added_up(self, part: Metric) -> Composed:
        measure = self.definitions.measures[part.measure]
        value = aggregate(measure, part.conditions)
        if part.is_filled and measure.aggregation == "sum":
            value = SQL("case when count(*) {} = 0 then 0 else {} end").format(
                filtered(stated(part.conditions)), value
            )
        for one in self.choices():  # two of them added up would be counted twice
            value = SQL("case when count(distinct {}) <= 1 then {} end").format(
                Identifier("fact", one.column), value
            )
        return value


def _divided(
    definitions: Definitions, question: Question, stacks: Sequence[_Stack], names: Sequence[str]
) -> Composed:
    """Bring the stacked sums together, then reckon each metric from them."""
    groups = [Identifier(name) for name in stacks[0].groups()]
    together: list[Composable] = [*groups]
    for number, stack in enumerate(stacks):
        for part in stack.parts:
            value = SQL("max({})").format(Identifier(part.name))
            if part.is_filled:
                value = SQL("case when bool_or(stack_no = {}) then {} else 0 end").format(
                    Literal(number), value
                )
            together.append(SQL("{} as {}").format(value, Identifier(part.name)))
    metrics = [
        SQL("{} as {}").format(_formula(definitions, name), Identifier(name))
        for name in question.metrics
    ]
    return SQL(
        "with stacked as ({}), together as (select {} from stacked {}) select {} from together {}"
    ).format(
        SQL(" union all ").join([one.select(no, names) for no, one in enumerate(stacks)]),
        SQL(", ").join(together),
        SQL("group by {}").format(SQL(", ").join(groups)) if groups else SQL(""),
        SQL(", ").join([*groups, *metrics]),
        SQL("order by {}").format(SQL(", ").join(groups)) if groups else SQL(""),
    )


def _formula(definitions: Definitions, name: str) -> Composable:
    metric = definitions.metric(name)
    if metric.kind == "simple":
        return Identifier(name)
    terms = [(sign, _formula(definitions, term)) for sign, term in metric.terms]
    if metric.kind == "ratio":
        (_, dividend), (_, divisor) = terms
        return SQL("({})::numeric / nullif({}, 0)").format(dividend, divisor)
    return SQL("({})").format(
        SQL(" ").join(
            SQL("{} {}").format(SQL("-" if sign < 0 else "+"), one) for sign, one in terms
        )
    )
