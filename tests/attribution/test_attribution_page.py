"""The figures of docs/attribution.md are what the models give."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from orchestration.commands import touch_paths
from orchestration.commands.attribution import MODELS
from orchestration.commands.touch_paths import TouchPath
from tests.attribution.tried import Engine

PAGE = (Path(__file__).parents[2] / "docs" / "attribution.md").read_text(encoding="utf-8")


def table(heading: str) -> dict[str, list[str]]:
    """Return the rows of the table under a heading, by their first cell."""
    _, _, below = PAGE.partition(heading)
    rows = below.split("\n\n", 1)[0].splitlines()[2:]
    cells = [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows]
    return {name: rest for name, *rest in cells}


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[TouchPath]:
    found = re.search(r"^```csv\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    file = tmp_path_factory.mktemp("page") / "paths.csv"
    file.write_text(found[1], encoding="utf-8")
    return touch_paths.read(file)


def test_channels_get_what_the_page_says(engine: Engine, paths: list[TouchPath]) -> None:
    said = table("| model | ads | search | direct |")
    found = engine.shares(paths, "direct")
    assert list(said) == list(MODELS)
    for model, figures in said.items():
        values = [found[model].get(one, (0, 0))[1] for one in ("ads", "search", "direct")]
        assert [f"{round(value, 2):.2f}" for value in values] == [
            f"{float(figure):.2f}" for figure in figures
        ], model


def test_touches_get_what_the_page_says(engine: Engine, paths: list[TouchPath]) -> None:
    said = table("| model | ads | search | ads | why |")
    assert list(said) == list(MODELS)
    for model, (*figures, _) in said.items():
        rows = [
            row for row in engine.weights(paths, "direct") if (row.path, row.model) == (1, model)
        ]
        found = {row.touch: row.weight * 600 for row in rows}
        assert [f"{found.get(touch, 0):.2f}" for touch in (1, 2, 3)] == [
            f"{float(figure):.2f}" for figure in figures
        ], model
        if model == "markov":
            assert " : ".join(str(row.micros) for row in rows) in PAGE.replace("\n", " ")


def test_removal_effects_are_those_of_the_page(engine: Engine, paths: list[TouchPath]) -> None:
    said = table("| without | conversion | removal effect | of all effects |")
    found = engine.effects([paths])
    total = sum(Fraction(effect) for _, effect, _ in said.values())
    for channel, (conversion, effect, share) in said.items():
        assert abs(Fraction(found[0, channel]) - Fraction(effect)) < Fraction(1, 10**11)
        assert 1 - Fraction(conversion) / Fraction(3, 5) == Fraction(effect)
        assert Fraction(effect) / total == Fraction(share)
