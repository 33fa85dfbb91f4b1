"""Whole runs, made once a session and shared: the demo world, and world (b) from files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.running import Finished, World, finished_world


@pytest.fixture(scope="session")
def demo_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """World (a) after `make demo`."""
    yield from finished_world(tmp_path_factory.mktemp("warehouses"), "demo", "demo")


@pytest.fixture(scope="session")
def second_run(demo_world: World) -> Finished:
    """The same again, with nothing changed at the sources."""
    return demo_world.again()


ROOT = Path(__file__).parents[2]
SCHOOL = ROOT / "infra" / "sandbox" / "worlds" / "it_school_crm.yml"
SCHOOL_DATA = ROOT.parent / "shared" / "data" / "it_school_crm"
ABSENT = "the IT school's files lie beside the project only on the machines of its authors"


@pytest.fixture(scope="session")
def school_figures() -> dict[str, Any]:
    """The school's figures straight from its files, by a script without any import of ours."""
    if not SCHOOL_DATA.is_dir():
        pytest.skip(ABSENT)
    script = ROOT / "tests" / "infra" / "worlds" / "independent_it_school.py"
    done = subprocess.run(
        [sys.executable, "-I", script, SCHOOL_DATA], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def school_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """World (b), from the files of an IT school, after `make demo WORLD=…`."""
    if not SCHOOL_DATA.is_dir():
        pytest.skip(ABSENT)
    yield from finished_world(tmp_path_factory.mktemp("school"), "it_school_crm", str(SCHOOL))
