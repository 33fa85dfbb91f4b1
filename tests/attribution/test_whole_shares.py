"""Weights in millionths and money in kopecks: whole, and complete to the last one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import groupby

import pytest

from orchestration.commands.attribution import MODELS
from orchestration.commands.touch_paths import TouchPath
from tests.attribution.tried import Engine, Weight, path

MILLION = 1_000_000
CHANNELS = ("direct", "ads", "mail", "search", "social", "maps", "referral")


def paths_of(seed: int) -> list[TouchPath]:
    """Return paths of 1 to 12 touches; some never converted, some were worth nothing or less."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    made = []
    for _ in range(400):
        touches = chance.choice((1, 2, 3, 3, 7, 12))
        made.append(
            path(
                " > ".join(chance.choices(CHANNELS, k=touches)),
                conversions=chance.choice((0, 1, 1)),
                nulls=1,
                value=str(chance.choice((0, 1, 7, 99_999, 12_345_678_901, -250)) / 100),
                hours=" > ".join(str(chance.randrange(3000)) for _ in range(touches)),
            )
        )
    return made


@pytest.fixture(scope="module")
def made() -> list[TouchPath]:
    return paths_of(7)


@pytest.fixture(scope="module")
def shared(engine: Engine, made: list[TouchPath]) -> list[list[Weight]]:
    """Return the weights of each path and model."""
    rows = engine.weights(made, "direct")
    return [list(group) for _, group in groupby(rows, lambda row: (row.path, row.model))]


def test_every_path_has_every_model(
    made: Sequence[TouchPath], shared: Sequence[Sequence[Weight]]
) -> None:
    assert len(shared) == len(made) * len(MODELS)


def test_millionths_add_up_to_one(shared: Sequence[Sequence[Weight]]) -> None:
    assert {sum(row.micros for row in group) for group in shared} == {MILLION}


def test_kopecks_add_up_to_the_value(
    made: Sequence[TouchPath], shared: Sequence[Sequence[Weight]]
) -> None:
    for group in shared:
        value = made[group[0].path - 1].value
        assert sum(row.kopecks for row in group) == value * 100, group


def test_no_touch_is_off_by_a_whole_unit(
    made: Sequence[TouchPath], shared: Sequence[Sequence[Weight]]
) -> None:
    for row in (row for group in shared for row in group):
        assert abs(row.micros - row.weight * MILLION) < 1, row
        exact = made[row.path - 1].value * 100 * row.micros / MILLION
        assert abs(row.kopecks - exact) < 1, row


@pytest.mark.parametrize(
    ("model", "channels", "micros", "kopecks"),
    [
        # Three equal remainders for one unit: the earliest touch has it.
        ("linear", "a > b > c", [333_334, 333_333, 333_333], [34, 33, 33]),
        # 66,666⅔ thrice: two units for three touches.
        ("position", "a > b > b > b > a", [400_000, 66_667, 66_667, 66_666, 400_000], None),
        # ⅙ thrice for `a`, ½ for `b`: ⅔ of a unit thrice, so two units again.
        ("shapley", "a > a > b > a", [166_667, 166_667, 500_000, 166_666], None),
        # Twelfths and the ⅓ all have ⅓ of a unit left, though not to the last digit computed.
        (
            "shapley",
            " > ".join("aaaabbbbbbbc"),
            [83_334, 83_334, 83_333, 83_333, *[47_619] * 7, 333_333],
            None,
        ),
    ],
)
def test_of_equal_remainders_the_earliest_touch_has_the_unit(
    engine: Engine, model: str, channels: str, micros: list[int], kopecks: list[int] | None
) -> None:
    rows = [row for row in engine.weights([path(channels, value="1")]) if row.model == model]
    assert [row.micros for row in rows] == micros
    assert kopecks is None or [row.kopecks for row in rows] == kopecks
