"""`make up`: the warehouse kept fresh, and the Dagster UI, until Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import psutil

from infra import postgres
from infra.sandbox import process as sandbox
from orchestration.commands import dagster_home, launch, processes, world
from orchestration.commands.place import (
    PRODUCTION,
    ROOT,
    CommandError,
    Place,
    credentials,
    place,
    settings,
    warehouses,
)
from orchestration.commands.terminal import Steps, console

KEPT = "up.json"


class _AskedToEndError(Exception):
    """Ctrl-C, or a polite request to end."""


def up(chosen: str) -> int:
    """Start what is not up, keep it up, and stop on Ctrl-C what was started here.

    Args:
        chosen: the world of the sandbox, for as long as no real source is configured.

    Raises:
        CommandError: the port is taken, it is up already, or the database holds others' data.
    """
    environ = settings()
    port = int(environ.get("PORT") or 3000)
    here = place(PRODUCTION if credentials(environ) else world.name_of(chosen), environ)
    if (other := processes.remembered(here.home / KEPT)) is not None:
        msg = f"It is up already (process {other.pid}); `make down` stops it."
        raise CommandError(msg)
    processes.refuse_taken(port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    processes.remember(here.home / KEPT, psutil.Process())
    started = launch.Started()
    try:
        _keep(here, port, started, chosen)
    except _AskedToEndError:
        console.print("\nStopping what was started here.")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        _take_down(here, started)
        (here.home / KEPT).unlink(missing_ok=True)
    return 0


def _keep(here: Place, port: int, started: launch.Started, chosen: str) -> None:
    """Start everything and stay until a child ends or somebody asks to end."""
    steps = Steps()
    ground = launch.lay(here, steps, started)
    if here.sandbox:
        served, started.sandbox = world.serve(here, chosen, steps)
        ground = ground.with_sources(served)
    launch.write_reader(warehouses() / "bi_reader.env", ground.warehouse)
    with steps.step("Dagster"):
        _start_dagster(ground, port, started)
    console.print(
        f"\nDagster UI      [bold]http://127.0.0.1:{port}[/bold]\n"
        "Daily job       06:00 in the company's time zone; at once: Jobs → daily → Materialize\n"
        "Stop            Ctrl-C, or `make down` from elsewhere\n",
        soft_wrap=True,
    )
    while True:
        for name, child in started.dagster.items():
            if child.poll() is not None:
                msg = (
                    f"{name} ended by itself (code {child.returncode}); its log: {_log(here, name)}"
                )
                raise CommandError(msg)
        time.sleep(0.5)


def _start_dagster(ground: launch.Ground, port: int, started: launch.Started) -> None:
    binaries = Path(sys.executable).parent
    workspace = ground.place.home / "dagster" / dagster_home.WORKSPACE
    commands = {
        "webserver": ["dagster-webserver", "--host", "127.0.0.1", "--port", str(port)],
        "daemon": ["dagster-daemon", "run"],
    }
    for name, (program, *arguments) in commands.items():
        with _log(ground.place, name).open("ab") as output:
            started.dagster[name] = subprocess.Popen(  # noqa: S603 - our own
                [binaries / program, *arguments, "--workspace", workspace],
                cwd=ROOT,
                env=dict(ground.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches this process only, which then ends them in order.
                start_new_session=True,
            )


def _log(here: Place, name: str) -> Path:
    return here.home / "dagster" / f"{name}.log"


def _take_down(here: Place, started: launch.Started) -> None:
    processes.end(
        [psutil.Process(one.pid) for one in started.dagster.values() if one.poll() is None]
    )
    if started.sandbox:
        sandbox.stop(world.folder_of(here))
    if started.postgres:
        postgres.stop(here.home)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise _AskedToEndError
