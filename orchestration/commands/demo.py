"""`make demo`: a made-up company through the whole daily job, and `make run`: your own.

Ends with what a marketer wants to see. PostgreSQL stays up for the BI tool until `make down`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType

from orchestration.commands import identity, launch, show, world
from orchestration.commands.place import (
    PRODUCTION,
    ROOT,
    CommandError,
    credentials,
    place,
    refuse_credentials,
    settings,
    warehouses,
)
from orchestration.commands.terminal import Steps, console

ENDING = (signal.SIGINT, signal.SIGTERM)


def demo(chosen: str) -> int:
    """Run the daily job for a world of the sandbox.

    Args:
        chosen: `demo`, or the path of a world file.

    Raises:
        CommandError: credentials of real sources are present, or the database holds others' data.
    """
    environ = settings()
    refuse_credentials(environ)
    here = place(world.name_of(chosen), environ)
    steps = Steps()
    ground = launch.lay(here, steps)
    served, _ = world.serve(here, chosen, steps)
    return _run(ground.with_sources(served), steps)


def real() -> int:
    """Run the daily job for the configured sources.

    Raises:
        CommandError: no source is configured, or the database holds a sandbox company.
    """
    environ = settings()
    if not credentials(environ):
        msg = "No source is configured in .env: `make demo` runs the sandbox company instead."
        raise CommandError(msg)
    steps = Steps()
    return _run(launch.lay(place(PRODUCTION, environ), steps), steps)


def _run(ground: launch.Ground, steps: Steps) -> int:
    launch.write_reader(warehouses() / "bi_reader.env", ground.warehouse)
    with steps.step("Daily job: sources → landing → checks → dbt → publication"):
        succeeded = _job(ground.environ)
    if not succeeded:
        msg = (
            "The run failed; readers still see the last publication. The reasons stand above; "
            f"`{identity.command_of(ground.place.name)}` repeats what is missing."
        )
        raise CommandError(msg)
    show.reports(ground.warehouse)
    steps.show()
    show.connection(ground.warehouse)
    show.next_steps(sandbox=ground.place.sandbox)
    console.print()
    return 0


def _job(environ: Mapping[str, str]) -> bool:
    """Run the job in a process of its own and say whether it succeeded.

    Raises:
        KeyboardInterrupt: somebody asked to end; the run was ended in order first.
    """
    asked = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            child.terminate()
        asked = True

    with subprocess.Popen(
        [sys.executable, "-m", "orchestration", "daily"],
        cwd=ROOT,
        env=dict(environ),
        # Ctrl-C reaches this process only, which then ends the run in order.
        start_new_session=True,
    ) as child:
        before = {number: signal.signal(number, end) for number in ENDING}
        try:
            code = child.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    if asked:
        raise KeyboardInterrupt
    return code == 0
