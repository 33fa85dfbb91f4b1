"""Packages of others that judge what we make, each in an environment of its own.

An environment is made once in this user's cache from a lock with hashes, wheels only: neither the
product nor its tools need these packages. Without a package registry the tests skip; `.ci/run`
sets REQUIRE_JUDGES, and then they do not.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from filelock import FileLock


def interpreter(lock: Path, name: str) -> Path:
    """Return the Python of an environment that holds exactly what is locked."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    state = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    home = cache / "bitrix24-bi-warehouse" / f"{name}-{state}"
    home.parent.mkdir(parents=True, exist_ok=True)
    python = home / "bin" / "python"
    with FileLock(home.with_suffix(".lock")):
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            venv.create(home, with_pip=True)
            _install(python, lock, name)
            (home / "complete").touch()
    return python


def _install(python: Path, lock: Path, name: str) -> None:
    command = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-input"]
    done = subprocess.run(
        [*command, "--only-binary", ":all:", "-r", lock],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if done.returncode == 0:
        return
    assert "DO NOT MATCH THE HASHES" not in done.stderr, done.stderr
    reason = f"{name} cannot be installed here: {done.stderr.strip().splitlines()[-1]}"
    if os.environ.get("REQUIRE_JUDGES"):
        pytest.fail(reason)
    pytest.skip(reason)
