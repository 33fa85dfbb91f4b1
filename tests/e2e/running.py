"""Whole runs of our commands, as a person at a terminal starts them."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from infra import postgres
from infra.postgres import Warehouse, remembered
from infra.postgres.grants import open_warehouse, shut_database
from infra.sandbox import process as sandbox
from tests.e2e.leaks import CommandLines

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A command that ended.

    Args:
        code: its exit code.
        output: what the person at the terminal saw.
        seconds: how long it took.
        command_lines: of every process on this machine meanwhile.
    """

    code: int
    output: str
    seconds: float
    command_lines: CommandLines


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A world whose daily job ran once.

    Args:
        home: folder of its warehouse.
        run: the first run.
        marts: a copy of the database as the first run left it.
        ledger: the true answers, written before anything was served.
    """

    home: Path
    run: Finished
    marts: Warehouse
    ledger: dict[str, Any]

    @property
    def warehouse(self) -> Warehouse:
        """The database that further runs go on with."""
        return remembered(self.home)

    def again(self, **environ: str) -> Finished:
        """Run its daily job once more."""
        return run("demo", warehouses=self.home.parent, **environ)


def run(*arguments: str, warehouses: Path, **environ: str) -> Finished:
    """Run one of our commands to its end."""
    begun = time.monotonic()
    with CommandLines() as command_lines:
        command = begin(*arguments, warehouses=warehouses, **environ)
        output, _ = command.communicate()
    return Finished(
        code=command.returncode,
        output=output,
        seconds=time.monotonic() - begun,
        command_lines=command_lines,
    )


def begin(*arguments: str, warehouses: Path, **environ: str) -> subprocess.Popen[str]:
    """Start one of our commands as a person would, away from this machine's own settings."""
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration", *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(warehouses),
            "LANG": "C.UTF-8",
            "COLUMNS": "120",
            "WAREHOUSES": str(warehouses),
            "ENV_FILE": "/dev/null",
            "RETRY_WAIT_SECONDS": "0.1",
            **environ,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finished_world(warehouses: Path, name: str, world: str) -> Iterator[World]:
    home = warehouses / name
    try:
        first = run("demo", "--world", world, warehouses=warehouses)
        assert first.code == 0, first.output
        yield World(
            home=home,
            run=first,
            marts=_copy(remembered(home)),
            ledger=json.loads((home / "sandbox" / "ledger.json").read_text()),
        )
    finally:
        sandbox.stop(home / "sandbox")
        postgres.stop(home)


def _copy(warehouse: Warehouse) -> Warehouse:
    """Return a copy of the database, with the same grants."""
    name = "after_the_first_run"
    with psycopg.connect(warehouse.administrator(), autocommit=True) as admin:
        admin.execute(
            SQL("create database {} template {}").format(
                Identifier(name), Identifier(warehouse.database)
            )
        )
    with psycopg.connect(warehouse.administrator(name), autocommit=True) as inside:
        shut_database(inside, name)
        open_warehouse(inside, name)
    return dataclasses.replace(warehouse, database=name)
