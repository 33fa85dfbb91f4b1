"""One Google Ads account, open for reading.

`POST /v26/customers/{id}/googleAds:searchStream` answers with a list of chunks of rows. A window is
asked for in slices, so that an answer stays bounded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

import httpx
from pydantic import SecretStr

from connectors import json_stream
from connectors.answer import Answer
from connectors.errors import ConnectorError, ContractBroken
from connectors.google_ads.credentials import Credentials
from connectors.google_ads.queries import BELOW_A_MANAGER, DAY_TOTALS, IS_MANAGER, Question
from connectors.google_ads.settings import Settings
from connectors.google_ads.verdicts import SOURCE_NAME, Refusal, not_json, refusal
from connectors.google_ads.version import VERSION, warn_of_sunset
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience, Request
from connectors.limiter import Unlimited
from connectors.stream import Account, Days, Page, Record, SourceTotal, Stream, Traffic, Window

Row = Mapping[str, Any]

_METHOD = "googleAds:searchStream"
_SLICE = timedelta(days=92)
_KEPT = timedelta(days=1110)
"""Google keeps 37 months of days; asking for an earlier one is an error."""

_MICROS = Decimal(1_000_000)
_WANTED = {"item.results.item", "item.error", "error"}

_log = logging.getLogger(__name__)


class _RefusedError(ConnectorError):
    """Carries Google's refusal out of the reading of an answer, to where a token can be renewed."""

    def __init__(self, refused: Refusal) -> None:
        super().__init__("refused", source=SOURCE_NAME, method=_METHOD)
        self.refused = refused


class GoogleAds:
    """One configured account: an advertiser, or a manager with the advertisers under it.

    Args:
        account: as configured.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
        today: what the sunset of the version and Google's memory are measured from.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        today: date | None = None,
    ) -> None:
        settings = cast("Settings", account.settings)
        self._settings = settings
        self._traffic = Traffic()
        self._today = today or datetime.now(UTC).date()
        secrets = [settings.client_secret, settings.refresh_token]
        if settings.developer_token:
            secrets.append(settings.developer_token)

        def opened(address: str) -> HttpClient:
            return HttpClient(
                source=SOURCE_NAME,
                base_url=SecretStr(address),
                traffic=self._traffic,
                limiter=Unlimited(),
                secrets=secrets,
                transport=transport,
                patience=patience,
            )

        self._http = opened(settings.base_url)
        self._token_http = opened(settings.token_url)
        self._credentials = Credentials(self._token_http, settings, patience.clock)
        self._advertisers: tuple[str, ...] | None = None
        warn_of_sunset(self._today)

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: an account that can be seen has every stream."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield a page for each advertiser and slice of the window; see `stream.Client`."""
        question = cast("Question", stream.request["question"])
        for advertiser in self._found_advertisers():
            for days in self._slices(window):
                rows = self._asked(advertiser, _filled(question.gaql, days))
                yield Page(records=tuple(_record(question, row) for row in rows))

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Yield nothing: no stream here is kept in step by its keys."""
        del stream
        yield from ()

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return the spend of each day and advertiser as Google totals it, in its currency."""
        if not isinstance(window, Days):
            return ()
        sums: dict[tuple[date, str], Decimal] = {}
        for advertiser in self._found_advertisers():
            for days in self._slices(window):
                for row in self._asked(advertiser, _filled(DAY_TOTALS, days)):
                    day = date.fromisoformat(row["segments"]["date"])
                    at = day, str(row["customer"]["currencyCode"])
                    micros = Decimal(row["metrics"].get("costMicros", "0"))
                    sums[at] = sums.get(at, Decimal(0)) + micros / _MICROS
        return tuple(
            SourceTotal(
                stream=stream.name,
                measure="spend",
                value=f"{value:f}",
                day=day,
                currency_code=currency,
            )
            for (day, currency), value in sorted(sums.items())
        )

    def close(self) -> None:
        """Release connections."""
        self._http.close()
        self._token_http.close()

    def _found_advertisers(self) -> tuple[str, ...]:
        """Return the customers that advertise: the configured one, or those under it."""
        if self._advertisers is None:
            configured = self._settings.customer_id
            itself = self._asked(configured, IS_MANAGER)
            if any(row["customer"].get("manager") for row in itself):
                below = [row["customerClient"] for row in self._asked(configured, BELOW_A_MANAGER)]
                self._advertisers = tuple(
                    sorted(str(child["id"]) for child in below if not child.get("manager"))
                )
            else:
                self._advertisers = (configured,)
        return self._advertisers

    def _slices(self, window: Window) -> Iterator[Days | None]:
        if not isinstance(window, Days):
            yield None
            return
        first = max(window.first, self._today - _KEPT)
        while first <= window.last:
            last = min(window.last, first + _SLICE - timedelta(days=1))
            yield Days(first=first, last=last)
            first = last + timedelta(days=1)

    def _asked(self, customer: str, gaql: str) -> list[Row]:
        """Ask one query, with a fresh token where the old one is refused; skip closed customers."""
        try:
            return self._sent(customer, gaql)
        except _RefusedError as error:
            refused = error.refused
        if refused.is_stale_token:
            self._credentials.forget()
            try:
                return self._sent(customer, gaql)
            except _RefusedError as error:
                refused = error.refused
            raise refused.as_error(_METHOD)
        if refused.is_inactive_customer:
            _log.warning("a customer is not enabled and is skipped")
            return []
        raise refused.as_error(_METHOD)

    def _sent(self, customer: str, gaql: str) -> list[Row]:
        headers = {"Authorization": self._credentials.header()}
        if self._settings.login_customer_id:
            headers["login-customer-id"] = self._settings.login_customer_id
        if self._settings.developer_token:
            headers["developer-token"] = self._settings.developer_token.get_secret_value()
        request = Request(
            name=_METHOD,
            path=f"{VERSION}/customers/{customer}/{_METHOD}",
            json={"query": gaql},
            headers=headers,
        )
        return self._http.fetch(request, _read)


def _read(answer: Answer) -> list[Row]:
    rows: list[Row] = []
    try:
        for path, value in json_stream.values(answer.chunks(), _WANTED.__contains__):
            if path != "item.results.item":
                refused = refusal(value, answer.status)
                if refused.is_stale_token or refused.is_inactive_customer:
                    raise _RefusedError(refused)
                raise refused.as_error(_METHOD)
            rows.append(value)
    except json_stream.NotJson:
        failure = not_json(answer.status, _METHOD)
    else:
        if answer.status == 200:
            return rows
        failure = refusal({}, answer.status).as_error(_METHOD)
    raise failure


def _filled(gaql: str, days: Days | None) -> str:
    return gaql if days is None else gaql.format(first=days.first, last=days.last)


def _record(question: Question, row: Row) -> Record:
    written = json_stream.record_json(row)
    try:
        key = question.key(row)
        day = row["segments"]["date"] if "segments" in row else None
        cursor = datetime.combine(date.fromisoformat(day), time(), UTC) if day else None
    except (KeyError, TypeError, ValueError):
        msg = "a row lacks what identifies it"
        failure = ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)
    else:
        return Record(key=key, payload=written.payload, cursor=cursor, original=written.original)
    raise failure
