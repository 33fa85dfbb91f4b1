"""`make down`: stop everything that these commands started, in every warehouse."""

from __future__ import annotations

from infra import postgres
from infra.sandbox import process as sandbox
from orchestration.commands import processes
from orchestration.commands.place import warehouses
from orchestration.commands.terminal import console
from orchestration.commands.up import KEPT


def down() -> int:
    """Stop them; 0 also when there was nothing to stop."""
    homes = sorted(path for path in warehouses().glob("*") if path.is_dir())
    stopped: list[str] = []
    for home in homes:
        if (running := processes.remembered(home / KEPT)) is not None:
            processes.end([running])
            stopped.append(f"{home.name}: Dagster")
        if sandbox.is_running(home / "sandbox"):
            sandbox.stop(home / "sandbox")
            stopped.append(f"{home.name}: sandbox")
        if postgres.is_running(home):
            postgres.stop(home)
            stopped.append(f"{home.name}: PostgreSQL")
    for line in stopped or ["Nothing was running."]:
        console.print(f"Stopped {line}" if stopped else line)
    return 0
