"""A used-up quota, remembered: nobody asks before Google said that asking makes sense again.

Each further request of a Cloud project without quota is counted too, and there are many streams
and accounts. So the moment that Google named lies in a file that all accounts of the project
share; until then every question ends at once as `Deferred`, without a request.
Source: developers.google.com/google-ads/api/docs/best-practices/quotas
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from connectors.errors import Deferred
from connectors.google_ads.verdicts import METHOD, SOURCE_NAME

_LONGEST = 24 * 3600.0
"""Seconds; quotas are those of a day, and a wrong file must not stop a source for ever."""


class Quota:
    """The quota of one Cloud project.

    Args:
        folder: shared by the processes of this machine.
        project: what tells the project, such as the OAuth client; only its hash is kept.
        clock: seconds since 1970.
    """

    def __init__(
        self, folder: Path, project: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        name = hashlib.sha256(project.encode()).hexdigest()[:16]
        self._path = folder / f"{name}.closed-until"
        self._clock = clock

    def check(self) -> None:
        """Refuse a question that Google would refuse.

        Raises:
            Deferred: the quota is still used up.
        """
        left = self._until() - self._clock()
        if 0 < left <= _LONGEST:
            msg = f"the quota of operations is used up; Google asks to wait for {left:.0f} s more"
            raise Deferred(
                msg,
                source=SOURCE_NAME,
                method=METHOD,
                code="RESOURCE_EXHAUSTED",
                retry_after=left,
            )

    def close(self, refusal: Deferred) -> None:
        """Remember how long Google does not want to be asked."""
        wait = min(refusal.retry_after or 0.0, _LONGEST)
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(repr(self._clock() + wait), encoding="ascii")
        fresh.replace(self._path)

    def _until(self) -> float:
        try:
            return float(self._path.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0.0
