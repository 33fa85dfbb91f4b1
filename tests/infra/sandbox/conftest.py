"""One small served world for all tests, and a private one for those that change it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import Store
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import META, build


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The tiny world, served for the whole session: do not change it."""
    directory = tmp_path_factory.mktemp("tiny")
    build(directory / STORE_NAME)
    with served(directory) as world:
        yield world


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """A tiny world of the test's own."""
    build(tmp_path / STORE_NAME)
    with served(tmp_path) as world:
        yield world


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory with a store that holds nothing but its settings."""
    with Store.create(tmp_path / STORE_NAME) as store:
        store.set_meta({**META, "base_currency": "USD", "now": "2024-08-05T09:02:13+00:00"})
    return tmp_path
