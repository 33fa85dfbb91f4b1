"""The life of an embedded server: first start, restart, hard stop, and what it must refuse."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.postgres import Warehouse, WarehouseError, is_running, remembered, start, stop
from infra.postgres.postmaster import running
from infra.postgres.warehouse import ADMIN, ensure_password

IS_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory made once; each test starts, stops or harms the server in it."""
    place = tmp_path_factory.mktemp("server")
    yield place
    stop(place)
    shutil.rmtree(place)


def postmaster_of(home: Path) -> psutil.Process:
    postmaster = running(home / "postgres" / "data")
    assert postmaster is not None
    return postmaster.process


def ask(warehouse: Warehouse, statement: str) -> object:
    with psycopg.connect(warehouse.administrator()) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def tell(warehouse: Warehouse, *statements: str) -> None:
    with psycopg.connect(warehouse.administrator(), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def modes(*paths: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owners of every path and of each of its parents."""
    every = {place for path in paths for place in (path, *path.parents)}
    return {
        place: (place.stat().st_mode, place.stat().st_uid, place.stat().st_gid) for place in every
    }


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_starting_is_repeatable_and_keeps_port_data_and_process(home: Path) -> None:
    first = start(home)
    process = postmaster_of(home)
    assert is_running(home)
    assert start(home) == first == remembered(home)
    assert postmaster_of(home) == process
    tell(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    stop(home)
    stop(home)
    assert not is_running(home)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        ask(first, "SELECT 1")
    again = start(home)
    assert again.port == first.port
    assert ask(again, "SELECT answer FROM kept") == 42
    tell(again, "DROP TABLE kept")


def test_only_loopback_listens_and_no_socket_file(home: Path) -> None:
    warehouse = start(home)
    process = postmaster_of(home)
    listening = [c for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
    assert [(c.laddr.ip, c.laddr.port) for c in listening] == [("127.0.0.1", warehouse.port)]
    assert not [c for c in process.net_connections("unix") if c.laddr]


def test_nobody_gets_in_without_the_password(home: Path) -> None:
    warehouse = start(home)
    assert ask(warehouse, "SELECT count(*) FROM pg_hba_file_rules") == 1
    address = f"host=127.0.0.1 port={warehouse.port} user={ADMIN} dbname=postgres"
    for password in ("wrong", "", None):
        with pytest.raises(psycopg.OperationalError, match=r"password"):
            psycopg.connect(address, password=password, passfile=os.devnull)
    stored = ask(warehouse, f"SELECT rolpassword FROM pg_authid WHERE rolname = '{ADMIN}'")  # noqa: S608
    assert str(stored).startswith("SCRAM-SHA-256$")


def test_settings(home: Path) -> None:
    warehouse = start(home)
    wanted = {
        "jit": "off",
        "synchronous_commit": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "password_encryption": "scram-sha-256",
        "TimeZone": "UTC",
        "logging_collector": "on",
        "log_statement": "none",
        "log_min_error_statement": "panic",
    }
    assert {name: ask(warehouse, f"SHOW {name}") for name in wanted} == wanted
    assert ask(warehouse, "SELECT count(*) FROM pg_file_settings WHERE error IS NOT NULL") == 0
    assert ask(warehouse, "SELECT lower('ЁЖИК') || upper('émile')") == "ёжикÉMILE"


def test_a_log_never_holds_statements_or_values(home: Path) -> None:
    warehouse = start(home)
    for statement in ("SELECT 'canary-in-a-cage' || nothing", "SELECT 'canary-in-a-cage'::int"):
        with pytest.raises(psycopg.Error):
            ask(warehouse, statement)
    tell(
        warehouse,
        "CREATE TABLE unique_names (name text PRIMARY KEY)",
        "INSERT INTO unique_names VALUES ('canary-in-a-row')",
    )
    with pytest.raises(psycopg.errors.UniqueViolation):
        tell(warehouse, "INSERT INTO unique_names VALUES ('canary-in-a-row')")
    tell(warehouse, "DROP TABLE unique_names")
    logged = "".join(
        path.read_text(encoding="utf-8") for path in (home / "postgres/data/log").iterdir()
    )
    assert "duplicate key value violates unique constraint" in logged
    assert "canary-in-a-row" not in logged
    assert "nothing" in logged.split("column", 1)[1][:12]  # a name of SQL, no value
    assert "'canary" not in logged


def test_secrets_of_our_environment_stay_here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITRIX24_WEBHOOK_URL", "canary")
    start(home)
    process = postmaster_of(home)
    environments = [each.environ() for each in (process, *process.children())]
    assert all("canary" not in environment.values() for environment in environments)
    password = ensure_password(home, ADMIN)
    assert password not in " ".join(process.cmdline())


def test_no_mode_outside_the_warehouse_changes(home: Path) -> None:
    stop(home)
    watched = (home, Path.home(), Path(sys.prefix), Path(sys.executable))
    before = modes(*watched)
    start(home)
    stop(home)
    assert modes(*watched) == before


def test_passwords_are_for_this_user_only(home: Path) -> None:
    start(home)
    folder = home / "postgres" / "passwords"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in (*folder.iterdir(), home / "postgres" / "connection.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_uid == os.geteuid()
    assert not list((home / "postgres").glob("*.password"))


@pytest.mark.skipif(not IS_ROOT, reason="only root needs another user")
def test_as_root_the_server_is_an_unprivileged_stranger(home: Path) -> None:
    start(home)
    process = postmaster_of(home)
    uid = process.uids().real
    assert uid != 0
    assert set(process.uids()) == {uid} == set(process.gids())
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb", "Groups"):
        (line,) = [line for line in status.splitlines() if line.startswith(kind)]
        assert not line.split(":")[1].strip().strip("0")
    owners = {path.lstat().st_uid for path in (home / "postgres/data").rglob("*")}
    assert owners == {uid}


def test_a_killed_server_comes_back_with_what_was_committed(home: Path) -> None:
    warehouse = start(home)
    tell(warehouse, "CREATE TABLE survivor AS SELECT 1 AS n")
    process = postmaster_of(home)
    with psycopg.connect(warehouse.administrator()) as connection:  # its backend outlives it
        connection.execute("INSERT INTO survivor VALUES (2)")
        process.send_signal(signal.SIGKILL)
        assert eventually(lambda: not process.is_running() or process.status() == "zombie")
        assert not is_running(home)
        assert (home / "postgres/data/postmaster.pid").exists()
        again = start(home)
        connection.close()
    assert again.port == warehouse.port
    assert ask(again, "SELECT array_agg(n) FROM survivor") == [1]
    tell(again, "DROP TABLE survivor")


def test_after_a_reboot_the_pid_may_be_somebody_elses(home: Path) -> None:
    start(home)
    stop(home)
    data = home / "postgres" / "data"
    owner = data.stat().st_uid
    # PostgreSQL itself would take a live process of the same user for its own older self.
    stranger = subprocess.Popen(["sleep", "60"], user=owner if IS_ROOT else None)
    try:
        pid_file = data / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{data}\n1\n54399\n\n127.0.0.1\n1 1\nready   \n")
        os.chown(pid_file, owner, -1)
        assert not is_running(home)
        stop(home)
        assert stranger.poll() is None
        start(home)
        assert is_running(home)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_taken_port_is_named_with_the_way_out(home: Path) -> None:
    port = start(home).port
    stop(home)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(WarehouseError, match=f"port {port} .* is taken") as refused:
            start(home)
        assert str(home / "postgres" / "port") in str(refused.value)
        (home / "postgres" / "port").unlink()
        moved = start(home)
        assert moved.port != port
    assert ask(moved, "SELECT 1") == 1


def test_a_running_server_does_not_move(home: Path) -> None:
    port = start(home).port
    with pytest.raises(WarehouseError, match=f"already runs, on port {port}"):
        start(home, port=port + 1)
    assert start(home, port=port).port == port


def test_another_major_version_is_refused_and_told_what_to_do(home: Path) -> None:
    start(home)
    stop(home)
    mark = home / "postgres" / "data" / "PG_VERSION"
    ours = mark.read_text(encoding="ascii")
    mark.write_text("15\n", encoding="ascii")
    try:
        with pytest.raises(
            WarehouseError, match=r"made by PostgreSQL 15;.*Nothing was changed"
        ) as no:
            start(home)
        assert f"mv {mark.parent} {mark.parent}.15" in str(no.value)
        assert not is_running(home)
    finally:
        mark.write_text(ours, encoding="ascii")
    start(home)


def test_a_start_cut_short_leaves_no_half_server(tmp_path: Path) -> None:
    draft = tmp_path / "postgres" / "data.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    try:
        assert ask(start(tmp_path), "SELECT 1") == 1
        assert not draft.exists()
    finally:
        stop(tmp_path)


def test_two_starts_at_once_make_one_server(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, infra.postgres as p; print(p.start(pathlib.Path(sys.argv[1])).port)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    try:
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [process.communicate(timeout=60)[0] for process in both]
        assert said[0] == said[1] != ""
        assert ask(remembered(tmp_path), "SELECT 1") == 1
    finally:
        stop(tmp_path)


def test_the_server_outlives_ctrl_c_and_its_starter(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys, pathlib, infra.postgres as p; "
        # A shell's background jobs are born deaf to it.
        "signal.signal(signal.SIGINT, signal.default_int_handler); "
        "p.start(pathlib.Path(sys.argv[1])); os.killpg(0, signal.SIGINT)"
    )
    try:
        starter = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], start_new_session=True, check=False
        )
        assert starter.returncode != 0
        assert ask(remembered(tmp_path), "SELECT 1") == 1
    finally:
        stop(tmp_path)


def test_what_is_not_there(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    stop(tmp_path)
    with pytest.raises(WarehouseError, match="no warehouse"):
        remembered(tmp_path)
