"""What each model gives to each touch, by hand and by definition."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest

from orchestration.commands.attribution import MODELS
from orchestration.commands.touch_paths import TouchPath
from tests.attribution.tried import Engine, path


def given(engine: Engine, model: str, one: TouchPath, direct: str | None = None) -> list[Decimal]:
    """Return what a model gives to each touch of a path."""
    found = {row.touch: row.weight for row in engine.weights([one], direct) if row.model == model}
    return [found.get(number, Decimal(0)) for number in range(1, len(one.channels) + 1)]


@pytest.mark.parametrize(
    ("model", "channels", "expected"),
    [
        ("first", "a > b > a", "1 0 0"),
        ("last", "a > b > a", "0 0 1"),
        ("last_non_direct", "a > b > d > d", "0 1 0 0"),
        ("last_non_direct", "a > d > b", "0 0 1"),
        ("last_non_direct", "d > d", "0 1"),
        ("linear", "a > b > a > c", "0.25 0.25 0.25 0.25"),
        ("position", "a", "1"),
        ("position", "a > a", "0.5 0.5"),
        ("position", "a > b > c", "0.4 0.2 0.4"),
        ("position", "a > b > b > c > a > a", "0.4 0.05 0.05 0.05 0.05 0.4"),
        # Two channels, so half each; those of `a` share its half.
        ("shapley", "a > b > a", "0.25 0.5 0.25"),
        ("shapley", "a > a", "0.5 0.5"),
    ],
)
def test_a_path_by_hand(engine: Engine, model: str, channels: str, expected: str) -> None:
    assert given(engine, model, path(channels), "d") == [Decimal(one) for one in expected.split()]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        # Days before the conversion: the weight before it is brought to a sum of 1.
        # 7 and 0: 1/2, 1
        ("168 > 0", [Fraction(1, 3), Fraction(2, 3)]),
        # 14, 7 and 0: 1/4, 1/2, 1
        ("336 > 168 > 0", [Fraction(1, 7), Fraction(2, 7), Fraction(4, 7)]),
        # 21, 21 and 14: 1/8, 1/8, 1/4. Where the last touch is makes no difference.
        ("504 > 504 > 336", [Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)]),
        # 90 and 0: 2^(-90/7) = 2^-12 * 2^(-6/7) = 0.000244140625 * 0.5520447568 = 0.000134776552
        ("2160 > 0", [Fraction("0.00013475839"), Fraction("0.99986524161")]),
        # 3.5 and 0: 2^(-1/2) = 0.70710678119
        ("84 > 0", [Fraction("0.41421356237"), Fraction("0.58578643763")]),
        # 40 and 20 years: what is left of the first is nothing to speak of.
        ("350400 > 175200", [Fraction(0), Fraction(1)]),
    ],
)
def test_a_touch_loses_half_in_seven_days(
    engine: Engine, hours: str, expected: Sequence[Fraction]
) -> None:
    one = path(" > ".join("abc"[: len(expected)]), hours=hours)
    found = given(engine, "time_decay", one)
    assert [float(weight) for weight in found] == pytest.approx(
        [float(weight) for weight in expected], abs=1e-11
    )
    assert sum(found) == pytest.approx(Decimal(1), abs=Decimal("1e-15"))


def coalitions(paths: Sequence[TouchPath], channels: Sequence[str]) -> dict[str, Fraction]:
    """Return Shapley values from the worth of every coalition, by their definition."""

    def worth(members: frozenset[str]) -> Fraction:
        return sum(
            (Fraction(one.conversions) for one in paths if members.issuperset(one.channels)),
            Fraction(0),
        )

    worths = {
        frozenset(chosen): worth(frozenset(chosen))
        for size in range(len(channels) + 1)
        for chosen in itertools.combinations(channels, size)
    }
    n = len(channels)
    return {
        channel: sum(
            (
                Fraction(math.factorial(len(s)) * math.factorial(n - len(s) - 1), math.factorial(n))
                * (worths[s | {channel}] - worths[s])
                for s in worths
                if channel not in s
            ),
            Fraction(0),
        )
        for channel in channels
    }


@pytest.mark.parametrize("count", [2, 5, 8])
def test_shapley_is_that_of_all_coalitions(engine: Engine, count: int) -> None:
    chance = random.Random(count)  # noqa: S311 - no secret
    channels = "abcdefgh"[:count]
    paths = [
        path(
            " > ".join(chance.choices(channels, k=chance.randint(1, 9))),
            conversions=chance.randint(0, 4),
            nulls=chance.randint(0, 9),
        )
        for _ in range(150)
    ]
    found = engine.shares(paths)["shapley"]
    expected = coalitions(paths, channels)
    assert len(found) == count
    for channel, (conversions, _) in found.items():
        assert abs(Fraction(conversions) - expected[channel]) < Fraction(1, 10**11), channel


def test_every_model_gives_out_all_there_is(engine: Engine) -> None:
    paths = [
        path("a > b > a", conversions=3, nulls=2, value="100.01", hours="9 > 5 > 1"),
        path("c > d", conversions=1, value="0.02", hours="700 > 3"),
        path("b", nulls=4, conversions=0, hours="0"),
    ]
    found = engine.shares(paths, "d")
    assert list(found) == list(MODELS)
    for model, channels in found.items():
        for position, total in enumerate(("4", "100.03")):
            given_out = sum(shares[position] for shares in channels.values())
            assert abs(given_out - Decimal(total)) < Decimal("1e-9"), model
