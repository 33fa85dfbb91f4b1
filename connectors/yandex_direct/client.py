"""One Yandex Direct advertiser, open for reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

import httpx
from pydantic import SecretStr

from connectors import json_stream
from connectors.answer import Answer
from connectors.errors import ContractBroken, Unavailable
from connectors.http import DEFAULT_PATIENCE, HttpClient, Patience, Request
from connectors.limiter import SharedBucket
from connectors.stream import Account, Days, Page, Record, SourceTotal, Stream, Traffic, Window
from connectors.yandex_direct.pending import PendingReports
from connectors.yandex_direct.reports import Reports, Row
from connectors.yandex_direct.settings import Settings
from connectors.yandex_direct.verdicts import SOURCE_NAME, as_error

_CLIENTS = "clients.get"
_CLIENT_FIELDS = ("ClientId", "Login", "Currency", "Type", "VatRate", "CountryId")
_BURST, _PER_SECOND = 20, 2.0
_SLICE = timedelta(days=92)
_OK = 200


class YandexDirect:
    """One configured advertiser.

    Args:
        account: as configured.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
    """

    def __init__(
        self,
        account: Account,
        *,
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        settings = cast("Settings", account.settings)
        self._traffic = Traffic()
        self._headers = {
            "Authorization": f"Bearer {settings.token.get_secret_value()}",
            "Accept-Language": "en",
        }
        if settings.client_login:
            self._headers["Client-Login"] = settings.client_login
        shared = Path(account.shared)
        owner = _owner(settings)
        self._http = HttpClient(
            source=SOURCE_NAME,
            base_url=SecretStr(settings.base_url),
            traffic=self._traffic,
            limiter=SharedBucket(
                shared / f"pace-{owner}.json",
                capacity=_BURST,
                per_second=_PER_SECOND,
                sleep=patience.sleep,
            ),
            secrets=(settings.token,),
            transport=transport,
            patience=patience,
        )
        self._reports = Reports(
            self._http,
            pending=PendingReports(shared / f"reports-{owner}.json"),
            headers=self._headers,
            patience=patience,
        )
        self._login: str | None = settings.client_login

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: an advertiser that can be seen has every stream."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield the advertiser, or a page for each slice of the window; see `stream.Client`."""
        if not isinstance(window, Days):
            yield Page(records=tuple(_client_record(client) for client in self._clients()))
            return
        login = self._known_login()
        report = cast("Mapping[str, object]", stream.request["report"])
        for days in _slices(window):
            for _, rows in self._reports.rows(report, days):
                yield Page(records=tuple(_day_record(login, row) for row in rows))

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Yield nothing: no stream here is kept in step by its keys."""
        del stream
        yield from ()

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return the advertiser's spend of each day as a report of its own, with VAT."""
        if not isinstance(window, Days):
            return ()
        report = cast("Mapping[str, object]", stream.request["totals"])
        currency = str(self._clients()[0].get("Currency") or "") or None
        return tuple(
            SourceTotal(
                stream=stream.name,
                measure="spend",
                value=row["Cost"] or "0",
                day=date.fromisoformat(row["Date"] or ""),
                currency_code=currency,
            )
            for days in _slices(window)
            for _, rows in self._reports.rows(report, days)
            for row in rows
        )

    def close(self) -> None:
        """Release connections."""
        self._http.close()

    def _known_login(self) -> str:
        if self._login is None:
            self._login = str(self._clients()[0]["Login"])
        return self._login

    def _clients(self) -> list[Mapping[str, Any]]:
        body = {"method": "get", "params": {"FieldNames": _CLIENT_FIELDS}}
        request = Request(name=_CLIENTS, path="json/v5/clients", json=body, headers=self._headers)
        return self._http.fetch(request, _read_clients)


def _read_clients(answer: Answer) -> list[Mapping[str, Any]]:
    wanted = {"result.Clients.item", "error"}
    clients: list[Mapping[str, Any]] = []
    request_id = answer.headers.get("RequestId")
    try:
        for path, value in json_stream.values(answer.chunks(), wanted.__contains__):
            if path == "error":
                raise as_error(value, answer.status, _CLIENTS, request_id)
            clients.append(value)
    except json_stream.NotJson:
        msg = f"the answer is not JSON, or ends too early (HTTP {answer.status})"
        failure = Unavailable(msg, source=SOURCE_NAME, method=_CLIENTS)
    else:
        if answer.status == _OK and clients:
            return clients
        if answer.status == _OK:
            msg = "the answer names no advertiser"
            raise ContractBroken(msg, source=SOURCE_NAME, method=_CLIENTS)
        failure = as_error({}, answer.status, _CLIENTS, request_id)
    raise failure


def _slices(window: Days) -> Iterator[Days]:
    first = window.first
    while first <= window.last:
        last = min(window.last, first + _SLICE - timedelta(days=1))
        yield Days(first=first, last=last)
        first = last + timedelta(days=1)


def _client_record(client: Mapping[str, Any]) -> Record:
    written = json_stream.record_json(client)
    return Record(key=str(client["Login"]), payload=written.payload, original=written.original)


def _day_record(login: str, row: Row) -> Record:
    written = json_stream.record_json(row)
    try:
        day = date.fromisoformat(row["Date"] or "")
        Decimal(row["Cost"] or "")
    except (ValueError, InvalidOperation):
        msg = "a row of the report has no day or no cost"
        failure = ContractBroken(msg, source=SOURCE_NAME, method="reports")
    else:
        return Record(
            key=f"{login}|{row['CampaignId']}|{day}",
            payload=written.payload,
            cursor=datetime.combine(day, time(), UTC),
            original=written.original,
        )
    raise failure


def _owner(settings: Settings) -> str:
    """Name the advertiser's files without showing its token."""
    return hashlib.sha256(
        f"{settings.client_login}|{settings.token.get_secret_value()}".encode()
    ).hexdigest()[:16]
