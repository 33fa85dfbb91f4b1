"""Names of reports that were asked for and not read yet, kept across a crash.

A report's name is its identity at the server: asking again under the same name finds the report in
the queue, and a finished one is served unchanged for five hours. So a name has to outlive a
crash, to come back to what is being built, and must not outlive a success, or tomorrow's
question would get today's answer.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from filelock import FileLock


class PendingReports:
    """The pending names of one advertiser, in a locked file that processes share.

    Args:
        path: the file; it and its folder are made with private modes.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path
        self._lock = FileLock(path.with_name(f"{path.name}.lock"), mode=0o600)

    def name(self, params: Mapping[str, object]) -> str:
        """Return the name under which these parameters are, or will be, asked for."""
        digest = _digest(params)
        with self._lock:
            names = self._load()
            if digest not in names:
                names[digest] = f"warehouse-{digest[:16]}-{uuid.uuid4().hex[:12]}"
                self._save(names)
            return names[digest]

    def done(self, params: Mapping[str, object]) -> None:
        """Forget the name: the report was read, or will never come."""
        with self._lock:
            names = self._load()
            if names.pop(_digest(params), None) is not None:
                self._save(names)

    def _load(self) -> dict[str, str]:
        try:
            return cast("dict[str, str]", json.loads(self._path.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return {}

    def _save(self, names: Mapping[str, str]) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(names), encoding="utf-8")
        fresh.replace(self._path)


def _digest(params: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()
