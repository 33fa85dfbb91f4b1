"""One VK Ads account, open for reading.

Not here: how a request gets its token (`access.py`), lists (`objects.py`), days (`statistics.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from time import time as wall_clock
from typing import cast

import httpx
from pydantic import SecretStr

from connectors.ad_totals import spend_totals
from connectors.findings import Finding
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience
from connectors.limiter import SharedBucket
from connectors.raw_json import Json
from connectors.stream import Account, Days, Page, Record, SourceTotal, Stream, Traffic, Window
from connectors.vk_ads import checkup, objects, statistics
from connectors.vk_ads.access import Access
from connectors.vk_ads.auth_server import AuthServer
from connectors.vk_ads.quota import Quota
from connectors.vk_ads.settings import Settings
from connectors.vk_ads.statistics import DayFound
from connectors.vk_ads.streams import Level
from connectors.vk_ads.tokens import TokenKeeper, command_of, token_store
from connectors.vk_ads.verdicts import SOURCE_NAME


class VkAds:
    """One configured account.

    Args:
        account: as configured.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
        clock: seconds since 1970, which all processes share.

    Raises:
        Misconfigured: TOKEN_KEY is missing or is none.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        clock: Callable[[], float] = wall_clock,
    ) -> None:
        self._settings = settings = cast("Settings", account.settings)
        self._traffic = Traffic()
        self._user: objects.User | None = None
        self._ids: dict[str, list[int]] = {}
        store = token_store(account, settings)
        limiter = SharedBucket(
            Path(account.shared) / f"{settings.user}.pace",
            capacity=1,
            per_second=settings.requests_per_second,
            clock=clock,
            sleep=patience.sleep,
        )
        http = HttpClient(
            source=SOURCE_NAME,
            base_url=SecretStr(settings.base_url),
            traffic=self._traffic,
            limiter=limiter,
            secrets=(settings.client_secret,),
            transport=transport,
            patience=patience,
        )
        server = AuthServer(
            settings,
            delete_command=command_of(account, "delete_tokens"),
            traffic=self._traffic,
            transport=transport,
            patience=patience,
            now=lambda: datetime.fromtimestamp(clock(), UTC),
        )
        keeper = TokenKeeper(store, server, now=lambda: datetime.fromtimestamp(clock(), UTC))
        quota = Quota(
            limiter,
            per_second=settings.requests_per_second,
            clock=clock,
            sleep=patience.sleep,
        )
        self._access = Access(http, keeper, quota)

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: whoever has a token may read all streams."""
        return {}

    def check(self) -> Iterator[Finding]:
        """Yield what is right and wrong with the account; see `checkup.py`."""
        return checkup.examine(self._access, self._settings)

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield a page per answer; of days those of a month at a time; see `stream.Client`."""
        is_empty = True
        for records in self._records(stream, window):
            is_empty = False
            yield Page(records=tuple(records))
        if is_empty:
            yield Page(records=())

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: no stream here is kept in step by its keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return the advertiser's spend of each day, as VK's statistics of users state it."""
        if not stream.request.get("has_totals"):
            return ()
        user = self._advertiser()
        days = _days(stream, window)
        answers = statistics.days_of(self._access, statistics.USERS, [user.id], days)
        return tuple(
            spend_totals(
                stream,
                days,
                ad_account_id=f"{user.id}",
                currency_code=user.currency,
                spent={found.day: found.spent for answer in answers for found in answer},
            )
        )

    def close(self) -> None:
        """Release connections."""
        self._access.close()

    def _records(self, stream: Stream, window: Window) -> Iterator[list[Record]]:
        user = self._advertiser()
        if "listed" in stream.request:
            level = cast("Level", stream.request["listed"])
            for page in objects.pages(self._access, level):
                yield [_object(user, object_id, sent) for object_id, sent in page]
        elif "days_of" in stream.request:
            level = cast("Level", stream.request["days_of"])
            ids = self._ids_of(level)
            for month in _days(stream, window).by_month():
                for days in statistics.days_of(self._access, level.resource, ids, month):
                    yield [_day(user, found) for found in days if not found.is_blank]
        else:
            yield [user.record]

    def _advertiser(self) -> objects.User:
        if self._user is None:
            self._user = objects.read_user(self._access, self._settings)
        return self._user

    def _ids_of(self, level: Level) -> list[int]:
        """Return the ids of a level, asked for once a run."""
        if level.resource not in self._ids:
            found = objects.pages(self._access, level)
            self._ids[level.resource] = [object_id for page in found for object_id, _ in page]
        return self._ids[level.resource]


def _days(stream: Stream, window: Window) -> Days:
    if isinstance(window, Days):
        return window
    msg = f"{stream.name} is read by days"
    raise ValueError(msg)


def _object(user: objects.User, object_id: int, sent: Json) -> Record:
    written = sent.record()
    return Record(key=f"{user.id}|{object_id}", payload=written.payload, original=written.original)


def _day(user: objects.User, found: DayFound) -> Record:
    written = found.sent.record()
    return Record(
        key=f"{user.id}|{found.object_id}|{found.day}",
        payload=written.payload,
        cursor=datetime.combine(found.day, time(), UTC),
        original=written.original,
    )
