"""What a source offers, as data: its streams, their keys, and how each is kept in step.

Here: frozen descriptions and the records that travel between a client and the landing.
Not here: anything that talks to a network (`http.py`, each source's `client.py`), decides a
window (`extract.py`) or writes to a database (`landing.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from pydantic import BaseModel

from connectors.traffic import Traffic


class WriteMode(StrEnum):
    """How landed rows follow the source."""

    UPSERT = "upsert"
    """Rows change in place and are found by modification time. A row that is gone at the source
    is found by comparing keys, and marked as deleted."""

    REPLACE_WINDOW = "replace_window"
    """The source restates whole days and drops what became zero: a landed day equals the
    source's latest answer for it."""

    REPLACE_ALL = "replace_all"
    """A small dictionary, read whole each time. A row that is gone is marked as deleted,
    because older facts still refer to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One kind of record of a source.

    Args:
        name: plural noun; with the source's name it is the landing address
            `raw_<source>.<name>`, the dbt source table and the Dagster asset key.
        description: what one record is; the first sentence gives the grain.
        write: how landed rows follow the source.
        request: what the source's own client needs to know to ask for it (an API method,
            an entity type, a query); only that client reads it.
        lookback: how far back an incremental run reads again what it has read: an overlap for
            UPSERT, the restated days for REPLACE_WINDOW.
        weekly_lookback: a longer `lookback` for one run a week, where corrections may come late.
        history: how long before the last complete day the source still serves days; nothing older
            is asked for. None where it keeps everything.
        lead_in: how long before the first wanted day days are read, where a day without a record
            of its own is read off the last one before it.
        reconcile: whether the keys of an UPSERT stream are compared with the source's after each
            run; histories that only grow have nothing to find that way.
        enabled_when: name of the capability, probed at start, without which the stream is off.
    """

    name: str
    description: str
    write: WriteMode
    request: Mapping[str, object] = field(default_factory=dict[str, object])
    lookback: timedelta = timedelta(0)
    weekly_lookback: timedelta = timedelta(0)
    history: timedelta | None = None
    lead_in: timedelta = timedelta(0)
    reconcile: bool = True
    enabled_when: str | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or not self.name.islower():
            msg = f"a stream's name is a lower-case identifier, got {self.name!r}"
            raise ValueError(msg)
        if self.write is WriteMode.REPLACE_WINDOW and self.lookback < timedelta(days=1):
            msg = f"{self.name}: a stream that is replaced by windows restates at least one day"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as the API sent it.

    Args:
        key: identity within the stream and account, as canonical text.
        payload: the record's own JSON text in UTF-8, numbers spelled as the API spelled them.
        cursor: when it was last modified (UPSERT), or midnight UTC of the day it reports
            (REPLACE_WINDOW); None for dictionaries.
        original: the bytes before NUL characters and lone surrogates were replaced, None where
            nothing was replaced (PostgreSQL's jsonb takes neither).
    """

    key: str
    payload: bytes
    cursor: datetime | None = None
    original: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Records that arrived together.

    Args:
        records: in the order of the answer.
        served_at: the server's own clock when the answer was made, where the server tells it.
        resume_key: a first load that stops after this page continues behind this key.
        unanswered: beginnings of keys of which the source said nothing (a closed advertiser): in a
            replacement what is landed under them stays as it is, though it is not in the answer.
        newest_key: the largest key that was read, where the records' keys do not say it (rows that
            belong to an owner, and owners without rows).
        owners: owners of whose rows this page holds all: what is landed under them and is not on
            the page is gone.
    """

    records: tuple[Record, ...]
    served_at: datetime | None = None
    resume_key: str | None = None
    unanswered: tuple[str, ...] = ()
    newest_key: str | None = None
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Ask for what changed since a moment, united with what is newer than the newest known key.

    Args:
        since: modification time to read from, inclusive; None reads everything.
        after_key: read on behind this key (a resumed first load); None reads from the start.
        newest_keys: by part of the stream, the largest key landed so far; rows above it are read
            whatever their modification time says (a restored Bitrix24 deal keeps its old one). A
            part without one is read whole. A stream without parts has the one part "".
        created_from: leave out what was created before this day; None leaves nothing out.
    """

    since: datetime | None = None
    after_key: str | None = None
    newest_keys: Mapping[str, str] = field(default_factory=dict[str, str])
    created_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySpan:
    """Keys of one part whose number is above `after`, up to and including `upto`.

    The key of a stream in parts is `<part>/<number>`, that of others `<number>`.
    """

    after: int
    upto: int
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Ask for whole reported days, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            msg = f"the window ends on {self.last}, before it begins on {self.first}"
            raise ValueError(msg)

    def each(self) -> Iterator[date]:
        """Yield every day of the window, oldest first."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)

    def by_month(self) -> Iterator[Days]:
        """Yield the parts of the window that lie in one calendar month each, oldest first."""
        first = self.first
        while first <= self.last:
            following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
            yield Days(first=first, last=min(self.last, following - timedelta(days=1)))
            first = following


Window = Changes | Days


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTotal:
    """A total as the source itself states it, to hold the landing against.

    Args:
        stream: the stream it speaks of.
        measure: `rows` or the name of an amount, such as `spend`.
        value: the figure, as decimal text; None where the source tells of it no more, as of a
            closed advertiser, so that nothing is held against what it said before.
        day: the reported day, None for a total over everything.
        ad_account_id: the platform's own advertiser, empty for a total over the whole account.
        currency_code: ISO 4217 where the measure is money.
    """

    stream: str
    measure: str
    value: str | None
    day: date | None = None
    ad_account_id: str = ""
    currency_code: str | None = None


@runtime_checkable
class Foresight(Protocol):
    """What a client adds that can tell beforehand what a first load will cost."""

    def estimate(self, stream: Stream, window: Window) -> str:
        """Say in words how many records, requests and minutes a window will take."""
        ...


@runtime_checkable
class Counting(Protocol):
    """What a client adds whose source counts rows by ranges of numeric keys.

    Comparing counts first and keys only where the counts differ finds deletions with a few
    requests; what two differences within one range hide is found by the weekly comparison of all.
    """

    def counts(
        self, stream: Stream, spans: Sequence[KeySpan], *, created_from: date | None
    ) -> tuple[int, ...] | None:
        """Return how many rows each span holds now; None where this source does not count.

        A part that is no longer at the source holds none.

        Args:
            stream: an UPSERT stream with numeric keys.
            spans: what to count; as many as one request takes cost one request.
            created_from: leave out what was created before this day.
        """
        ...

    def keys_in(
        self, stream: Stream, spans: Sequence[KeySpan], *, created_from: date | None
    ) -> Iterator[tuple[str, ...]]:
        """Yield every key that the spans hold now; most spans hold about one page of keys."""
        ...

    def records_of(self, stream: Stream, keys: Sequence[str]) -> Iterator[Page]:
        """Yield the records of these keys, as far as they are there, whenever they changed."""
        ...


class Client(Protocol):
    """One account of one source, open for reading."""

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        ...

    def unavailable(self) -> Mapping[str, str]:
        """Streams that this account cannot serve, each with the reason in plain words."""
        ...

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield the records of a window in constant memory.

        A window without records is one empty page, which still says when it was served. Records
        of a first load come in the order of their keys, so that it can be resumed.

        Raises:
            ConnectorError: any member of the tree in `errors.py`.
        """
        ...

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Yield every key that exists at the source now (UPSERT streams)."""
        ...

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return the source's own totals for a window, asked apart from the rows."""
        ...

    def close(self) -> None:
        """Release connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A system that we read from.

    Args:
        name: the word used for package, schema `raw_<name>`, dbt source and Dagster group.
        title: what people call it.
        streams: what it offers.
        settings: the pydantic model of one account's settings; its field names, upper-cased,
            are the last part of the environment names `<NAME>__<ACCOUNT>__<FIELD>`.
        open: opens a client for one account; nothing is sent before the first call.
        settings_aliases: short environment names, each with the full name that it stands for.
        never_empty: names of streams that hold at least one row of every account that serves them;
            the run stops where a configured source has landed none.
    """

    name: str
    title: str
    streams: tuple[Stream, ...]
    settings: type[BaseModel]
    open: Callable[[Account], Client]
    settings_aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    never_empty: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = self.never_empty - {stream.name for stream in self.streams}
        if unknown:
            msg = f"{self.name} has no stream {', '.join(sorted(unknown))}, so it cannot be empty"
            raise ValueError(msg)

    def stream(self, name: str) -> Stream:
        """Return the stream of that name.

        Raises:
            KeyError: there is none; the text lists those there are.
        """
        for stream in self.streams:
            if stream.name == name:
                return stream
        known = ", ".join(stream.name for stream in self.streams)
        msg = f"{self.name} has no stream {name!r}; it has {known}"
        raise KeyError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One advertiser account or one portal, as configured.

    Args:
        name: the lower-case name from the environment; every landed row carries it.
        settings: an instance of the source's settings model.
        shared: the source's folder for limiter and token state, shared by the processes on this
            machine; accounts and portals take file names of their own in it.
    """

    name: str
    settings: BaseModel
    shared: str
