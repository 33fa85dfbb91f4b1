"""The metrics as values: measures on marts, and how metrics follow from them.

Here: what a metric is. Not here: reading it from the manifest (`manifest.py`), SQL (`compiler.py`).

Of what dbt allows, the house uses three kinds: a measure under conditions (`simple`), a
quotient of two metrics (`ratio`), and a sum or difference of metrics (`derived`). Each of them can
be said again in the language of any BI tool, which free SQL could not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


class DefinitionError(ValueError):
    """A metric is defined in a way that nothing here understands, or is not defined at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A column by which figures are broken down.

    Args:
        name: what a question calls it.
        column: its column in the table.
        label: what people read, by language.
        one_of: the value that is chosen by itself, where values must never be added up; else None.
    """

    name: str
    column: str
    label: Mapping[str, str]
    one_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a row has to satisfy: a yes (or no) in a column, or a comparison with a number.

    Args:
        column: of the table of the measure.
        sign: `=`, `<` or `>`; empty for a yes-or-no column.
        value: the number; None for a yes-or-no column.
        is_not: the answer is turned round.
    """

    column: str
    sign: str
    value: int | None
    is_not: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A column of a mart and how it is added up.

    Args:
        name: unique among all measures.
        table: name of the semantic model that it belongs to.
        aggregation: sum, sum_boolean, count or percentile.
        column: the column.
        percentile: 0 to 1; None for the others.
        dated_by: the column with the day that it falls on.
        is_level: of several days only the last one counts.
    """

    name: str
    table: str
    aggregation: str
    column: str
    percentile: float | None
    dated_by: str
    is_level: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A semantic model: a mart, what it can be broken down by, and where it is joined.

    Args:
        name: of the semantic model.
        mart: of the table.
        label: what people read, by language.
        key: column of the primary entity; empty where it has none.
        primary: name of the primary entity.
        entities: name of another table's entity to the column that refers to it.
        dimensions: by name.
        shown: column that names a member, and those that label it: `code`, `en`, `ru`; empty for
            facts.
    """

    name: str
    mart: str
    label: Mapping[str, str]
    key: str
    primary: str
    entities: Mapping[str, str]
    dimensions: Mapping[str, Dimension]
    shown: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric.

    Args:
        name: its name.
        kind: simple, ratio or derived.
        label: what people read, by language; so are description and basis.
        description: what it counts.
        basis: the day that each side falls on.
        format_kind: percent, money, integer, number, minutes or days.
        decimals: digits after the point; of a percentage, of the percentage.
        is_part: only there for others to be made of it.
        file: the file that defines it.
        measure: of a simple metric.
        conditions: of a simple metric, all of which hold; empty for all rows.
        is_filled: no row means 0, not nothing.
        terms: of a ratio the dividend and the divisor; of a derived one its terms; with their sign.
    """

    name: str
    kind: str
    label: Mapping[str, str]
    description: Mapping[str, str]
    basis: Mapping[str, str]
    format_kind: str
    decimals: int
    is_part: bool
    file: str
    measure: str
    conditions: tuple[Condition, ...]
    is_filled: bool
    terms: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """All of it, by name."""

    tables: Mapping[str, Table]
    measures: Mapping[str, Measure]
    metrics: Mapping[str, Metric]

    def metric(self, name: str) -> Metric:
        """Return a metric.

        Raises:
            DefinitionError: there is none of that name.
        """
        try:
            return self.metrics[name]
        except KeyError:
            msg = f"there is no metric {name!r}; there are: {', '.join(sorted(self.metrics))}"
            raise DefinitionError(msg) from None

    def parts(self, name: str) -> Iterator[Metric]:
        """Yield the simple metrics that a metric is made of, itself if it is simple."""
        metric = self.metric(name)
        if metric.kind == "simple":
            yield metric
        for _, term in metric.terms:
            yield from self.parts(term)

    def referred(self, entity: str) -> Table:
        """Return the table that an entity is a row of."""
        return next(one for one in self.tables.values() if one.primary == entity and one.shown)

    def allowed(self, name: str) -> frozenset[str]:
        """Return what a metric can be broken down by: whatever each of its parts can."""
        tables = [self.tables[self.measures[part.measure].table] for part in self.parts(name)]
        return frozenset.intersection(*(self.breakdowns(table) for table in tables))

    def breakdowns(self, table: Table) -> frozenset[str]:
        """Return the names of everything that a table can be broken down by."""
        own = {one.name for one in table.dimensions.values() if one.label}
        joined = {
            one.name
            for entity in table.entities
            for one in self.referred(entity).dimensions.values()
            if one.label
        }
        return frozenset({*own, *table.entities, *joined})
