"""How many requests VK still takes, as its answers say: of the second, the hour, the day.

Limits are counted by user and method over calendar spans, differ from user to user, and stand in
the headers of each answer (ads.vk.com/doc/api, "Limits"). So the pace follows them: a second that
is used up is waited for by all processes, an hour or a day ends the source until it is over.

In which zone a day begins is not documented; Moscow is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connectors.errors import Deferred
from connectors.limiter import Limiter
from connectors.vk_ads.verdicts import SOURCE_NAME

_HOUR, _DAY, _MOSCOW = 3600, 86400, 3 * 3600
_LONGEST_SLEEP = 60.0


class Quota:
    """What is left, by method.

    Args:
        limiter: shared by the processes of this machine.
        per_second: what the limiter lets through.
        clock: seconds since 1970.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        limiter: Limiter,
        *,
        per_second: int,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._limiter = limiter
        self._per_second = per_second
        self._clock = clock
        self._sleep = sleep
        self._closed: dict[str, tuple[float, str]] = {}

    def wait(self, method: str) -> None:
        """Return when the method may be asked.

        Raises:
            Deferred: not before its hour or day is over.
        """
        until, span = self._closed.get(method, (0.0, ""))
        left = until - self._clock()
        if left > _LONGEST_SLEEP:
            raise self._deferred(method, span, left)
        if left > 0:
            self._sleep(left)
        self._closed.pop(method, None)

    def note(self, method: str, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says is left."""
        now = self._clock()
        if _number(headers, "Daily-Remaining") == 0:
            until = now - (now + _MOSCOW) % _DAY + _DAY
            self._closed[method] = until, "day"
        elif _number(headers, "Hourly-Remaining") == 0:
            self._closed[method] = now - now % _HOUR + _HOUR, "hour"
        allowed = _number(headers, "RPS-Limit")
        if _number(headers, "RPS-Remaining") == 0:
            self._limiter.penalise(1 - now % 1)
        elif allowed and allowed < self._per_second:
            self._limiter.penalise(1 / allowed)

    def refused(self, method: str) -> Deferred | None:
        """Return what a refused request (HTTP 429) means, None where the second alone is full."""
        until, span = self._closed.get(method, (0.0, ""))
        left = until - self._clock()
        return self._deferred(method, span, left) if left > 0 else None

    def left(self, headers: Mapping[str, str]) -> str:
        """Say in words what an answer says is left."""
        found = {
            span: (_number(headers, f"{word}-Remaining"), _number(headers, f"{word}-Limit"))
            for span, word in (("second", "RPS"), ("hour", "Hourly"), ("day", "Daily"))
        }
        said = [
            f"{left:,} of {limit:,} of the {span}"
            for span, (left, limit) in found.items()
            if left is not None and limit is not None
        ]
        return ", ".join(said) or "VK does not say"

    def _deferred(self, method: str, span: str, left: float) -> Deferred:
        msg = f"the requests that VK allows in a {span} are used up"
        return Deferred(msg, source=SOURCE_NAME, method=method, retry_after=left)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(f"X-RateLimit-{name}", "")
    return int(text) if text.isascii() and text.isdecimal() else None
