"""Reckoning apart from dbt: expressions, whole shares, rates; nothing but the standard library."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.golden.tables import Row, portal

OPERATORS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def worth(expression: str) -> Fraction:
    """Reckon an expression of numbers exactly; what stands behind a semicolon explains it."""
    written = expression.partition(";")[0].strip()

    def reckon(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant():
                return Fraction(ast.get_source_segment(written, node) or "")
            case ast.UnaryOp(op=ast.USub()):
                return -reckon(node.operand)
            case ast.BinOp():
                return OPERATORS[type(node.op)](reckon(node.left), reckon(node.right))
            case _:
                raise ValueError(written)

    return reckon(ast.parse(written, mode="eval").body)


def rounded(value: Fraction, places: int) -> Decimal:
    """Round half up, as money is."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def shares(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Share a whole total out by largest remainder; of equal remainders the earliest wins."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    given = [share.numerator // share.denominator for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (given[i] - exact[i], i))
    for place in by_remainder[: total - sum(given)]:
        given[place] += 1
    return given


def rate(currency: str, day: str) -> Fraction:
    """Return what one unit is worth in roubles on a day: the bank's last rate until then."""
    if currency == "RUB":
        return Fraction(1)
    known = [r for r in portal("rates") if r["currency"] == currency and r["day"] <= day]
    last = max(known, key=lambda row: row["day"])
    age = date.fromisoformat(day) - date.fromisoformat(last["day"])
    assert age.days <= 14, f"the rate of {currency} is too old on {day}"
    return Fraction(last["rate"]) / Fraction(last["nominal"])


def weights(model: str, path: Sequence[Row]) -> list[Fraction]:
    """Return what a model of attribution gives each touch of a path, before rounding."""
    count = len(path)
    match model:
        case "first":
            return _only(0, count)
        case "last":
            return _only(count - 1, count)
        case "last_non_direct":
            told = [i for i, touch in enumerate(path) if touch["channel"] not in NOT_TOLD]
            return _only(told[-1] if told else count - 1, count)
        case "linear":
            return [Fraction(1, count)] * count
        case "position" if count < 3:
            return [Fraction(1, count)] * count
        case "position":
            middle = [Fraction(20, 100) / (count - 2)] * (count - 2)
            return [Fraction(40, 100), *middle, Fraction(40, 100)]
        case "time_decay":
            return [Fraction(2 ** (-float(touch["days_before"] or 0) / 7)) for touch in path]
        case "shapley":
            channels = [touch["channel"] for touch in path]
            distinct = len(set(channels))
            return [Fraction(1, distinct * channels.count(channel)) for channel in channels]
        case _:
            raise ValueError(model)


NOT_TOLD = {"direct", "unknown"}


def _only(place: int, count: int) -> list[Fraction]:
    return [Fraction(int(number == place)) for number in range(count)]
