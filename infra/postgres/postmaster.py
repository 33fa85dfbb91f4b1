"""The running server of a data directory, recognised beyond doubt.

`postmaster.pid` survives a hard stop, and after a reboot its number may be any other program's.
A process counts as the server only if it works inside that very data directory.
"""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

PORT_LINE, STATUS_LINE = 3, 7
"""Lines of `postmaster.pid` (PostgreSQL, src/include/utils/pidfile.h), counted from zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmaster:
    """A live server: its main process and its TCP port."""

    process: psutil.Process
    port: int

    def end_quickly(self, seconds: float) -> None:
        """Roll back what is open and end, by force when it takes longer than `seconds`.

        Raises:
            TimeoutError: it lives on nevertheless.
        """
        for request in (signal.SIGINT, signal.SIGQUIT):
            with suppress(psutil.NoSuchProcess):
                self.process.send_signal(request)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                if _is_over(self.process):
                    return
                time.sleep(0.01)
        raise TimeoutError


def running(data: Path) -> Postmaster | None:
    """Return the server of a data directory if it is up and answers, else None."""
    lines = _pid_file(data)
    process = alive(data)
    if process is None or len(lines) <= STATUS_LINE or lines[STATUS_LINE].strip() != "ready":
        return None
    return Postmaster(process=process, port=int(lines[PORT_LINE]))


def alive(data: Path) -> psutil.Process | None:
    """Return the server's main process, be it ready, starting or ending; else None."""
    lines = _pid_file(data)
    if not lines:
        return None
    try:
        process = psutil.Process(abs(int(lines[0])))
        if _is_over(process) or not _works_in(process, data):
            return None
    except (psutil.Error, OSError, ValueError):
        return None
    return process


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _is_over(process: psutil.Process) -> bool:
    """A zombie is over too: in a container whose first process reaps nobody it stays for ever."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _works_in(process: psutil.Process, data: Path) -> bool:
    # The link leads into the process's own mount namespace, where the path reads differently.
    link = Path(f"/proc/{process.pid}/cwd")
    place = link if link.parent.exists() else Path(process.cwd())
    return place.samefile(data)
