"""`make attribution` beside another implementation: marketing-attribution-models 1.0.10.

It needs pandas < 2 and matplotlib < 3.8, for which there are wheels up to Python 3.11; its lock
stands beside this file and its environment is its own (`tests/judging.py`). `judge.py` says with
which flags it is asked. It has no time decay like ours: it counts whole weeks.
"""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.judging import interpreter

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

CHANNELS = (
    *("direct", "Яндекс Директ", "google_ads", "vk_ads", "maps", "mailing", "organic_search"),
    *("referral", "word_of_mouth", "partners_cpa", "organic_social", "outbound"),
)
PATHS = 1500
SAME = 1e-6

Line = tuple[Sequence[str], int, float, int]
"""Channels, conversions, value and nulls."""

Shares = Mapping[str, Mapping[str, Sequence[float]]]
"""By model and channel, conversions and value."""


def made() -> list[Line]:
    """Return different paths: of one touch and of many, with nulls and without, some worthless."""
    chance = random.Random(20261124)  # noqa: S311 - no secret
    weights = [30, 25, 20, 15, 12, 10, 8, 5, 3, 2, 1, 1]
    lines: dict[tuple[str, ...], Line] = {}
    while len(lines) < PATHS:
        touches = chance.choice((1, 2, 2, 3, 3, 4, 5, 6, 8, 12))
        channels = tuple(chance.choices(CHANNELS, weights, k=touches))
        conversions = chance.choice((0, 0, 1, 1, 2, 5))
        value = chance.choice((0, 0.01, 990, 12_500.5, 1_234_567.89)) if conversions else 0
        lines[channels] = (channels, conversions, value, chance.choice((0, 1, 3, 8)))
    return list(lines.values())


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return made()


@pytest.fixture(scope="module")
def ours(lines: list[Line], tmp_path_factory: pytest.TempPathFactory) -> Shares:
    """Return what the command prints, from its standard output alone."""
    file = tmp_path_factory.mktemp("paths") / "paths.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        written = csv.writer(opened)
        written.writerow(("path", "conversions", "value", "nulls"))
        written.writerows((" > ".join(channels), *rest) for channels, *rest in lines)
    arguments = ("attribution", "--paths", file, "--direct", "direct")
    done = subprocess.run(
        [sys.executable, "-m", "orchestration", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "time_decay is left out: the file has no column hours\n"
    found: dict[str, dict[str, Sequence[float]]] = {}
    for row in csv.DictReader(done.stdout.splitlines()):
        shares = (float(row["conversions"]), float(row["value"]))
        found.setdefault(row["model"], {})[row["channel"]] = shares
    return found


@pytest.fixture(scope="module")
def theirs(lines: list[Line]) -> Shares:
    """Return what the other implementation makes of the same paths."""
    python = interpreter(HERE / "requirements.lock", "marketing-attribution-models")
    done = subprocess.run(
        [python, "-W", "ignore", HERE / "judge.py"],
        input=json.dumps(lines),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_paths_have_what_makes_the_models_differ(lines: list[Line]) -> None:
    paths = [channels for channels, *_ in lines]
    assert len(set(paths)) == PATHS
    assert {channel for path in paths for channel in path} == set(CHANNELS)
    assert {1, 2, 3, 12} <= {len(path) for path in paths}
    assert sum(any(map(str.__eq__, path, path[1:])) for path in paths) > 100  # a > a
    assert sum(nulls > 0 for *_, nulls in lines) > 100
    assert sum(conversions == 0 for _, conversions, *_ in lines) > 100


@pytest.mark.parametrize(
    ("model", "their_name"),
    [
        ("first", "first"),
        ("last", "last"),
        ("last_non_direct", "last_non_direct"),
        ("linear", "linear"),
        ("position", "position"),
        ("markov", "markov"),
        ("markov", "markov, a > a counted"),
    ],
)
def test_both_say_the_same(ours: Shares, theirs: Shares, model: str, their_name: str) -> None:
    assert set(theirs[their_name]) == set(CHANNELS) == set(ours[model])
    for channel, shares in theirs[their_name].items():
        assert ours[model][channel] == pytest.approx(shares, rel=SAME, abs=0), channel


def test_what_is_printed_is_complete(ours: Shares, lines: list[Line]) -> None:
    assert list(ours) == [
        *("first", "last", "last_non_direct", "linear", "position", "markov", "shapley")
    ]
    totals = [sum(line[position] for line in lines) for position in (1, 2)]
    for model, channels in ours.items():
        given_out = [sum(shares[position] for shares in channels.values()) for position in (0, 1)]
        assert given_out == pytest.approx(totals, rel=1e-12), model
