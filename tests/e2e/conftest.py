"""Whole runs, made once a session and shared: the demo world, and world (b) from files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.running import Finished, World, finished_world


@pytest.fixture(scope="session")
def demofinished_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """World (a) after `make demo`."""
    yield from finished_world(tmp_path_factory.mktemp("warehouses"), "demo", "demo")


@pytest.fixture(scope="session")
def second_run(demo_world: World) -> Finished:
    """The same again, with nothing changed at the sources."""
    return demo_world.again()
