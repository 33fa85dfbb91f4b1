"""Start and stop a served world as a process of its own, for launchers and tests."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.sandbox import endpoints
from infra.sandbox.server import STATE_NAME

LOG_NAME = "server.log"

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0


class SandboxFailed(RuntimeError):
    """The sandbox did not start; the message holds the end of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A world that is being served.

    Args:
        pid: its process.
        http_url: its address.
        https_url: its address for clients that speak HTTPS only.
        authority: the certificate of the CA behind it.
        settings: the product's settings for it; some are secret.
    """

    pid: int
    http_url: str
    https_url: str
    authority: Path
    settings: dict[str, str]


def start(directory: Path) -> Running:
    """Serve the world in a directory, detached; one that is being served already is returned.

    Raises:
        SandboxFailed: it ended, or did not answer in time.
    """
    if (running := find(directory)) is not None:
        return running
    if not directory.is_dir():
        msg = f"there is no directory {directory}: build a world in it first"
        raise SandboxFailed(msg)
    log = directory / LOG_NAME
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "infra.sandbox", "serve", "--dir", str(directory)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if (running := find(directory)) is not None:
            return running
        time.sleep(0.02)
    if process.poll() is None:
        process.kill()
    raise SandboxFailed(log.read_text(errors="replace")[-2000:] or "the sandbox did not answer")


def stop(directory: Path) -> None:
    """Stop the world that is served from a directory; nothing happens where none is."""
    process = _process(directory)
    if process is None:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(_STOP_SECONDS)


def is_running(directory: Path) -> bool:
    """Tell whether the world in a directory is being served."""
    return find(directory) is not None


def find(directory: Path) -> Running | None:
    """Return the running server of a directory, or None."""
    process = _process(directory)
    if process is None:
        return None
    state = _state(directory)
    return Running(
        pid=process.pid,
        http_url=str(state["http_url"]),
        https_url=str(state["https_url"]),
        authority=directory / "tls" / "ca.pem",
        settings=endpoints.read(directory),
    )


def _state(directory: Path) -> dict[str, object]:
    try:
        return json.loads((directory / STATE_NAME).read_text())
    except (FileNotFoundError, ValueError):
        return {}


def _process(directory: Path) -> psutil.Process | None:
    """Return the process that the state file names, if it is still that very process."""
    state = _state(directory)
    if not state:
        return None
    try:
        process = psutil.Process(int(str(state["pid"])))
        same = abs(process.create_time() - float(str(state["created"]))) < 1
        alive = process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return process if same and alive else None
