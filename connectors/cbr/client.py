"""The bank's rates of the configured currencies, open for reading.

Not here: what the documents look like (`answers.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import time as wall_clock
from typing import cast

import httpx
from pydantic import SecretStr

from connectors.cbr.answers import DAILY, RANGE, SOURCE_NAME, DailyList, Quote, SetRate
from connectors.cbr.answers import daily as read_daily
from connectors.cbr.answers import rates as read_rates
from connectors.cbr.settings import ALL, Settings
from connectors.errors import ContractBroken, Misconfigured
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience, Request
from connectors.limiter import SharedBucket
from connectors.stream import Account, Days, Page, Record, SourceTotal, Stream, Traffic, Window

_BURST, _PER_SECOND = 5, 2.0
_MOST_BYTES = 8 << 20
"""A range of a year is some 40 kB."""


class CentralBank:
    """One configured reading of the bank's rates.

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
        self._currencies = settings.currencies
        self._setting = f"{SOURCE_NAME}__{account.name}__currencies".upper()
        self._traffic = Traffic()
        self._newest: DailyList | None = None
        self._http = HttpClient(
            source=SOURCE_NAME,
            base_url=SecretStr(settings.base_url),
            traffic=self._traffic,
            limiter=SharedBucket(
                Path(account.shared) / "bank.pace",
                capacity=_BURST,
                per_second=_PER_SECOND,
                clock=clock,
                sleep=patience.sleep,
            ),
            transport=transport,
            patience=patience,
            max_answer_bytes=_MOST_BYTES,
        )

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: anybody may read the rates."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield a page for each currency; see `stream.Client`.

        Raises:
            Misconfigured: a currency is not on the bank's list.
            ContractBroken: also where a range lacks the rate that the daily list shows.
        """
        days = _days(stream, window)
        shown = self._daily(days.last)
        for code, valute_id in self._ids(shown).items():
            found = self._range(valute_id, days)
            if code in shown.quotes and shown.set_for >= days.first:
                _agree(found, shown.quotes[code], shown.set_for)
            yield Page(records=tuple(_record(code, rate) for rate in found))

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: no stream here is kept in step by its keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return nothing: rates do not add up; `pages` holds them against the daily list."""
        del stream, window
        return ()

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def _daily(self, asked: date | None) -> DailyList:
        """Return the list that holds on a day; None asks for the newest."""
        params = {} if asked is None else {"date_req": _written(asked)}
        request = Request(name=DAILY, path="scripts/XML_daily.asp", verb="GET", params=params)
        return self._http.fetch(request, lambda answer: read_daily(answer, asked or date.max))

    def _range(self, valute_id: str, days: Days) -> tuple[SetRate, ...]:
        params = {
            "date_req1": _written(days.first),
            "date_req2": _written(days.last),
            "VAL_NM_RQ": valute_id,
        }
        request = Request(name=RANGE, path="scripts/XML_dynamic.asp", verb="GET", params=params)
        return self._http.fetch(request, lambda answer: read_rates(answer, valute_id, days))

    def _ids(self, shown: DailyList) -> Mapping[str, str]:
        """Return the bank's id of each wanted currency, whether it is quoted now or was then."""
        if self._newest is None:
            self._newest = self._daily(None)
        quotes = {**shown.quotes, **self._newest.quotes}
        wanted = sorted(quotes) if self._currencies == (ALL,) else self._currencies
        unknown = [code for code in wanted if code not in quotes]
        if unknown:
            msg = f"{self._setting} names {', '.join(unknown)}, which the bank does not quote"
            raise Misconfigured(msg, source=SOURCE_NAME)
        return {code: quotes[code].valute_id for code in wanted}


def _agree(found: tuple[SetRate, ...], quote: Quote, day: date) -> None:
    """Hold a range against the daily list: an empty range over landed days would erase them."""
    stated = {rate.day: (rate.nominal, rate.value) for rate in found}
    if stated.get(day) != (quote.nominal, quote.value):
        msg = f"the range lacks the rate that the daily list shows for {day}, or has another"
        raise ContractBroken(msg, source=SOURCE_NAME, method=RANGE)


def _days(stream: Stream, window: Window) -> Days:
    if isinstance(window, Days):
        return window
    msg = f"{stream.name} is read by days"
    raise ValueError(msg)


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _record(code: str, rate: SetRate) -> Record:
    return Record(
        key=f"{code}|{rate.day}",
        payload=rate.json.payload,
        cursor=datetime.combine(rate.day, time(), UTC),
        original=rate.json.original,
    )
