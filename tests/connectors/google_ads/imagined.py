"""An imagined Google: a token endpoint and `searchStream`, answered by a test's own functions."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import httpx

from connectors.google_ads import SOURCE
from connectors.google_ads.client import GoogleAds
from connectors.stream import Account, Changes, Days, Record, Window
from tests.connectors.clock import Clock

MANAGER, SHOP, BRANCH = "1000000001", "2000000002", "3000000003"
SECRETS = {
    "client_secret": "GOCSPX-canary+of/client=9",
    "refresh_token": "1//canary-of-refresh+token/9",
    "developer_token": "canary.of.developer~token9",
}
ACCESS = "ya29.canary-of-access_token+9/"
NOVEMBER = Days(first=date(2026, 11, 1), last=date(2026, 11, 30))

Answer = Callable[[str, str], httpx.Response]
"""Takes customer and query."""


def chunks(*parts: Sequence[Mapping[str, Any]]) -> httpx.Response:
    """Return an answer of `searchStream`; a part without rows has no `results`, as at Google."""
    body = [{"results": list(rows)} if rows else {} for rows in parts]
    return httpx.Response(200, json=[{**part, "requestId": "req-1"} for part in body])


def failed(
    status: int,
    kind: str = "",
    code: str = "",
    *,
    name: str = "INVALID_ARGUMENT",
    retry_delay: str | None = None,
    is_wrapped: bool = True,
) -> httpx.Response:
    """Return an error document, wrapped in an array as `searchStream` does."""
    document = {"error": error(status, kind, code, name=name, retry_delay=retry_delay)}
    return httpx.Response(status, json=[document] if is_wrapped else document)


def error(
    status: int, kind: str, code: str, *, name: str, retry_delay: str | None = None
) -> dict[str, Any]:
    found: dict[str, Any] = {"code": status, "message": "canary of a record", "status": name}
    if code:
        one: dict[str, Any] = {"errorCode": {kind: code}, "message": "canary of a record"}
        if retry_delay:
            one["details"] = {"quotaErrorDetails": {"rateScope": "X", "retryDelay": retry_delay}}
        failure = {"@type": "…GoogleAdsFailure", "errors": [one], "requestId": "req-1"}
        found["details"] = [{"@type": "type.googleapis.com/google.rpc.Help"}, failure]
    return found


def customer(number: str, **fields: Any) -> dict[str, Any]:
    return {"customer": {"id": number, "currencyCode": "USD", **fields}}


def day_row(number: str, campaign: str, day: str, micros: str = "1250000") -> dict[str, Any]:
    return {
        **customer(number),
        "campaign": {"id": campaign, "name": "Brand"},
        "segments": {"date": day},
        "metrics": {"costMicros": micros, "clicks": "3", "impressions": "40", "conversions": 1.5},
    }


class Google:
    """Answers a client, and keeps what it was asked.

    Args:
        answers: by what a query selects from; each takes customer and query.
        token: answers the token endpoint; None issues tokens.
    """

    def __init__(
        self, answers: Mapping[str, Answer], token: Callable[[], httpx.Response] | None = None
    ) -> None:
        self.answers = answers
        self.token = token
        self.clock = Clock()
        self.today = date(2026, 11, 24)
        self.shared = tempfile.mkdtemp()
        self.asked: list[tuple[str, str]] = []
        self.requests: list[httpx.Request] = []
        self.forms: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            form = parse_qs(request.content.decode())
            self.forms.append({name: values[0] for name, values in form.items()})
            if self.token is not None:
                return self.token()
            issued = f"{ACCESS}{len(self.forms)}"
            return httpx.Response(200, json={"access_token": issued, "expires_in": 3599})
        self.requests.append(request)
        found = re.fullmatch(r"/v26/customers/(\d+)/googleAds:searchStream", request.url.path)
        assert found, request.url.path
        query = json.loads(request.content)["query"]
        resource = query.partition(" FROM ")[2].split()[0]
        key = f"{resource} days" if "segments.date" in query else resource
        self.asked.append((found[1], key))
        return self.answers[key](found[1], query)

    def client(self, *, attempts: int = 3, **settings: Any) -> GoogleAds:
        """Return a client of this Google."""
        given = {
            "customer_id": SHOP,
            "client_id": "client",
            **SECRETS,
            "base_url": "https://ads.example",
            "token_url": "https://ads.example/token",
            **settings,
        }
        return GoogleAds(
            Account(name="main", settings=SOURCE.settings(**given), shared=self.shared),
            transport=httpx.MockTransport(self),
            patience=self.clock.patience(attempts=attempts),
            today=lambda: self.today,
            now=self.clock,
        )


def shop(**days: Answer) -> Google:
    """Return a Google with one customer; `days` answers for campaigns by day."""
    return Google(
        {
            "customer": lambda number, _: chunks([customer(number)]),
            "campaign days": days.get("days", lambda *_: chunks([])),
        }
    )


def read(client: GoogleAds, stream: str, window: Window | None = None) -> list[Record]:
    """Return a stream's records."""
    if window is None:
        window = NOVEMBER if stream == "campaign_days" else Changes()
    pages = client.pages(SOURCE.stream(stream), window)
    return [record for page in pages for record in page.records]
