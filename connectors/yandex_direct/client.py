"""One Yandex Direct account, open for reading: an advertiser, or an agency with its clients.

Not here: how a report is asked for and waited for (`reports.py`), who advertises
(`advertisers.py`), how objects are listed (`objects.py`), what errors mean (`verdicts.py`).
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from time import time as wall_clock
from typing import Any, TypeVar, cast

import httpx
from pydantic import SecretStr

from connectors import json_stream
from connectors.ad_totals import spend_totals
from connectors.errors import ConnectorError, ContractBroken
from connectors.findings import Finding
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience
from connectors.limiter import SharedBucket
from connectors.stream import Account, Days, Page, Record, SourceTotal, Stream, Traffic, Window
from connectors.yandex_direct import advertisers, checkup, day_rows
from connectors.yandex_direct.advertisers import Advertiser
from connectors.yandex_direct.levels import Report
from connectors.yandex_direct.objects import Listing, Objects
from connectors.yandex_direct.pending import PendingReports
from connectors.yandex_direct.points import Points
from connectors.yandex_direct.queue_places import QueuePlaces
from connectors.yandex_direct.reports import Found, Reports
from connectors.yandex_direct.settings import Settings
from connectors.yandex_direct.streams import CAMPAIGN_IDS, STREAMS
from connectors.yandex_direct.verdicts import OF_ONE_ADVERTISER, SOURCE_NAME

T = TypeVar("T")

_SECONDS = 10
_BURST_SHARE = 4
"""A quarter of what ten seconds allow may come at once; the pace brings the rest of it."""

_ATTEMPTS = 4
"""A report whose building failed rarely succeeds later on."""

_WITHOUT_GOALS = "GOALS names no goal of Metrica, so none is told apart"

_log = logging.getLogger(__name__)


class YandexDirect:
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
        self._settings = settings = cast("Settings", account.settings)
        self._patience = replace(patience, attempts=min(patience.attempts, _ATTEMPTS))
        self._clock = clock
        self._shared = Path(account.shared)
        self._traffic = Traffic()
        self._known: tuple[Advertiser, ...] | None = None
        self._refused: set[str] = set()
        self._http = HttpClient(
            source=SOURCE_NAME,
            base_url=SecretStr(settings.base_url),
            traffic=self._traffic,
            limiter=self._limiter(),
            secrets=(settings.token,),
            transport=transport,
            patience=self._patience,
        )
        self.points = Points()
        self._objects = Objects(self._http, self.points)

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return the streams of goals where the settings name none."""
        if self._settings.goals:
            return {}
        return {stream.name: _WITHOUT_GOALS for stream in STREAMS if "of_goals" in stream.request}

    def check(self) -> Iterator[Finding]:
        """Yield what is right and wrong with the account; see `checkup.py`."""
        return checkup.examine(self, self._settings)

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield a page per advertiser, and of days per month too; see `stream.Client`."""
        is_empty = True
        for page in self._pages(stream, window):
            is_empty = False
            yield replace(page, unanswered=tuple(f"{login}|" for login in sorted(self._refused)))
        if is_empty:
            yield Page(records=(), unanswered=tuple(f"{login}|" for login in self._refused))

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: no stream here is kept in step by its keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return the spend of each advertiser and day, with VAT, as reports of accounts state it.

        Untold of a client of an agency that is refused: what is landed of it stays as it was.
        """
        report = cast("Report | None", stream.request.get("totals"))
        if report is None:
            return ()
        days = _days(stream, window)
        return tuple(
            total
            for advertiser in self._everybody()
            for total in spend_totals(
                stream,
                days,
                ad_account_id=advertiser.login,
                currency_code=advertiser.currency,
                spent=self._spent(advertiser, report, days),
            )
        )

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def advertisers(self) -> tuple[Advertiser, ...]:
        """Return who can be read."""
        return tuple(each for each in self._everybody() if each.login not in self._refused)

    def rows(self, advertiser: Advertiser, report: Report, days: Days) -> list[Found]:
        """Return an advertiser's rows of a period; see `day_rows.py`."""
        return day_rows.rows(self._reports(advertiser), report, days)

    def listed(self, advertiser: Advertiser, listing: Listing) -> list[Mapping[str, Any]]:
        """Return an advertiser's objects; those of campaigns for all of them, archived too."""
        campaigns: list[int] = []
        if listing.per_campaign:
            campaigns = [found["Id"] for found in self.listed(advertiser, CAMPAIGN_IDS)]
        pages = self._objects.listed(listing, advertiser.headers, campaigns)
        return [found for page in pages for found in page]

    def _everybody(self) -> tuple[Advertiser, ...]:
        """Return who advertises; asked for once, and before any report, whose keys hold logins."""
        if self._known is None:
            self._known = advertisers.read(self._objects, self._settings)
        return self._known

    def _pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        request = stream.request
        if "listing" in request:
            listing = cast("Listing", request["listing"])
            for advertiser in self.advertisers():
                found = self._answer(advertiser, self.listed, listing)
                yield Page(records=tuple(_object(advertiser, each, listing) for each in found))
        elif "report" in request:
            report = self._with_goals(stream, cast("Report", request["report"]))
            for month in _days(stream, window).by_month():
                for advertiser in self.advertisers():
                    rows = self._answer(advertiser, self.rows, report, month)
                    yield Page(records=tuple(_day(advertiser, row, report) for row in rows))
        else:
            yield Page(records=tuple(advertiser.record for advertiser in self._everybody()))

    def _with_goals(self, stream: Stream, report: Report) -> Report:
        if "of_goals" not in stream.request:
            return report
        settings = self._settings
        return replace(report, goals=settings.goals, model=settings.attribution_model.value)

    def _spent(
        self, advertiser: Advertiser, report: Report, days: Days
    ) -> dict[date, Decimal] | None:
        """Return what an advertiser spent by day, None where it is refused."""
        if advertiser.login in self._refused:
            return None
        found = self._answer(advertiser, self._account_days, report, days)
        if advertiser.login in self._refused:
            return None
        return {row.day: Decimal(row.cells["Cost"] or 0) for row in found}

    def _account_days(self, advertiser: Advertiser, report: Report, days: Days) -> list[Found]:
        return [row for rows in self._reports(advertiser).rows(report, days) for row in rows]

    def _answer(
        self, advertiser: Advertiser, ask: Callable[..., list[T]], *arguments: object
    ) -> list[T]:
        """Return what is found for an advertiser; an agency's closed client has nothing."""
        try:
            return ask(advertiser, *arguments)
        except ConnectorError as error:
            if not self._settings.agency or error.code not in OF_ONE_ADVERTISER:
                raise
            _log.warning("yandex_direct: a client of the agency is left out (code %s)", error.code)
        self._refused.add(advertiser.login)
        return []

    def _reports(self, advertiser: Advertiser) -> Reports:
        name = re.sub(r"[^A-Za-z0-9.-]", "_", advertiser.login)
        return Reports(
            self._http,
            pending=PendingReports(self._shared / f"{name}.reports", clock=self._clock),
            places=QueuePlaces(self._shared / f"{name}.queue", sleep=self._patience.sleep),
            headers=advertiser.headers,
            patience=self._patience,
            traffic=self._traffic,
        )

    def _limiter(self) -> SharedBucket:
        """Return what all processes and accounts with this token share."""
        token = self._settings.token.get_secret_value()
        user = hashlib.sha256(token.encode()).hexdigest()[:16]
        allowed = self._settings.requests_in_ten_seconds
        burst = allowed // _BURST_SHARE
        return SharedBucket(
            self._shared / f"{user}.pace",
            capacity=burst,
            per_second=(allowed - burst) / _SECONDS,
            clock=self._clock,
            sleep=self._patience.sleep,
        )


def _days(stream: Stream, window: Window) -> Days:
    if isinstance(window, Days):
        return window
    msg = f"{stream.name} is read by days"
    raise ValueError(msg)


def _day(advertiser: Advertiser, row: Found, report: Report) -> Record:
    """Return a landed row; its key holds `--` where a campaign of the wizard has no id."""
    _, ids = row.about(report)
    written = json_stream.record_json(row.cells)
    return Record(
        key=f"{advertiser.login}|{':'.join(each or '--' for each in ids)}|{row.day}",
        payload=written.payload,
        cursor=datetime.combine(row.day, time(), UTC),
        original=written.original,
    )


def _object(advertiser: Advertiser, found: Mapping[str, Any], listing: Listing) -> Record:
    if type(found.get("Id")) is not int:
        msg = "the answer lists something without a number"
        raise ContractBroken(msg, source=SOURCE_NAME, method=listing.method)
    written = json_stream.record_json(found)
    return Record(
        key=f"{advertiser.login}|{found['Id']}",
        payload=written.payload,
        original=written.original,
    )
