"""One Google Ads account, open for reading: its customers, and their rows piece by piece.

Not here: how a query is sent and read (`search.py`), which customers there are (`customers.py`),
what errors mean (`verdicts.py`), how an access token is had (`credentials.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from time import time as wall_clock
from typing import cast

import httpx
from pydantic import SecretStr

from connectors.ad_totals import spend_totals
from connectors.errors import Rejected
from connectors.findings import Finding
from connectors.google_ads.checkup import examine
from connectors.google_ads.credentials import Credentials
from connectors.google_ads.customers import Customers
from connectors.google_ads.queries import CUSTOMER_DAYS, Query
from connectors.google_ads.quota import Quota
from connectors.google_ads.rows import CustomerDayRow
from connectors.google_ads.search import Found, Search
from connectors.google_ads.settings import Settings
from connectors.google_ads.streams import WITH_TOTAL
from connectors.google_ads.verdicts import NOT_ENABLED, SOURCE_NAME, TOO_OLD
from connectors.google_ads.version import warn_of_sunset
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience
from connectors.limiter import Limiter, SharedBucket
from connectors.stream import Account, Days, Page, Record, SourceTotal, Stream, Traffic, Window

_MICROS = Decimal(1_000_000)

_BURST, _PER_SECOND = 100, 20.0
"""Google states no pace, only a number of operations a day: what one machine asks at most."""

_log = logging.getLogger(__name__)


class GoogleAds:
    """One configured account: a customer, or a manager with the customers under it.

    Args:
        account: as configured.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
        today: the day from which the version's end is counted.
        now: seconds since 1970, which all processes share.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        now: Callable[[], float] = wall_clock,
    ) -> None:
        settings = cast("Settings", account.settings)
        shared = Path(account.shared)
        self._configured = settings.customer_id
        self._today = today
        self._traffic = Traffic()
        pace = SharedBucket(
            shared / f"{account.name}.pace",
            capacity=_BURST,
            per_second=_PER_SECOND,
            clock=now,
            sleep=patience.sleep,
        )
        self._http, self._token_http = (
            _opened(address, settings, self._traffic, pace, transport, patience)
            for address in (settings.base_url, settings.token_url)
        )
        credentials = Credentials(self._token_http, settings, patience.clock, now)
        project = settings.client_id or str(settings.service_account_file)
        quota = Quota(shared, project, clock=now)
        self._search = Search(self._http, credentials, _headers(settings), quota)
        self._customers = Customers(self._search, settings.customer_id)
        warn_of_sunset(today())

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: an account that can be read has every stream."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield a page for each customer and month, of clicks for each day; see `stream.Client`.

        Of a customer that is closed, and of clicks of a day that is no longer served, nothing is
        known: what is landed of them stays.
        """
        query = cast("Query", stream.request["query"])
        for found in self._answers(query, window):
            yield Page(
                records=tuple(_record(row) for row in found),
                unanswered=self._customers.unanswered(),
            )

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: no stream here is kept in step by its keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return the spend of each customer and day as Google adds it up; untold of closed ones.

        Only the campaigns' days add up to it: finer levels lack Performance Max.
        """
        if not isinstance(window, Days) or stream.name != WITH_TOTAL:
            return ()
        spent: dict[str, dict[date, Decimal]] = {}
        for found in self._answers(CUSTOMER_DAYS, window):
            for row in (cast("CustomerDayRow", each.row) for each in found):
                days = spent.setdefault(row.customer.id, {})
                days[row.segments.date] = Decimal(row.metrics.cost_micros) / _MICROS
        told = {customer: spent.get(customer, {}) for customer in self._customers.open()}
        customers = sorted({*told, *self._customers.closed()})
        return tuple(
            total
            for customer in customers
            for total in spend_totals(
                stream,
                window,
                ad_account_id=customer,
                currency_code=self._customers.currency_of(customer),
                spent=told.get(customer),
            )
        )

    def check(self) -> Iterator[Finding]:
        """Yield what was found about the account; see `stream.Checkup`."""
        return examine(self._customers, self._today())

    def close(self) -> None:
        """Release connections."""
        self._http.close()
        self._token_http.close()

    def _answers(self, query: Query, window: Window) -> Iterator[list[Found]]:
        """Yield the rows of each piece and customer; one empty answer where there is none."""
        is_empty = True
        for days in _pieces(query, window):
            for customer in self._customers.open():
                is_empty = False
                yield self._rows(customer, query, days)
        if is_empty:
            yield []

    def _rows(self, customer: str, query: Query, days: Days | None) -> list[Found]:
        """Return a customer's rows; one that is closed has none."""
        try:
            return self._search.rows(customer, query, days)
        except Rejected as error:
            is_closed = error.code == NOT_ENABLED and customer != self._configured
            if not is_closed and error.code != TOO_OLD:
                raise
        if is_closed:
            self._customers.close(customer)
        else:
            said = "google_ads: the clicks of customer %s of %s are no longer served"
            _log.warning(said, customer, days.first if days else None)
            self._customers.keep(customer)
        return []


def _pieces(query: Query, window: Window) -> Iterator[Days | None]:
    """Yield what one question covers each: a day, a month, or everything."""
    if not isinstance(window, Days):
        yield None
    elif query.is_daily:
        for day in window.each():
            yield Days(first=day, last=day)
    else:
        yield from window.by_month()


def _opened(
    address: str,
    settings: Settings,
    traffic: Traffic,
    pace: Limiter,
    transport: httpx.BaseTransport | None,
    patience: Patience,
) -> HttpClient:
    secrets = (settings.client_secret, settings.refresh_token, settings.developer_token)
    return HttpClient(
        source=SOURCE_NAME,
        base_url=SecretStr(address),
        traffic=traffic,
        limiter=pace,
        secrets=[secret for secret in secrets if secret is not None],
        transport=transport,
        patience=patience,
    )


def _headers(settings: Settings) -> dict[str, str]:
    headers: dict[str, str] = {}
    if settings.login_customer_id is not None:
        headers["login-customer-id"] = settings.login_customer_id
    if settings.developer_token is not None:
        headers["developer-token"] = settings.developer_token.get_secret_value()
    return headers


def _record(found: Found) -> Record:
    return Record(
        key=found.key,
        payload=found.json.payload,
        cursor=None if found.day is None else datetime.combine(found.day, time(), UTC),
        original=found.json.original,
    )
