"""What stands around the results of the portal, read leniently.

Portals differ in what the `time` block holds and how it is spelled, and PHP prints an empty map as
a list; nothing of that may stop a load.

Source: https://apidocs.bitrix24.com/api-reference/data-types.html (the `time` block).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A `time` block, as far as it was there.

    Args:
        started_at: the portal's clock when it began to answer, with the portal's offset.
        seconds: how long it took.
        operating: seconds that the method has run within ten minutes.
        resets_in: seconds until the oldest of these are forgotten.
    """

    started_at: datetime | None = None
    seconds: float | None = None
    operating: float | None = None
    resets_in: float | None = None


def php_map(value: object) -> Mapping[str, object]:
    """Return a map that PHP prints as a list when it is empty."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def nested(whole: Timing, inner: Collection[Timing]) -> Timing:
    """Return the time of a batch with the budget of the commands in it."""
    told = [timing for timing in inner if timing.operating is not None]
    worst = max(told, key=lambda timing: timing.operating or 0.0, default=Timing())
    seconds = max(whole.seconds or 0.0, sum(timing.seconds or 0.0 for timing in inner))
    return Timing(
        started_at=whole.started_at,
        seconds=seconds,
        operating=worst.operating,
        resets_in=worst.resets_in,
    )


def timing_of(block: object) -> Timing:
    """Read a `time` block; portals differ in what they put into it and how they spell it."""
    values = php_map(block)
    finish = _seconds(values.get("finish"))
    resets_at = _seconds(values.get("operating_reset_at"))
    now = time.time() if finish is None else finish
    return Timing(
        started_at=moment(values.get("date_start")),
        seconds=_seconds(values.get("duration")),
        operating=_seconds(values.get("operating")),
        resets_in=None if resets_at is None else max(0.0, resets_at - now),
    )


def _seconds(value: object) -> float | None:
    """Read a number of seconds, or an instant as seconds since 1970."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return float(value)
    if not isinstance(value, str):
        return None
    try:
        return float(value)
    except ValueError:
        at = moment(value)
    return None if at is None else at.timestamp()


def moment(value: object) -> datetime | None:
    """Return an instant; None for what is none, or has no offset."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else None


def number(value: object) -> int | None:
    """Return a count, however it was spelled; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None
