"""One Yandex Direct advertiser, open for reading.

Not here: how a report is asked for and waited for (`reports.py`), what errors mean (`verdicts.py`).
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import chain
from pathlib import Path
from time import time as wall_clock
from typing import Annotated, cast

import httpx
import msgspec
from pydantic import SecretStr

from connectors import json_stream
from connectors.errors import ContractBroken, Unavailable
from connectors.http import DEFAULT_PATIENCE, Answer, HttpClient, Patience, Request
from connectors.limiter import SharedBucket
from connectors.stream import Account, Days, Page, Record, SourceTotal, Stream, Traffic, Window
from connectors.yandex_direct.pending import PendingReports
from connectors.yandex_direct.reports import Found, Report, Reports
from connectors.yandex_direct.settings import Settings
from connectors.yandex_direct.streams import ACCOUNT_DAYS
from connectors.yandex_direct.verdicts import SOURCE_NAME, as_refusal, refusal

_METHOD = "clients.get"
_FIELDS = ("ClientId", "ClientInfo", "Login", "Currency", "CountryId", "VatRate", "Type")
_WANTED = frozenset({"result.Clients.item", "error"})
_OK = 200
_UNITS = re.compile(r"[0-9]+/[0-9]+/[0-9]+")

_BURST, _PER_SECOND = 5, 1.5
"""Twenty requests within any ten seconds: the burst and ten seconds of the pace together."""

_ATTEMPTS = 4
"""A report whose building failed rarely succeeds later on."""

_log = logging.getLogger(__name__)


class _Advertiser(msgspec.Struct, frozen=True, rename="pascal"):
    """What an advertiser's record has to hold."""

    login: Annotated[str, msgspec.Meta(min_length=1)]
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]


class YandexDirect:
    """One configured advertiser.

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
        patience = replace(patience, attempts=min(patience.attempts, _ATTEMPTS))
        shared, user = Path(account.shared), _user(settings.token)
        self._headers = _headers(settings)
        self._traffic = Traffic()
        self._known: tuple[_Advertiser, Record] | None = None
        self._http = HttpClient(
            source=SOURCE_NAME,
            base_url=SecretStr(settings.base_url),
            traffic=self._traffic,
            limiter=SharedBucket(
                shared / f"{user}.pace",
                capacity=_BURST,
                per_second=_PER_SECOND,
                clock=clock,
                sleep=patience.sleep,
            ),
            secrets=(settings.token,),
            transport=transport,
            patience=patience,
        )
        self._reports = Reports(
            self._http,
            pending=PendingReports(shared / f"{account.name}.reports", clock=clock),
            headers=self._headers,
            patience=patience,
            traffic=self._traffic,
        )

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: an advertiser that can be read has every stream."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield the advertiser, or a page for each month of the window; see `stream.Client`."""
        advertiser, record = self._advertiser()
        if "report" not in stream.request:
            yield Page(records=(record,))
            return
        report = cast("Report", stream.request["report"])
        for month in _days(stream, window).by_month():
            for found in self._reports.rows(report, month):
                yield Page(records=tuple(_record(advertiser.login, row) for row in found))

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: no stream here is kept in step by its keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return the advertiser's spend of each day, with VAT, as a report of the whole account."""
        if "report" not in stream.request:
            return ()
        advertiser, _ = self._advertiser()
        return tuple(
            SourceTotal(
                stream=stream.name,
                measure="spend",
                value=str(row.cells["Cost"]),
                day=row.day,
                currency_code=advertiser.currency,
            )
            for found in self._reports.rows(ACCOUNT_DAYS, _days(stream, window))
            for row in found
        )

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def _advertiser(self) -> tuple[_Advertiser, Record]:
        """Return the advertiser; asked for once, and before its reports, whose keys hold it."""
        if self._known is None:
            body = {"method": "get", "params": {"FieldNames": _FIELDS}}
            request = Request(
                name=_METHOD, path="json/v5/clients", json=body, headers=self._headers
            )
            self._known = self._http.fetch(request, _read)
        return self._known


def _read(answer: Answer) -> tuple[_Advertiser, Record]:
    if answer.status != _OK:
        raise refusal(answer).as_error(_METHOD)
    chunks = answer.chunks()
    first = next((chunk for chunk in chunks if chunk.strip()), b"")
    if first and not first.lstrip().startswith(b"{"):
        msg = "the server answered with something else than JSON: a page for people, or a proxy's"
        raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)
    found: list[object] = []
    try:
        for path, value in json_stream.values(chain((first,), chunks), _WANTED.__contains__):
            if path == "error":
                raise as_refusal(value, answer).as_error(_METHOD)
            found.append(value)
    except json_stream.NotJson:
        msg = "the answer ended before it was complete"
        failure = Unavailable(msg, source=SOURCE_NAME, method=_METHOD)
    else:
        _note_points(answer.headers.get("Units", ""))
        return _only(found)
    raise failure


def _only(found: list[object]) -> tuple[_Advertiser, Record]:
    """Hold the one record against its shape; msgspec's text names a field, never a value."""
    if len(found) != 1:
        msg = f"expected one advertiser, the answer holds {len(found)}; set CLIENT_LOGIN"
        raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)
    try:
        advertiser = msgspec.convert(found[0], _Advertiser)
    except msgspec.ValidationError as error:
        msg = f"the advertiser is not as the API describes it: {error}"
    else:
        written = json_stream.record_json(found[0])
        return advertiser, Record(
            key=advertiser.login, payload=written.payload, original=written.original
        )
    raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)


def _note_points(units: str) -> None:
    """Log what the call has left of the advertiser's points (`Units: spent/left/daily`)."""
    if _UNITS.fullmatch(units):
        spent, left, daily = units.split("/")
        _log.info("yandex_direct: %s points spent, %s of %s left", spent, left, daily)


def _days(stream: Stream, window: Window) -> Days:
    if isinstance(window, Days):
        return window
    msg = f"{stream.name} is read by days"
    raise ValueError(msg)


def _record(login: str, row: Found) -> Record:
    return Record(
        key=f"{login}|{row.cells['CampaignId']}|{row.day}",
        payload=row.json.payload,
        cursor=datetime.combine(row.day, time(), UTC),
        original=row.json.original,
    )


def _headers(settings: Settings) -> dict[str, str]:
    headers = {
        "Authorization": f"Bearer {settings.token.get_secret_value()}",
        "Accept-Language": "en",
    }
    if settings.client_login is not None:
        headers["Client-Login"] = settings.client_login
    return headers


def _user(token: SecretStr) -> str:
    """Name what the token's accounts share, without showing the token."""
    return hashlib.sha256(token.get_secret_value().encode()).hexdigest()[:16]
