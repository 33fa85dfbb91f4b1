"""One account of the Data API, open for reading.

Not here: a call and its answer (`rpc.py`), what errors mean (`verdicts.py`), which reports and
fields there are (`streams.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import time as wall_clock
from typing import Annotated, cast

import httpx
import msgspec
from pydantic import SecretStr

from connectors.comagic.rpc import Rows, Rpc
from connectors.comagic.settings import Settings
from connectors.comagic.streams import LOOKBACK, STREAMS, Report
from connectors.comagic.verdicts import CLOSED, SOURCE_NAME, broken
from connectors.errors import ConnectorError, Permanent, Rejected, Unavailable
from connectors.findings import Finding
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience
from connectors.limiter import SharedBucket
from connectors.raw_json import Json
from connectors.stream import Account, Days, Page, Record, SourceTotal, Stream, Traffic, Window

PAGE_LIMIT, LAST_OFFSET = 10_000, 100_000
"""Rows of one answer at most, and the offset that an answer may begin at."""

_BURST = 10
"""How many may be asked for at once, where none were for a while."""

_ACCOUNT = "get.account"
_DAY = timedelta(days=1)


class _Account(msgspec.Struct, frozen=True):
    """What an account's record has to hold."""

    app_id: int
    timezone: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_+/-]{3,64}\Z")]


