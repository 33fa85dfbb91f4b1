"""Processes that a command keeps running, found again by `make down`.

A process is known by its id and the moment it began, so that a reused id is never hit.
"""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from orchestration.commands.place import CommandError

PATIENCE = 30.0


def remember(path: Path, process: psutil.Process) -> None:
    """Keep which process this is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pid": process.pid, "began": process.create_time()}))


def remembered(path: Path) -> psutil.Process | None:
    """Return the process, None when it has ended since."""
    try:
        kept = json.loads(path.read_text())
        process = psutil.Process(kept["pid"])
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None
    return process if abs(process.create_time() - kept["began"]) < 1.0 else None


def end(processes: Sequence[psutil.Process]) -> None:
    """Ask processes to end, wait for them and what they started, and kill what does not."""
    family = {one.pid: one for process in processes for one in (process, *_children(process))}
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    deadline = time.monotonic() + PATIENCE
    while (alive := [one for one in family.values() if _lives(one)]) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.05)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _lives(process: psutil.Process) -> bool:
    """Say whether a process runs; one that only waits to be reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def refuse_taken(port: int) -> None:
    """Make sure that a port of this machine is free.

    Raises:
        CommandError: something listens there; names the port and the way out.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            msg = (
                f"Port {port} of 127.0.0.1 is taken. Another one: `make up PORT={port + 1}`, or "
                "PORT in .env. If it is an older `make up` of this project: `make down`."
            )
            raise CommandError(msg) from None
