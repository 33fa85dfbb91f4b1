"""One measured run: a portal with a bucket of its own, one contestant, what both have counted."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from infra.sandbox import process
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, Store
from tests.bench.landed import Database

ROOT = Path(__file__).resolve().parents[2]
BURST, PER_SECOND = 50, 2.0
"""What a standard plan allows."""

_COMMANDS = 50
_ROWS_PER_REQUEST = 2_500
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run came to.

    Args:
        name: the contestant.
        command_ms: how long the portal worked on each command.
        rows: how many rows came, each counted once.
        lost: rows of the portal that did not come.
        doubled: rows that came again.
        requests: let through by the portal; it has refused `refused` more.
        seconds: wall time.
        cpu: the contestant's own processor time, in seconds.
        grown: by how many bytes its resident memory grew.
        portal_cpu: the portal's processor time, in seconds.
        failure: why it gave up; empty where it did not.
        report: of a load into PostgreSQL, by the names of the product's own report.
    """

    name: str
    command_ms: float
    rows: int
    lost: int
    doubled: int
    requests: int
    refused: int
    seconds: float
    cpu: float
    grown: int
    portal_cpu: float
    failure: str = ""
    report: Mapping[str, object] = field(default_factory=dict)

    @property
    def least_seconds(self) -> float:
        """What the limiter alone costs for these requests, and one full batch."""
        batch = _COMMANDS * self.command_ms / 1000
        return max(0.0, self.requests - BURST) / PER_SECOND + batch

    @property
    def ratio(self) -> float:
        """How many times the least possible it took."""
        return self.seconds / self.least_seconds


def most_requests(rows: int) -> float:
    """Return the bound on the requests of a full extraction."""
    return 1.06 * math.ceil(rows / _ROWS_PER_REQUEST) + 5


@contextmanager
def portal(directory: Path, *, command_ms: float, rate: float = 1.0) -> Iterator[process.Running]:
    """Serve a world in a process of its own, its bucket empty."""
    arguments = ("--plan", "standard", "--rate", str(rate), "--command-ms", str(command_ms))
    served = subprocess.Popen(
        [sys.executable, "-m", "infra.sandbox", "serve", "--dir", str(directory), *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield _answering(directory, served)
    finally:
        served.terminate()
        served.wait(30)


def _answering(directory: Path, served: subprocess.Popen[bytes]) -> process.Running:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and served.poll() is None:
        running = process.find(directory)
        if running is not None and running.pid == served.pid:
            return running
        time.sleep(0.05)
    msg = f"the world in {directory} is not served"
    raise RuntimeError(msg)


def measure(
    name: str,
    world: Path,
    *,
    command_ms: float,
    expected: array,
    database: Database | None = None,
) -> Measured:
    """Let one contestant read one portal, into a database where it wants one."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as scratch,
        portal(world, command_ms=command_ms) as running,
    ):
        ids = Path(scratch) / "ids"
        webhook = running.settings["BITRIX24_WEBHOOK_URL"]
        done = _contest(
            name,
            webhook.replace(running.http_url, running.https_url),
            Path(scratch),
            ids,
            _trusting(running) | ({"BENCH_DSN": database.loader} if database else {}),
        )
        counted = httpx.get(f"{running.http_url}/_sandbox/requests").json()
        spent = psutil.Process(running.pid).cpu_times()
        got = array("q", ids.read_bytes())
    if database is not None:
        got = database.living_deals()
    figures = json.loads(done.stdout)
    rows, lost, doubled = _compared(got, expected)
    return Measured(
        name=name,
        command_ms=command_ms,
        rows=rows,
        lost=lost,
        doubled=doubled,
        requests=counted["taken"],
        refused=counted["refused"],
        seconds=figures["seconds"],
        cpu=figures["cpu"],
        grown=figures["grown"],
        portal_cpu=spent.user + spent.system,
        failure=figures["failure"],
        report=figures["report"],
    )


def _contest(
    name: str, url: str, shared: Path, ids: Path, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.bench.contestants", name]
    done = subprocess.run(
        [*command, "--url", url, "--shared", str(shared), "--ids", str(ids)],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"{name} failed:\n{done.stderr[-3000:]}"
        raise RuntimeError(msg)
    return done


def _trusting(running: process.Running) -> dict[str, str]:
    authority = str(running.authority)
    return {"SSL_CERT_FILE": authority, "REQUESTS_CA_BUNDLE": authority}


def _compared(got: array, expected: array) -> tuple[int, int, int]:
    came = Counter(got)
    lost = sum(1 for number in expected if number not in came)
    return len(came), lost, len(got) - len(came)


def ids_of(world: Path) -> array:
    """Return the ids of all deals of a world that nobody changes."""
    with Store.open(world / STORE_NAME) as store:
        found = store.query(
            "SELECT id FROM item WHERE entity_type_id = ? AND deleted = 0 ORDER BY id", (DEAL,)
        )
    return array("q", [number for (number,) in found])
