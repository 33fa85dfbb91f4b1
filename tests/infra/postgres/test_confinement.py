"""Root in closed folders, unreadable programs, and a plain user: the server runs in all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infra.postgres import confinement, start, stop
from infra.postgres.confinement import confine, named_user

PLAIN_USER = named_user()

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="these are root's obstacles")


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that everybody may enter (pytest's own temporary ones are closed)."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


def folder_in(place: Path) -> Path:
    folder = place / "home" / "postgres"
    folder.mkdir(parents=True)
    return folder


def test_an_open_folder_needs_no_namespace(open_place: Path) -> None:
    confined = confine(folder_in(open_place))
    assert confined.covered is None
    assert confined.run("postgres", "--version").returncode == 0


def test_a_closed_folder_above_is_passed_without_being_opened(open_place: Path) -> None:
    closed = open_place / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
    try:
        warehouse = start(home)
        assert confine(home / "postgres").covered is not None
        with psycopg.connect(warehouse.administrator()) as connection:
            place = connection.execute("SHOW data_directory").fetchone()
        assert place == ("/mnt/postgres/data",)
        assert closed.stat().st_mode & 0o777 == 0o700
        assert Path("/proc/self/mounts").read_text(encoding="utf-8") == mounts
        assert not Path("/mnt/postgres").exists()
    finally:
        stop(home)


def test_unreadable_programs_are_copied_for_the_server_alone(
    open_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = confinement._installed_binaries().parents[1]
    hidden = open_place / "hidden"
    hidden.mkdir(mode=0o700)
    for name in (installed.name, f"{installed.name}.libs"):
        shutil.copytree(installed.with_name(name), hidden / name)
    monkeypatch.setattr(
        confinement, "_installed_binaries", lambda: hidden / installed.name / "pginstall" / "bin"
    )
    home = open_place / "home"
    try:
        warehouse = start(home)
        assert confine(home / "postgres").binaries.is_relative_to(home)
        with psycopg.connect(warehouse.administrator()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert hidden.stat().st_mode & 0o777 == 0o700
    finally:
        stop(home)


@pytest.mark.parametrize(("mode", "works"), [(0o755, True), (0o700, False)])
def test_a_container_without_the_right_to_mount(open_place: Path, mode: int, works: bool) -> None:
    above = open_place / "above"
    above.mkdir()
    above.chmod(mode)
    code = (
        "import pathlib, sys; from infra.postgres.confinement import confine; "
        "print(confine(pathlib.Path(sys.argv[1])).uid)"
    )
    as_in_docker = ["setpriv", "--bounding-set", "-sys_admin"]
    done = subprocess.run(
        [*as_in_docker, sys.executable, "-c", code, str(folder_in(above))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) is works, done.stderr
    if not works:
        assert "Move the project to a folder that every user may enter" in done.stderr


def test_no_account_is_added(open_place: Path) -> None:
    accounts = [Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes()]
    confined = confine(folder_in(open_place))
    assert confined.uid is not None
    assert str(confined.uid).encode() not in b"".join(accounts)
    assert [Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes()] == accounts


def test_a_plain_user_runs_the_server_as_itself(open_place: Path) -> None:
    code = (
        "import os, pathlib, psycopg, infra.postgres as p\n"
        "from infra.postgres.postmaster import running\n"
        "home = pathlib.Path('home').absolute()\n"
        "w = p.start(home)\n"
        "try:\n"
        "    p.prepare(w, {'bitrix24': ['deals']})\n"
        "    with psycopg.connect(w.dsn('loader')) as c:\n"
        "        assert c.execute('SELECT count(*) FROM raw_bitrix24.deals').fetchone() == (0,)\n"
        "    assert running(home / 'postgres/data').process.uids().real == os.getuid() != 0\n"
        "    assert {x.lstat().st_uid for x in home.rglob('*')} == {os.getuid()}\n"
        "finally:\n"
        "    p.stop(home)\n"
        "assert not p.is_running(home)\n"
        "print('done')\n"
    )
    os.chown(open_place, PLAIN_USER, PLAIN_USER)
    done = subprocess.run(
        [*as_plain_user(), sys.executable, "-c", code],
        cwd=open_place,
        env={"PATH": os.environ["PATH"], "HOME": str(open_place)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("done\n", 0), done.stderr


def as_plain_user() -> list[str]:
    """How to become a user who can read this environment, wherever root keeps it."""
    become = ["setpriv", "--reuid", str(PLAIN_USER), "--regid", str(PLAIN_USER), "--clear-groups"]
    read_all = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    probe = [sys.executable, "-c", "import infra.postgres.preparing"]
    for way in (become, [*become, *read_all]):
        if (
            subprocess.run([*way, *probe], cwd="/", capture_output=True, check=False).returncode
            == 0
        ):
            return way
    pytest.skip("this environment lies where a plain user cannot read it")
