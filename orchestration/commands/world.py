"""The sandbox company of a warehouse: built once, kept, served while it is needed."""

from __future__ import annotations

import re
from pathlib import Path

from infra.sandbox import process, worlds
from infra.sandbox.worlds.files.definition import WorldFileError
from orchestration.commands.place import PRODUCTION, CommandError, Place
from orchestration.commands.terminal import Steps, console

DEMO = "demo"


def name_of(world: str) -> str:
    """Return the name of a world, which is also its warehouse's folder.

    Raises:
        CommandError: there is no such world file, or its name is no folder of its own.
    """
    if world == DEMO:
        return DEMO
    if not Path(world).is_file():
        msg = f"There is no world file {world}; its format is described in docs/worlds.md."
        raise CommandError(msg)
    try:
        name = worlds.describe(world).name
    except WorldFileError as error:
        raise CommandError(str(error)) from error
    if name in (DEMO, PRODUCTION) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        msg = f"{world}: a world's name is a lower-case word other than {DEMO} and {PRODUCTION}."
        raise CommandError(msg)
    return name


def folder_of(place: Place) -> Path:
    """Return the folder of the sandbox of a warehouse."""
    return place.home / "sandbox"


def serve(place: Place, world: str, steps: Steps) -> tuple[dict[str, str], bool]:
    """Build the world where there is none yet, and serve it.

    Returns:
        The settings of its sources, and whether it was not served before.
    """
    folder = folder_of(place)
    if not (folder / "ledger.json").exists():
        with steps.step("Sandbox company, built once"):
            info = worlds.build(world if world == DEMO else Path(world), folder)
            console.print(f"  {info.name}, as of {info.as_of}, kept in {folder}")
    was_up = process.is_running(folder)
    with steps.step("Sandbox"):
        running = process.start(folder)
        console.print(f"  speaks the protocols of the sources at {running.http_url}")
    return running.settings, not was_up
