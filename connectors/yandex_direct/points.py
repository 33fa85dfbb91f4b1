"""The points that an advertiser may spend on calls, as each answer states them.

`Units: spent/left/daily` comes with every answer of the object services, and `Units-Used-Login`
says whose points they are (yandex.com/dev/direct/doc/en/concepts/units). Points come back by the
hour; who has none left is refused with error 152.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

_STATED = re.compile(r"([0-9]{1,12})/([0-9]{1,12})/([0-9]{1,12})")
_SCARCE = 0.1

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Points:
    """The least that was seen to be left.

    Args:
        spent: by the calls of this client.
        left: of the day's points after the call that left the least; None before any answer.
        daily: the day's points at that time.
        login: whose they are, where the answer says it.
    """

    spent: int = 0
    left: int | None = None
    daily: int = 0
    login: str = ""

    @property
    def is_scarce(self) -> bool:
        """Whether less than a tenth of the day's points is left."""
        return self.left is not None and self.left < self.daily * _SCARCE

    def note(self, headers: Mapping[str, str]) -> None:
        """Read an answer's headers, and warn when points become scarce."""
        found = _STATED.fullmatch(headers.get("Units", ""))
        if found is None:
            return
        spent, left, daily = (int(figure) for figure in found.groups())
        self.spent += spent
        if self.left is not None and left >= self.left:
            return
        was_scarce = self.is_scarce
        self.left, self.daily = left, daily
        self.login = headers.get("Units-Used-Login", "")
        say = _log.warning if self.is_scarce and not was_scarce else _log.info
        say("yandex_direct: %s points spent, %s of %s left", spent, left, daily)
