"""An imagined Yandex Direct, answered by a test's own functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from connectors.stream import Account, Days, Record, Window
from connectors.yandex_direct import SOURCE
from connectors.yandex_direct.client import YandexDirect
from tests.connectors.clock import Clock

LOGIN = "romashka-ads"
TOKEN = "y0_canary+of/a-token=9"
HEADER = "\t".join(
    (
        *("Date", "CampaignId", "CampaignName", "CampaignType"),
        *("Impressions", "Clicks", "Cost", "Conversions", "Revenue"),
    )
)
NOVEMBER = Days(first=date(2026, 11, 1), last=date(2026, 11, 30))

Answer = Callable[[Mapping[str, Any]], httpx.Response]
"""Takes a report's parameters."""


def line(day: str = "2026-11-01", campaign: str = "7", cost: str = "1250.50", **cells: str) -> str:
    """Return a row of a report."""
    given = {"name": "Бренд", "type": "TEXT_CAMPAIGN", "shown": "40", "clicks": "3", "conv": "--"}
    given |= cells
    given.setdefault("revenue", "--")
    texts = (given["name"], given["type"], given["shown"], given["clicks"], cost, given["conv"])
    return "\t".join((day, campaign, *texts, given["revenue"]))


def text(lines: Sequence[str], header: str = HEADER) -> str:
    """Return a complete report."""
    return "".join(f"{each}\n" for each in (header, *lines, f"Total rows: {len(lines)}"))


def report(*lines: str, body: str | bytes | None = None) -> httpx.Response:
    """Return an answer with a report."""
    content = text(lines) if body is None else body
    kind = {"content-type": "text/tab-separated-values; charset=utf-8"}
    raw = content.encode() if isinstance(content, str) else content
    return httpx.Response(200, content=raw, headers=kind)


def queued(status: int = 201, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers)


def failed(code: int | str, status: int = 400) -> httpx.Response:
    error = {
        "request_id": "8695244274068608439",
        "error_code": code,
        "error_string": "canary of a record",
        "error_detail": "canary of a record",
    }
    return httpx.Response(status, json={"error": error})


def advertiser(**fields: Any) -> httpx.Response:
    found = {"Login": LOGIN, "ClientInfo": "Ромашка", "Currency": "RUB", "ClientId": 77, **fields}
    return httpx.Response(
        200, json={"result": {"Clients": [found]}}, headers={"Units": "10/20828/64000"}
    )


class Direct:
    """Answers a client, and keeps what it was asked.

    Args:
        reports: answers the Reports service.
        clients: answers `clients.get`.
        bare: answers reports without VAT; else they are what the last one with VAT was.
    """

    def __init__(
        self,
        reports: Answer,
        clients: Callable[[], httpx.Response] = advertiser,
        bare: Answer | None = None,
    ) -> None:
        self.reports = reports
        self.clients = clients
        self.bare = bare
        self._last: dict[str, httpx.Response] = {}
        self.clock = Clock()
        self.bodies: list[bytes] = []
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path == "/json/v5/clients":
            assert json.loads(request.content)["method"] == "get"
            return self.clients()
        assert request.url.path == "/json/v5/reports", request.url.path
        params = json.loads(request.content)["params"]
        period = json.dumps(params["SelectionCriteria"])
        if params["IncludeVAT"] == "NO":
            last = self._last[period]
            if self.bare is not None:
                return self.bare(params)
            return httpx.Response(last.status_code, content=last.content)
        self.bodies.append(request.content)
        self._last[period] = self.reports(params)
        return self._last[period]

    @property
    def names(self) -> list[str]:
        """The names of the reports with VAT that were asked for, in their order."""
        return [json.loads(body)["params"]["ReportName"] for body in self.bodies]

    def client(self, shared: Path, **settings: Any) -> YandexDirect:
        """Return a client of this Direct."""
        given = {
            "token": TOKEN,
            "client_login": LOGIN,
            "base_url": "https://direct.example",
            **settings,
        }
        return YandexDirect(
            Account(name="main", settings=SOURCE.settings(**given), shared=str(shared)),
            transport=httpx.MockTransport(self),
            patience=self.clock.patience(),
            clock=self.clock,
        )


def read(client: YandexDirect, window: Window = NOVEMBER) -> list[Record]:
    """Return the campaign days of a window."""
    pages = client.pages(SOURCE.stream("campaign_days"), window)
    return [record for page in pages for record in page.records]