class Comagic:
    """One configured account.

    Args:
        account: as configured.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
        clock: seconds since 1970, which all processes share.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        clock: Callable[[], float] = wall_clock,
    ) -> None:
        settings = cast("Settings", account.settings)
        secrets = [one for one in (settings.access_token, settings.password) if one is not None]
        self._traffic = Traffic()
        self._clock = clock
        self._closed: dict[str, str] | None = None
        self._http = HttpClient(
            source=SOURCE_NAME,
            base_url=SecretStr(settings.base_url),
            traffic=self._traffic,
            limiter=SharedBucket(
                Path(account.shared) / f"{_user(secrets)}.pace",
                capacity=_BURST,
                per_second=settings.requests_per_second,
                clock=clock,
                sleep=patience.sleep,
            ),
            secrets=secrets,
            transport=transport,
            patience=patience,
        )
        self._rpc = Rpc(self._http, settings)

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return the reports that this account, or its user, does not have; asked once."""
        if self._closed is None:
            self._closed = {}
            for stream, report in _reports():
                try:
                    self._count(report, self._yesterday())
                except Permanent as error:
                    if error.code not in CLOSED:
                        raise
                    self._closed[stream.name] = error.message
        return self._closed

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield the account, or the rows of each month of the window; see `stream.Client`.

        Raises:
            Rejected: a single day has more rows than the API can page through.
            Unavailable: the report changed while it was read page by page.
        """
        if "report" not in stream.request:
            yield Page(records=(self._account(),))
            return
        report = cast("Report", stream.request["report"])
        for month in _days(stream, window).by_month():
            yield from self._slice(report, month)

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: no stream here is kept in step by its keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return how many rows the report counts on each of the last days of the window.

        Of a first load only the days that are restated are counted, because each costs a point.
        """
        if "report" not in stream.request:
            return ()
        report, days = cast("Report", stream.request["report"]), _days(stream, window)
        day = max(days.first, days.last - LOOKBACK + _DAY)
        totals: list[SourceTotal] = []
        while day <= days.last:
            count = self._count(report, day)
            totals.append(
                SourceTotal(stream=stream.name, measure="rows", value=str(count), day=day)
            )
            day += _DAY
        return tuple(totals)

    def check(self) -> Iterator[Finding]:
        """Yield whether the account lets us in, and which reports it has; see `stream.Checkup`."""
        try:
            zone = _zone(self._account())
            off = self.unavailable()
        except ConnectorError as error:
            remedy = "the cabinet, Account: the key of the API, its rights, and the white list"
            yield Finding(is_fault=True, subject="account", says=error.message, remedy=remedy)
            return
        yield Finding(is_fault=False, subject="account", says=f"lets us in; its days are {zone}'s")
        for stream, _ in _reports():
            says = off.get(stream.name, "can be loaded")
            yield Finding(is_fault=stream.name in off, subject=stream.name, says=says)

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def _slice(self, report: Report, days: Days) -> Iterator[Page]:
        """Yield a period page by page, in halves where its rows lie beyond the last offset."""
        first = self._rows(report, days, limit=PAGE_LIMIT, offset=0)
        total = _total(first, report)
        if total > LAST_OFFSET + PAGE_LIMIT:
            if days.first == days.last:
                msg = "a single day has more rows than the API can page through"
                raise Rejected(msg, source=SOURCE_NAME, method=report.method)
            middle = days.first + (days.last - days.first) // 2
            yield from self._slice(report, Days(first=days.first, last=middle))
            yield from self._slice(report, Days(first=middle + _DAY, last=days.last))
            return
        keys: set[str] = set()
        for offset in range(0, max(total, 1), PAGE_LIMIT):
            found = first
            if offset:
                found = self._rows(report, days, limit=PAGE_LIMIT, offset=offset)
            records = tuple(_record(item, report) for item in found.items)
            keys.update(record.key for record in records)
            yield Page(records=records)
        if len(keys) != total:
            msg = f"the report states {total:,} rows and served {len(keys):,}: it changed meanwhile"
            raise Unavailable(msg, source=SOURCE_NAME, method=report.method)

    def _rows(self, report: Report, days: Days, *, limit: int, offset: int) -> Rows:
        return self._rpc.call(
            report.method,
            {
                "date_from": f"{days.first} 00:00:00",
                "date_till": f"{days.last} 23:59:59",
                "limit": limit,
                "offset": offset,
                "sort": [{"field": "id", "order": "asc"}],
                "fields": report.fields,
            },
        )

    def _count(self, report: Report, day: date) -> int:
        return _total(self._rows(report, Days(first=day, last=day), limit=1, offset=0), report)

    def _account(self) -> Record:
        found = self._rpc.call(_ACCOUNT, {})
        if len(found.items) != 1:
            msg = f"expected one account, the answer holds {len(found.items)}"
            raise broken(msg, _ACCOUNT)
        written = found.items[0].record()
        try:
            account = msgspec.json.decode(written.payload, type=_Account)
        except msgspec.DecodeError:
            failure = broken("the account has no number, or no time zone", _ACCOUNT)
        else:
            return Record(
                key=str(account.app_id), payload=written.payload, original=written.original
            )
        raise failure

    def _yesterday(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date() - _DAY


def _reports() -> Iterator[tuple[Stream, Report]]:
    for stream in STREAMS:
        if "report" in stream.request:
            yield stream, cast("Report", stream.request["report"])


def _record(item: Json, report: Report) -> Record:
    """Take a row; its day is as its moment was printed, in the account's zone."""
    row = cast("Mapping[str, object]", item.plain())
    try:
        key, day = row["id"], date.fromisoformat(str(row[report.moment])[:10])
    except (KeyError, TypeError, ValueError):
        failure = broken("a row has no id, or no moment as documented", report.method)
    else:
        written = item.record()
        return Record(
            key=str(key),
            payload=written.payload,
            cursor=datetime.combine(day, time(), UTC),
            original=written.original,
        )
    raise failure


def _total(found: Rows, report: Report) -> int:
    if found.total is None:
        msg = "the answer does not say how many rows there are"
        raise broken(msg, report.method)
    return found.total


def _zone(account: Record) -> str:
    return msgspec.json.decode(account.payload, type=_Account).timezone


def _days(stream: Stream, window: Window) -> Days:
    if isinstance(window, Days):
        return window
    msg = f"{stream.name} is read by days"
    raise ValueError(msg)


def _user(secrets: list[SecretStr]) -> str:
    """Name what the accounts of a key share, without showing the key."""
    whole = "\n".join(secret.get_secret_value() for secret in secrets)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
