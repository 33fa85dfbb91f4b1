"""`python -m orchestration demo|run|up|…`; the Makefile says the same in fewer letters."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from connectors.errors import ConnectorError
from infra.postgres import WarehouseError
from infra.sandbox.process import SandboxFailed
from orchestration.commands.place import CommandError
from orchestration.commands.terminal import problems


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    chosen = _parser().parse_args(argv)
    try:
        return _command(chosen)()
    except (CommandError, WarehouseError, ConnectorError, SandboxFailed) as error:
        problems.print(f"\n[bold red]✗[/bold red] {error}", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        problems.print("\nInterrupted.")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m orchestration", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="a sandbox company through the whole daily job")
    demo.add_argument("--world", default="demo", help="demo, or the path of a world file")
    commands.add_parser("run", help="the daily job for the sources of .env")
    up = commands.add_parser("up", help="keep the warehouse fresh, with the Dagster UI")
    up.add_argument("--world", default="demo", help="the sandbox's, while no source is configured")
    commands.add_parser("down", help="stop everything that was started")
    commands.add_parser("show", help="print the reports of the last warehouse again")
    paths = commands.add_parser("attribution", help="the models of attribution on a file of paths")
    paths.add_argument("--paths", required=True, type=Path, help="CSV, see docs/attribution.md")
    paths.add_argument("--direct", default="", help="the channel that last_non_direct passes over")
    commands.add_parser("daily", help="the process of one run; `demo` and `run` start it")
    return parser


def _command(chosen: argparse.Namespace) -> Callable[[], int]:
    """Return what to run; only what it needs is imported."""
    if chosen.command == "daily":
        from orchestration.commands.daily import main as daily

        return daily
    if chosen.command in ("demo", "run"):
        from orchestration.commands import demo

        return demo.real if chosen.command == "run" else lambda: demo.demo(chosen.world)
    if chosen.command == "up":
        from orchestration.commands.up import up

        return lambda: up(chosen.world)
    if chosen.command == "attribution":
        from orchestration.commands.attribution import attribution

        return lambda: attribution(chosen.paths, chosen.direct.strip() or None)
    if chosen.command == "down":
        from orchestration.commands.down import down

        return down
    from orchestration.commands.show import show

    return show


if __name__ == "__main__":
    sys.exit(main())
