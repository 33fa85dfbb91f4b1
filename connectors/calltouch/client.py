"""One site of Calltouch, open for reading.

Not here: what is asked and how answers are read (`lists.py`), how days are written (`dialects.py`),
what refusals mean (`verdicts.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time as wall_clock
from typing import cast

import httpx
from pydantic import SecretStr

from connectors.calltouch.dialects import MOSCOW
from connectors.calltouch.lists import PAGE_LIMIT, CallList, Found, reader
from connectors.calltouch.settings import Settings
from connectors.calltouch.streams import LOOKBACK, STREAMS
from connectors.calltouch.verdicts import SOURCE_NAME
from connectors.errors import ConnectorError, Unavailable
from connectors.findings import Finding
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience, Request
from connectors.limiter import SharedBucket
from connectors.stream import Account, Days, Page, SourceTotal, Stream, Traffic, Window

_BURST = 5
"""Calltouch states no limit and answers 429; courtesy keeps well below what people report."""

_DAY = timedelta(days=1)


class Calltouch:
    """One configured site.

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
        self._token, self._site = settings.token, settings.site_id
        self._traffic = Traffic()
        self._clock = clock
        self._http = HttpClient(
            source=SOURCE_NAME,
            base_url=SecretStr(settings.base_url),
            traffic=self._traffic,
            limiter=SharedBucket(
                Path(account.shared) / f"{_user(settings.token)}.pace",
                capacity=_BURST,
                per_second=settings.requests_per_second,
                clock=clock,
                sleep=patience.sleep,
            ),
            secrets=(settings.token,),
            transport=transport,
            patience=patience,
        )

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: a site that can be read has both streams."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield the records of each month of the window; see `stream.Client`.

        Raises:
            Unavailable: the diary changed while it was read page by page.
        """
        asked = _list(stream)
        for month in _days(stream, window).by_month():
            if asked.has_pages:
                yield from self._diary(asked, month)
            else:
                yield Page(records=self._ask(asked, asked.params(month)).records)

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: no stream here is kept in step by its keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return how many calls the diary counts on each of the last days of the window.

        Of requests Calltouch states no number; of a first load only the days that are restated are
        counted, because each costs a request.
        """
        asked = _list(stream)
        if not asked.has_pages:
            return ()
        days = _days(stream, window)
        day = max(days.first, days.last - LOOKBACK + _DAY)
        totals: list[SourceTotal] = []
        while day <= days.last:
            found = self._page(asked, Days(first=day, last=day), page=1, limit=1)
            totals.append(
                SourceTotal(stream=stream.name, measure="rows", value=str(found.total), day=day)
            )
            day += _DAY
        return tuple(totals)

    def check(self) -> Iterator[Finding]:
        """Yield whether each list answers for yesterday; see `stream.Checkup`."""
        yesterday = datetime.fromtimestamp(self._clock(), UTC).astimezone(MOSCOW).date() - _DAY
        days = Days(first=yesterday, last=yesterday)
        for stream in STREAMS:
            asked = _list(stream)
            paging = {"page": "1", "limit": "1"} if asked.has_pages else {}
            try:
                found = self._ask(asked, asked.params(days) | paging)
            except ConnectorError as error:
                remedy = "Calltouch, Integrations, API: the token and the number of the site"
                yield Finding(is_fault=True, subject=stream.name, says=error.message, remedy=remedy)
                continue
            count = len(found.records) if found.total is None else found.total
            says = f"can be loaded; {count:,} on {yesterday}"
            yield Finding(is_fault=False, subject=stream.name, says=says)

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def _diary(self, asked: CallList, days: Days) -> Iterator[Page]:
        """Yield the pages of a period, and hold what came against the number that was stated."""
        keys: set[str] = set()
        number, is_last, total = 1, False, 0
        while not is_last:
            found = self._page(asked, days, page=number, limit=PAGE_LIMIT)
            yield Page(records=found.records)
            keys.update(record.key for record in found.records)
            total = found.total or 0
            is_last = number >= found.pages
            number += 1
        if len(keys) != total:
            msg = f"the diary states {total:,} calls and served {len(keys):,}: it changed meanwhile"
            raise Unavailable(msg, source=SOURCE_NAME, method=asked.method)

    def _page(self, asked: CallList, days: Days, *, page: int, limit: int) -> Found:
        return self._ask(asked, asked.params(days) | {"page": str(page), "limit": str(limit)})

    def _ask(self, asked: CallList, params: Mapping[str, str]) -> Found:
        of_site = {} if "{site}" in asked.path else {"siteId": self._site}
        request = Request(
            name=asked.method,
            path=asked.path.format(site=self._site),
            verb="GET",
            params={"clientApiId": self._token.get_secret_value(), **of_site, **params},
        )
        return self._http.fetch(request, reader(asked))


def _list(stream: Stream) -> CallList:
    return cast("CallList", stream.request["list"])


def _days(stream: Stream, window: Window) -> Days:
    if isinstance(window, Days):
        return window
    msg = f"{stream.name} is read by days"
    raise ValueError(msg)


def _user(token: SecretStr) -> str:
    """Name what the sites of a token share, without showing the token."""
    return hashlib.sha256(token.get_secret_value().encode()).hexdigest()[:16]
