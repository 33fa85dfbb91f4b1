"""What to ask for next, decided from where the cursor stands. No clock, no network, no database.

A position is what `state.cursors` holds of a stream, as plain JSON. Two kinds are told apart by
how a stream is written: one for records that change (`UPSERT`), one for whole days
(`REPLACE_WINDOW`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

from connectors.stream import Changes, Days, Page, Stream

FIRST_HISTORY = timedelta(days=3 * 365)
"""How far back a first load of days goes where no first day is given; the ad platforms keep about
three years."""

LONGEST_WINDOW = timedelta(days=366)
"""A longer stretch of days is landed in pieces, so that a first load resumes between them."""

NO_DAY = "no day to read"

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPosition:
    """How far a stream of changing records was read.

    Args:
        since: the server's clock when the last complete pass began; during a first load, when
            that began.
        newest_keys: by part of the stream, the largest key landed so far.
        created_from: what was created before this day was left out from the first load on.
        resume_key: a first load that has not ended yet goes on behind this key.
        is_complete: whether the first load has ended.
        swept_at: the server's clock when all keys were last compared, or all rows read at once.
    """

    since: datetime | None = None
    newest_keys: Mapping[str, str] = field(default_factory=dict[str, str])
    created_from: date | None = None
    resume_key: str | None = None
    is_complete: bool = False
    swept_at: datetime | None = None

    @classmethod
    def read(cls, stored: Mapping[str, object] | None, first_day: date | None) -> ChangesPosition:
        """Return the stored position, or the start of a first load.

        A first load begins anew where older records are asked for than it left out.
        """
        if stored is None:
            return cls(created_from=first_day)
        found = cls(
            since=_instant(stored.get("since")),
            newest_keys=cast("Mapping[str, str]", stored.get("newest_keys") or {}),
            created_from=_day(stored.get("created_from")),
            resume_key=cast("str | None", stored.get("resume_key")),
            is_complete=bool(stored.get("is_complete")),
            swept_at=_instant(stored.get("swept_at")),
        )
        left_out = found.created_from
        if left_out is not None and (first_day is None or first_day < left_out):
            return cls(created_from=first_day)
        return found

    def stored(self) -> dict[str, object]:
        """Return the position as JSON."""
        return {
            "since": None if self.since is None else self.since.isoformat(),
            "newest_keys": dict(self.newest_keys),
            "created_from": None if self.created_from is None else self.created_from.isoformat(),
            "resume_key": self.resume_key,
            "is_complete": self.is_complete,
            "swept_at": None if self.swept_at is None else self.swept_at.isoformat(),
        }

    def window(self, stream: Stream) -> Changes:
        """Return what to ask for: the rest of the first load, or what changed since the last."""
        if not self.is_complete:
            return Changes(after_key=self.resume_key, created_from=self.created_from)
        return Changes(
            since=None if self.since is None else self.since - stream.lookback,
            newest_keys=self.newest_keys,
            created_from=self.created_from,
        )

    def behind(self, page: Page, served: datetime) -> ChangesPosition:
        """Return the position once a page is landed.

        Args:
            page: the latest.
            served: the server's clock when the pass began.
        """
        newest = dict(self.newest_keys)
        read = (record.key for record in page.records)
        for key in read if page.newest_key is None else (page.newest_key,):
            part = key.rpartition("/")[0]
            newest[part] = later_key(newest.get(part), key)
        if self.is_complete:
            return replace(self, newest_keys=newest)
        return replace(
            self,
            newest_keys=newest,
            since=self.since or served,
            resume_key=page.resume_key or self.resume_key,
        )

    def passed(self, served: datetime, *, is_fresh: bool) -> ChangesPosition:
        """Return the position after the last page of a pass.

        Args:
            served: the server's clock when the pass began.
            is_fresh: whether it read everything at once into an empty landing, which is as good as
                a comparison of all keys.
        """
        since = served if self.is_complete or self.since is None else self.since
        return replace(
            self,
            since=since,
            resume_key=None,
            is_complete=True,
            swept_at=since if is_fresh else self.swept_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysPosition:
    """Which days are landed, without a gap.

    Args:
        first: the oldest landed day.
        through: the latest.
        weekly_on: the last day of the last run that looked further back.
    """

    first: date
    through: date
    weekly_on: date | None = None

    @classmethod
    def read(cls, stored: Mapping[str, object] | None) -> DaysPosition | None:
        """Return the stored position, None where nothing was landed yet."""
        if stored is None:
            return None
        return cls(
            first=date.fromisoformat(cast("str", stored["first"])),
            through=date.fromisoformat(cast("str", stored["through"])),
            weekly_on=_day(stored.get("weekly_on")),
        )

    def stored(self) -> dict[str, object]:
        """Return the position as JSON."""
        return {
            "first": self.first.isoformat(),
            "through": self.through.isoformat(),
            "weekly_on": None if self.weekly_on is None else self.weekly_on.isoformat(),
        }


def days_to_read(
    position: DaysPosition | None, stream: Stream, *, as_of: date, first_day: date | None
) -> Iterator[tuple[Days, DaysPosition]]:
    """Yield the windows to read, each with the position that holds once it is landed.

    Days before the oldest landed one come latest first, the others earliest first: whenever this
    stops, the landed days have no gap.

    Args:
        position: which days are landed.
        stream: says how far back days are restated, and how far back they are served at all.
        as_of: the last complete day; nothing after it is read.
        first_day: the oldest day wanted; None takes what a first load takes by default.
    """
    if first_day is not None:
        first_day -= stream.lead_in
    if position is None:
        first = _served(first_day or as_of - FIRST_HISTORY, stream, as_of)
        for days in _pieces(first, as_of):
            yield days, DaysPosition(first=first, through=days.last, weekly_on=as_of)
        return
    oldest = position.first if first_day is None else _served(first_day, stream, as_of)
    if oldest < position.first <= as_of + _DAY:
        for days in reversed(list(_pieces(oldest, position.first - _DAY))):
            position = DaysPosition(
                first=days.first, through=position.through, weekly_on=position.weekly_on
            )
            yield days, position
    back, weekly_on = stream.lookback, position.weekly_on
    if stream.weekly_lookback and (weekly_on is None or as_of - weekly_on >= _WEEK):
        back, weekly_on = max(back, stream.weekly_lookback), as_of
    first = max(position.first, min(position.through, as_of) - back + _DAY)
    for days in _pieces(first, as_of):
        through = max(position.through, days.last)
        yield days, DaysPosition(first=position.first, through=through, weekly_on=weekly_on)


def days_again(wanted: Days, stream: Stream, *, as_of: date, first_day: date | None) -> Days | None:
    """Return the part of days wanted once more that is wanted and served at all, or None.

    Args:
        wanted: the days that a person picked.
        stream: says how far back days are served at all.
        as_of: the last complete day; nothing after it is read.
        first_day: the oldest day wanted; None has no such limit.
    """
    first = max(wanted.first, _served(wanted.first, stream, as_of))
    if first_day is not None:
        first = max(first, first_day - stream.lead_in)
    last = min(wanted.last, as_of)
    return Days(first=first, last=last) if first <= last else None


def later_key(known: str | None, other: str) -> str:
    """Return the larger of two keys; among digits alone the longer one is larger."""
    if known is None:
        return other
    return max(known, other, key=lambda key: (len(key), key))


def in_words(window: Changes | Days) -> str:
    """Say what is asked for."""
    if isinstance(window, Days):
        return f"{window.first} … {window.last}"
    said = "everything"
    if window.since is not None:
        said = f"changed since {window.since.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
    if window.after_key is not None:
        said = f"{said} behind key {window.after_key}"
    if window.created_from is not None:
        said = f"{said}, created from {window.created_from}"
    return said


def _served(first: date, stream: Stream, as_of: date) -> date:
    return first if stream.history is None else max(first, as_of - stream.history)


def _pieces(first: date, last: date) -> Iterator[Days]:
    while first <= last:
        end = min(last, first + LONGEST_WINDOW - _DAY)
        yield Days(first=first, last=end)
        first = end + _DAY


def _instant(stored: object) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(cast("str", stored))


def _day(stored: object) -> date | None:
    return None if stored is None else date.fromisoformat(cast("str", stored))
