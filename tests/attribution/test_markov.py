"""Removal effects against the chain itself, solved exactly in fractions.

The judge here takes the definition at its word: it counts steps from a channel to itself, takes
each channel out in turn and solves the equations of what is left.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import pytest

from orchestration.commands.touch_paths import TouchPath
from tests.attribution.tried import Engine, path

START, CONVERSION, LOSS = "(start)", "(conversion)", "(loss)"
Chain = Mapping[str, Mapping[str, Fraction]]


def chain(paths: Sequence[TouchPath]) -> Chain:
    """Return the chances of each step, of those from a channel to itself too."""
    steps: dict[str, Counter[str]] = {}
    for one in paths:
        for ending, times in ((CONVERSION, one.conversions), (LOSS, one.nulls)):
            states = [START, *one.channels, ending]
            for origin, target in pairwise(states):
                steps.setdefault(origin, Counter())[target] += int(times)
    return {
        origin: {
            target: Fraction(times, targets.total()) for target, times in targets.items() if times
        }
        for origin, targets in steps.items()
        if targets.total()
    }


def conversion(found: Chain, removed: str | None) -> Fraction:
    """Return the chance of ever converting, from the start, without a channel."""
    states = [state for state in found if state != removed]
    rows = [
        [
            *(Fraction(a == b) - found[a].get(b, Fraction(0)) for b in states),
            found[a].get(CONVERSION, Fraction(0)),
        ]
        for a in states
    ]
    for column in range(len(states)):
        pivot = next(row for row in range(column, len(states)) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [cell / rows[column][column] for cell in rows[column]]
        for row in range(len(states)):
            factor = rows[row][column]
            if row != column and factor:
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return rows[states.index(START)][-1]


def effects(paths: Sequence[TouchPath]) -> dict[str, Fraction]:
    """Return 1 - P(conversion without the channel) / P(conversion)."""
    found = chain(paths)
    whole = conversion(found, None)
    return {
        channel: 1 - conversion(found, channel) / whole for channel in found if channel != START
    }


def random_paths() -> list[TouchPath]:
    """Return paths over seven channels, short and long."""
    chance = random.Random(11)  # noqa: S311 - no secret
    return [
        path(
            " > ".join(chance.choices("abcdefg", k=chance.choice((1, 1, 2, 3, 5, 20)))),
            conversions=chance.randint(0, 2),
            nulls=chance.randint(0, 5),
        )
        for _ in range(120)
    ]


CASES = {
    "random": random_paths(),
    "hundreds of a > a": [
        path(" > ".join("a" * 400 + "b" + "c" * 300), conversions=1, nulls=2),
        path("c > c > a", conversions=3, nulls=1),
        path("b", conversions=1, nulls=9),
    ],
    "round and round": [
        path(" > ".join("ab" * 1000), conversions=1),
        path(" > ".join("abc" * 500), conversions=1, nulls=1),
        path("c > d > a", conversions=5, nulls=7),
        path("d", nulls=40, conversions=0),
    ],
    "nobody is lost": [path("a > b", conversions=2), path("b > c", conversions=1)],
    "a channel that never converts": [
        path("a > b", conversions=1, nulls=3),
        path("a > c", conversions=0, nulls=3),
    ],
    "lines that count nothing": [path("a > b"), path("z", conversions=0)],
}


@pytest.mark.parametrize("name", CASES)
def test_effects_are_those_of_the_chain_itself(engine: Engine, name: str) -> None:
    paths = CASES[name]
    found = engine.effects([paths])
    expected = effects(paths)
    assert {channel for _, channel in found} == set(expected)
    for channel, effect in expected.items():
        assert abs(Fraction(found[0, channel]) - effect) < Fraction(1, 10**11), channel


def test_sets_of_paths_are_fitted_beside_each_other(engine: Engine) -> None:
    fits = [CASES["random"], CASES["nobody is lost"], CASES["round and round"][2:]]
    together = engine.effects(fits)
    for number, fit in enumerate(fits):
        alone = {channel: effect for (_, channel), effect in engine.effects([fit]).items()}
        assert {channel: together[number, channel] for channel in alone} == alone
    assert {number for number, _ in together} == {0, 1, 2}


def test_the_whole_set_is_shared_out_by_effects(engine: Engine) -> None:
    paths = CASES["random"]
    weighed = effects(paths)
    total = sum(one.conversions for one in paths)
    for channel, (conversions, _) in engine.shares(paths)["markov"].items():
        expected = weighed[channel] / sum(weighed.values()) * Fraction(total)
        assert abs(Fraction(conversions) - expected) < Fraction(1, 10**9), channel


def test_effects_are_shared_out_anew_within_a_path(engine: Engine) -> None:
    paths = [path("a > b > a", conversions=1, nulls=1), path("b", conversions=2, nulls=3)]
    a, b = (effects(paths)[channel] for channel in "ab")
    rows = [row for row in engine.weights(paths) if (row.path, row.model) == (1, "markov")]
    found = [Fraction(row.weight) for row in rows]
    expected = [part / (a + b + a) for part in (a, b, a)]
    assert all(
        abs(one - other) < Fraction(1, 10**11) for one, other in zip(found, expected, strict=True)
    )


def test_without_a_conversion_there_is_no_effect(engine: Engine) -> None:
    paths = [path("a > b", conversions=0, nulls=4)]
    assert not engine.effects([paths])
    assert "markov" not in engine.shares(paths)
    # Credit in a single path is shared equally where the fit knows none of its channels.
    assert [row.micros for row in engine.weights(paths) if row.model == "markov"] == [500_000] * 2
