"""dbt's manifest, prepared when the platform is launched.

`dbt parse` takes seconds, so it runs only when a file of the project, dbt itself or a setting
that models are parsed with has changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from orchestration.commands.place import ROOT, CommandError

DBT_PROJECT = ROOT / "dbt_project"
NOT_SOURCE = frozenset({"target", "logs"})


def prepare(home: Path, environ: Mapping[str, str]) -> bool:
    """Bring the manifest of a warehouse up to date.

    Args:
        home: dbt's folder of the warehouse.
        environ: the environment of the child.

    Returns:
        Whether anything had to be done.

    Raises:
        CommandError: the project does not parse.
    """
    stamp, now = home / "manifest.sha256", fingerprint(DBT_PROJECT)
    if (home / "manifest.json").exists() and stamp.exists() and stamp.read_text() == now:
        return False
    home.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(  # noqa: S603 - dbt of this environment
        [
            Path(sys.executable).with_name("dbt"),
            *("parse", "--quiet", "--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT),
            *("--target-path", home, "--log-path", home / "logs"),
        ],
        env={**environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"},
        cwd=DBT_PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        msg = f"dbt cannot read its project:\n{done.stdout.strip()}"
        raise CommandError(msg)
    stamp.write_text(now)
    return True


def fingerprint(project: Path) -> str:
    """Return a hash over the project's files and dbt's version."""
    digest = hashlib.sha256(metadata.version("dbt-core").encode())
    for folder, folders, names in os.walk(project):
        folders[:] = sorted(set(folders) - NOT_SOURCE)
        for name in sorted(names):
            path = Path(folder) / name
            digest.update(str(path.relative_to(project)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
