"""One Google Ads account, open for reading: its customers, and their rows month by month.

Not here: how a query is sent and read (`search.py`), what errors mean (`verdicts.py`), how an
access token is had (`credentials.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import cast

import httpx
from pydantic import SecretStr

from connectors.errors import Rejected
from connectors.google_ads.credentials import Credentials
from connectors.google_ads.queries import (
    CLIENTS,
    CUSTOMER_DAYS,
    CUSTOMERS,
    ClientRow,
    CustomerDayRow,
    CustomerRow,
    Query,
)
from connectors.google_ads.search import Found, Search
from connectors.google_ads.settings import Settings
from connectors.google_ads.verdicts import NOT_ENABLED, SOURCE_NAME
from connectors.google_ads.version import warn_of_sunset
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience
from connectors.limiter import Unlimited
from connectors.stream import Account, Days, Page, Record, SourceTotal, Stream, Traffic, Window

_MICROS = Decimal(1_000_000)

_log = logging.getLogger(__name__)


class GoogleAds:
    """One configured account: a customer, or a manager with the customers under it.

    Args:
        account: as configured.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
        today: the day from which the version's end is counted.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        settings = cast("Settings", account.settings)
        self._configured = settings.customer_id
        self._traffic = Traffic()
        self._customers: tuple[str, ...] | None = None
        self._closed: set[str] = set()
        self._http, self._token_http = (
            _opened(address, settings, self._traffic, transport, patience)
            for address in (settings.base_url, settings.token_url)
        )
        credentials = Credentials(self._token_http, settings, patience.clock)
        self._search = Search(self._http, credentials, _headers(settings))
        warn_of_sunset(today())

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: an account that can be read has every stream."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield a page for each month and customer; see `stream.Client`."""
        query = cast("Query", stream.request["query"])
        for found in self._answers(query, window):
            yield Page(
                records=tuple(_record(row) for row in found),
                unanswered=tuple(sorted(self._closed)),
            )

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: no stream here is kept in step by its keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return the spend of each day as Google adds it up by customer, by currency."""
        if not isinstance(window, Days):
            return ()
        sums: dict[tuple[date, str], Decimal] = {}
        for found in self._answers(CUSTOMER_DAYS, window):
            for row in (cast("CustomerDayRow", each.row) for each in found):
                of = row.segments.date, row.customer.currency_code or ""
                sums[of] = sums.get(of, Decimal(0)) + Decimal(row.metrics.cost_micros) / _MICROS
        return tuple(
            SourceTotal(
                stream=stream.name,
                measure="spend",
                value=f"{spend:f}",
                day=day,
                currency_code=currency or None,
            )
            for (day, currency), spend in sorted(sums.items())
        )

    def close(self) -> None:
        """Release connections."""
        self._http.close()
        self._token_http.close()

    def _answers(self, query: Query, window: Window) -> Iterator[list[Found]]:
        """Yield the rows of each month and customer; one empty answer where there is none."""
        is_empty = True
        for days in window.by_month() if isinstance(window, Days) else (None,):
            for customer in self._advertisers():
                is_empty = False
                yield self._rows(customer, query, days)
        if is_empty:
            yield []

    def _rows(self, customer: str, query: Query, days: Days | None) -> list[Found]:
        """Return a customer's rows; one that is closed has none."""
        try:
            return self._search.rows(customer, query, days)
        except Rejected as error:
            if error.code != NOT_ENABLED or customer == self._configured:
                raise
        _log.warning("google_ads: customer %s is not enabled and is left out", customer)
        self._closed.add(customer)
        return []

    def _advertisers(self) -> list[str]:
        """Return the customers that advertise: the configured one, or those under it."""
        if self._customers is None:
            (itself,) = self._search.rows(self._configured, CUSTOMERS)
            is_manager = cast("CustomerRow", itself.row).customer.manager
            self._customers = self._below() if is_manager else (self._configured,)
        return [customer for customer in self._customers if customer not in self._closed]

    def _below(self) -> tuple[str, ...]:
        found = self._search.rows(self._configured, CLIENTS)
        clients = [cast("ClientRow", each.row).customer_client for each in found]
        return tuple(sorted(client.id for client in clients if not client.manager))


def _opened(
    address: str,
    settings: Settings,
    traffic: Traffic,
    transport: httpx.BaseTransport | None,
    patience: Patience,
) -> HttpClient:
    """Open a client; Google states no pace, only a number of operations a day."""
    secrets = (settings.client_secret, settings.refresh_token, settings.developer_token)
    return HttpClient(
        source=SOURCE_NAME,
        base_url=SecretStr(address),
        traffic=traffic,
        limiter=Unlimited(),
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
