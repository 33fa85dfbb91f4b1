"""Measures as SQL aggregates; the alias of their mart is `fact`."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from infra.bi.definitions import Condition, Measure


def aggregate(measure: Measure, conditions: Sequence[Condition]) -> Composed:
    """Return how a measure is added up over the rows of a group that satisfy conditions."""
    column, rows = Identifier("fact", measure.column), stated(conditions)
    if measure.aggregation == "sum_boolean":
        return SQL("count(*) {}").format(filtered([column, *rows]))
    if measure.aggregation == "percentile":
        return SQL("(percentile_cont({}) within group (order by {}) {})::numeric").format(
            Literal(measure.percentile), column, filtered(rows)
        )
    function = Identifier(measure.aggregation)
    return SQL("{}({}) {}").format(function, column, filtered(rows))


def stated(conditions: Sequence[Condition]) -> list[Composable]:
    """Return conditions as they stand in a statement."""
    return [_stated(one) for one in conditions]


def _stated(condition: Condition) -> Composable:
    tested: Composable = Identifier("fact", condition.column)
    if condition.sign:
        tested = SQL("{} {} {}").format(tested, SQL(condition.sign), Literal(condition.value))
    return SQL("not {}").format(tested) if condition.is_not else tested


def filtered(conditions: Sequence[Composable]) -> Composed:
    """Return the clause that lets an aggregate see these rows only."""
    return SQL("filter ({})").format(where(conditions)) if conditions else Composed([])


def where(conditions: Sequence[Composable]) -> Composed:
    """Return the clause that keeps the rows that satisfy all of them."""
    return SQL("where {}").format(SQL(" and ").join(conditions)) if conditions else Composed([])
