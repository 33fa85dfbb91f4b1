"""Imagined companies, and real ones given as files, in the form that the sandbox serves.

`build` fills a folder: `ledger.json` (the true answers), `store.sqlite` (what the APIs serve),
`csv_spend/` and `company/` (what is read as files). The format of a world file is documented in
`docs/worlds.md`.
"""

from __future__ import annotations

import contextlib
import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

from infra.sandbox.worlds.demo import filling as demo
from infra.sandbox.worlds.files import definition
from infra.sandbox.worlds.files import filling as files
from infra.sandbox.worlds.files.definition import WorldFileError
from infra.sandbox.worlds.info import WorldInfo

__all__ = ["WorldFileError", "WorldInfo", "build", "describe"]

_PARTS = ("csv_spend", "company", "store.sqlite", "ledger.json")


def describe(world: str | Path) -> WorldInfo:
    """What is known of a world without building it.

    Args:
        world: `demo`, or the path of a world file.

    Raises:
        WorldFileError: the world file is missing or says something wrong.
    """
    return demo.INFO if world == demo.INFO.name else definition.load(Path(world)).info


def build(world: str | Path, to: Path) -> WorldInfo:
    """Build a world into a folder, in place of the world that stood there.

    The ledger is written before anything that is served. A build that is cut short leaves the
    folder as it was; what the server keeps there (certificates, ports) stays.

    Args:
        world: `demo`, or the path of a world file.
        to: the folder; made if it is missing.

    Raises:
        WorldFileError: the world file, or the data it names, is missing or says something wrong.
    """
    to.mkdir(parents=True, exist_ok=True)
    draft = to / ".building"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        with _keeping_everything():
            info = _write(world, draft)
        _move_in(draft, to)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return info


@contextlib.contextmanager
def _keeping_everything() -> Iterator[None]:
    """Look for no garbage: a world's objects all stay, and walking them is a fifth of a build."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _write(world: str | Path, folder: Path) -> WorldInfo:
    if world == demo.INFO.name:
        demo.build(folder)
        return demo.INFO
    company = definition.load(Path(world))
    files.build(company, Path(world).resolve().parent / company.data, folder)
    return company.info


def _move_in(draft: Path, to: Path) -> None:
    """Put the finished parts in place; the ledger last, as the mark of a complete world."""
    for part in reversed((*_PARTS, "store.sqlite-wal", "store.sqlite-shm")):
        old = to / part
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
    for part in _PARTS:
        (draft / part).replace(to / part)
