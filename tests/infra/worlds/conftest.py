"""Worlds that the tests look at, each built once a session."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.sandbox.store import Store
from infra.sandbox.worlds import build


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A built world."""

    folder: Path
    store: Store
    ledger: dict[str, Any]
    digests: dict[str, str]

    def count(self, sql: str) -> int:
        """The one number of a statement."""
        return self.store.query(sql)[0][0]


def _built(world: str | Path, folder: Path) -> Iterator[Built]:
    build(world, folder)
    ledger = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))
    before_use = digests(folder)
    with Store.open(folder / "store.sqlite") as store:
        yield Built(folder=folder, store=store, ledger=ledger, digests=before_use)


def digests(folder: Path) -> dict[str, str]:
    """A hash of each file of a world."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session", name="digests")
def _digests() -> Callable[[Path], dict[str, str]]:
    return digests


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The demo company. Read only."""
    yield from _built("demo", tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def school_data() -> Path:
    """The IT school's files, which are never part of this project."""
    folder = Path(__file__).parents[4] / "shared" / "data" / "it_school_crm"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: the data's owner did not allow copies of it")
    return folder


@pytest.fixture(scope="session")
def school(school_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The IT school. Read only."""
    world = Path(__file__).parents[3] / "infra" / "sandbox" / "worlds" / "it_school_crm.yml"
    yield from _built(world, tmp_path_factory.mktemp("school"))
