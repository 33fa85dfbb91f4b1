"""The embedded PostgreSQL: start, stop, is it running.

Here: the life of one server in `<home>/postgres/data`, on 127.0.0.1 with passwords only. Not
here: how its programs run when we are root (`confinement.py`), what is inside (`preparing.py`).

The server outlives the process that starts it, and needs no farewell: after a hard stop the next
`start` removes what the dead server left and PostgreSQL replays its log.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
from pathlib import Path

from filelock import FileLock

from infra.postgres.confinement import Confinement, confine, named_user
from infra.postgres.postmaster import Postmaster, alive, running
from infra.postgres.tuning import ACCESS, configuration
from infra.postgres.warehouse import (
    ADMIN,
    Warehouse,
    WarehouseError,
    ensure_password,
    write_private,
)

HOST = "127.0.0.1"
FIRST_PORT, LAST_PORT = 54320, 54419
START_SECONDS = 120
STOP_SECONDS = 60
LOCK_SECONDS = 300


def start(home: Path, *, port: int | None = None) -> Warehouse:
    """Start the embedded server of a warehouse, making it on first use.

    Does nothing but return the address when it already runs.

    Args:
        home: folder of the warehouse; made when absent.
        port: TCP port; without it the port of the last start, else the first free one from 54320.

    Raises:
        WarehouseError: the port is taken, the data is another major version's, or the server
            does not come up; the text says what to do.
    """
    folder = _folder(home)
    with FileLock(folder / "server.lock", timeout=LOCK_SECONDS):
        postmaster = running(folder / "data")
        if postmaster is None:
            confinement = confine(folder)
            if not (folder / "data" / "PG_VERSION").exists():
                _make_data(confinement)
            _refuse_other_major(confinement)
            postmaster = _launch(confinement, port)
        elif port not in (None, postmaster.port):
            msg = (
                f"the warehouse in {home} already runs, on port {postmaster.port}: "
                f"stop it before starting it on {port}"
            )
            raise WarehouseError(msg)
        warehouse = Warehouse(home=folder.parent, host=HOST, port=postmaster.port)
        warehouse.remember()
    return warehouse


def stop(home: Path) -> None:
    """Stop the embedded server; open transactions are rolled back. Nothing to do when it is down.

    Raises:
        WarehouseError: it does not end.
    """
    folder = home.resolve() / "postgres"
    if not folder.is_dir():
        return
    with FileLock(folder / "server.lock", timeout=LOCK_SECONDS):
        postmaster = running(folder / "data")
        if postmaster is None:
            return
        try:
            postmaster.end_quickly(STOP_SECONDS)
        except TimeoutError:
            msg = f"PostgreSQL (process {postmaster.process.pid}) of {home} does not stop"
            raise WarehouseError(msg) from None


def is_running(home: Path) -> bool:
    """Say whether the embedded server of a warehouse is up."""
    return running(home.resolve() / "postgres" / "data") is not None


def _folder(home: Path) -> Path:
    folder = home.resolve() / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _make_data(confinement: Confinement) -> None:
    """Run `initdb` into a draft and rename it: an interrupted start leaves no half of a server."""
    folder = confinement.folder
    draft, password = folder / "data.draft", folder / "data.draft.password"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    maker = None if confinement.uid is None else named_user()
    try:
        write_private(password, ensure_password(folder.parent, ADMIN) + "\n")
        if maker is not None:
            for path in (draft, password):
                os.chown(path, maker, confinement.uid or 0)
        made = confinement.run(
            "initdb",
            *("--pgdata", str(confinement.inside(draft))),
            *("--username", ADMIN, "--pwfile", str(confinement.inside(password))),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--data-checksums"),
            # Built in: letters beyond ASCII have cases, and no update of the system's
            # collations can ever break an index.
            *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            uid=maker,
        )
    finally:
        password.unlink(missing_ok=True)
    if made.returncode != 0:
        msg = f"PostgreSQL could not make {folder / 'data'}: {made.stderr.strip()}"
        if "user does not exist" in made.stderr:
            msg += "; run as a user who has a name in /etc/passwd"
        raise WarehouseError(msg)
    with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\ninclude 'warehouse.conf'\n")
    confinement.own_tree(draft)
    draft.rename(folder / "data")


def _refuse_other_major(confinement: Confinement) -> None:
    data = confinement.folder / "data"
    theirs = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    ours = confinement.run("postgres", "--version").stdout.split()[-1].split(".")[0]
    if theirs == ours:
        return
    msg = (
        f"{data} was made by PostgreSQL {theirs}; this release brings PostgreSQL {ours}, which "
        "cannot read it. Nothing was changed. Either go back to the release that made it, or set "
        f"it aside (`mv {data} {data}.{theirs}`) and start again: everything is loaded anew from "
        "the sources. To keep what the sources no longer have, dump with the old release first: "
        'docs/postgres.md, "Another major version".'
    )
    raise WarehouseError(msg)


def _launch(confinement: Confinement, port: int | None) -> Postmaster:
    folder = confinement.folder
    remembered = folder / "port"
    if port is None and remembered.exists():
        port = _number(remembered)
    candidates = range(FIRST_PORT, LAST_PORT + 1) if port is None else range(port, port + 1)
    for candidate in candidates:
        if not _is_free(candidate):
            continue
        postmaster = _try_launch(confinement, candidate)
        if postmaster is not None:
            write_private(remembered, f"{candidate}\n")
            return postmaster
    raise WarehouseError(_taken(folder, candidates))


def _try_launch(confinement: Confinement, port: int) -> Postmaster | None:
    """Start the server; None when another program took the port at the last moment."""
    data = confinement.folder / "data"
    for name, text in (("warehouse.conf", configuration(port)), ("pg_hba.conf", ACCESS)):
        write_private(data / name, text)
        confinement.own(data / name)
    words = data / "start.log"
    deadline = time.monotonic() + START_SECONDS
    while True:
        words.unlink(missing_ok=True)
        if not alive(data):
            (data / "postmaster.pid").unlink(missing_ok=True)
        inside = confinement.inside(data)
        started = confinement.run(
            "pg_ctl",
            *("start", "--wait", "--timeout", str(START_SECONDS), "--silent"),
            *("--pgdata", str(inside), "--log", str(inside / "start.log")),
        )
        postmaster = running(data)
        if started.returncode == 0 and postmaster is not None:
            return postmaster
        said = words.read_text(encoding="utf-8", errors="replace") if words.exists() else ""
        if "could not bind" in said:
            return None
        # Children of a killed server take a moment to notice; PostgreSQL waits for them.
        if "shared memory block" not in said or time.monotonic() > deadline:
            msg = f"PostgreSQL did not start: {(said or started.stderr).strip()[-2000:]}"
            raise WarehouseError(msg)
        time.sleep(0.2)


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _taken(folder: Path, ports: range) -> str:
    if len(ports) > 1:
        return f"no port from {ports[0]} to {ports[-1]} is free for PostgreSQL on this machine"
    return (
        f"port {ports[0]} of the warehouse in {folder.parent} is taken by another program. Stop "
        f"that program, or write another number into {folder / 'port'} (without that file a free "
        "one is chosen) and start again; BI tools then need the new number too."
    )


def _number(remembered: Path) -> int:
    text = remembered.read_text(encoding="utf-8").strip()
    if text.isdecimal() and 1024 <= int(text) <= 65535:
        return int(text)
    msg = f"{remembered} must hold a port number from 1024 to 65535"
    raise WarehouseError(msg)
