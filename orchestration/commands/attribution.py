"""`make attribution`: the models of attribution on any file of paths, without a warehouse.

What runs is the SQL of the marts: dbt compiles the macros in `dbt_project/macros/attribution`, and
a PostgreSQL that lives only for this command executes it. Standard output is nothing but CSV.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import psycopg

from infra.postgres import start, stop
from orchestration.commands import touch_paths
from orchestration.commands.manifest import DBT_PROJECT
from orchestration.commands.place import CommandError
from orchestration.commands.terminal import problems
from orchestration.commands.touch_paths import TouchPath

MODELS = (
    *("first", "last", "last_non_direct", "linear", "position", "time_decay"),
    *("markov", "shapley"),
)
"""Every model, in the order in which they are printed."""

MACROS = DBT_PROJECT / "macros" / "attribution"
SECONDS_OF_AN_HOUR = 3600

TABLES = """
    create temporary table paths (
        path_id integer primary key,
        conversions_count numeric not null,
        nulls_count numeric not null,
        value_amount numeric not null
    );
    create temporary table touches (
        path_id integer not null,
        touch_no integer not null,
        channel_code text not null,
        is_direct boolean not null,
        seconds_before_conversion numeric,
        primary key (path_id, touch_no)
    )
"""

Shares = list[tuple[str, str, Decimal, Decimal]]
"""Model, channel, its conversions and their value."""


def attribution(path: Path, direct: str | None) -> int:
    """Print what each channel gets by each model that has its input.

    Args:
        path: the file of paths.
        direct: the channel that last_non_direct passes over; None leaves that model out.

    Raises:
        ConnectorError: the file is not as its format says.
        CommandError: its cells do not fit each other, or dbt cannot compile the macros.
        WarehouseError: PostgreSQL does not start.
    """
    paths = touch_paths.read(path)
    models = [model for model in MODELS if _has_input(model, paths, direct)]
    with _own_folder() as home:
        query = compiled(f"{{{{ attributed_paths('paths', 'touches', {models}) }}}}", home / "dbt")
        with psycopg.connect(start(home).administrator()) as connection:
            load(connection, paths, direct)
            shares = attributed(connection, query)
    sys.stdout.reconfigure(encoding="utf-8")
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(("model", "channel", "conversions", "value"))
    written.writerows((*names, f"{count:f}", f"{value:f}") for *names, count, value in shares)
    return 0


def compiled(query: str, folder: Path) -> str:
    """Return a query with its macros of attribution written out by dbt.

    The macros stand in a project of their own here: to read the whole one would take seconds more.

    Args:
        query: SQL that calls the macros; its relations are the tables of `load`.
        folder: for dbt's files; made.

    Raises:
        CommandError: dbt refuses it.
    """
    folder.mkdir(parents=True)
    project = {"name": "attribution", "profile": "warehouse", "macro-paths": [str(MACROS)]}
    (folder / "dbt_project.yml").write_text(json.dumps(project), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - dbt of this environment
        [
            Path(sys.executable).with_name("dbt"),
            *("--quiet", "compile", "--output", "json", "--no-introspect", "--no-populate-cache"),
            *("--inline", query, "--project-dir", folder, "--profiles-dir", DBT_PROJECT),
        ],
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        msg = f"dbt cannot compile the models of attribution:\n{done.stdout.strip()}"
        raise CommandError(msg)
    written: str = json.loads(done.stdout)["compiled"]
    return written


def load(connection: psycopg.Connection, paths: Iterable[TouchPath], direct: str | None) -> None:
    """Fill the tables `paths` and `touches` of this connection, which are made."""
    numbered = list(enumerate(paths, start=1))
    connection.execute(TABLES)
    with connection.cursor() as cursor:
        with cursor.copy("copy paths from stdin") as copy:
            for number, path in numbered:
                copy.write_row((number, path.conversions, path.nulls, path.value))
        with cursor.copy("copy touches from stdin") as copy:
            for number, path in numbered:
                for touch in _touches(path, direct):
                    copy.write_row((number, *touch))
    connection.execute("analyze paths, touches")


def attributed(connection: psycopg.Connection, query: str) -> Shares:
    """Return what `attributed_paths` makes of the loaded paths, in the order of `MODELS`."""
    shares: Shares = connection.execute(query.encode()).fetchall()
    if not any(model == "markov" for model, *_ in shares):
        problems.print("markov is left out: no path has a conversion")
    return sorted(shares, key=lambda share: (MODELS.index(share[0]), share[1]))


@contextmanager
def _own_folder() -> Iterator[Path]:
    """Give a folder, and leave neither it nor a server in it behind."""
    home = Path(tempfile.mkdtemp(prefix="attribution-"))
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield home
    finally:
        signal.signal(signal.SIGTERM, before)
        stop(home)
        shutil.rmtree(home, ignore_errors=True)


def _has_input(model: str, paths: Sequence[TouchPath], direct: str | None) -> bool:
    """Say whether a model can run, and tell the person where it cannot."""
    if model == "time_decay" and any(path.hours is None for path in paths):
        problems.print("time_decay is left out: the file has no column hours")
        return False
    if model == "last_non_direct" and direct is None:
        problems.print("last_non_direct is left out: name the direct channel, DIRECT=name")
        return False
    if model == "last_non_direct" and not any(direct in path.channels for path in paths):
        problems.print(f"last_non_direct is last here: no path holds the channel {direct!r}")
    return True


def _touches(path: TouchPath, direct: str | None) -> Iterator[tuple[object, ...]]:
    hours = path.hours or [None] * len(path.channels)
    for number, (channel, before) in enumerate(zip(path.channels, hours, strict=True), start=1):
        seconds = None if before is None else before * SECONDS_OF_AN_HOUR
        yield number, channel, channel == direct, seconds
