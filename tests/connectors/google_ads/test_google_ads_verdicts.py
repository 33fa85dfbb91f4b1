"""Google's errors: what each means for the caller, and that nothing secret goes with it."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Deferred,
    Misconfigured,
    Moved,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.google_ads import queries, verdicts
from connectors.google_ads.version import SUNSET_ON, VERSION, sunset_warning
from tests.connectors.canary import leaked, told
from tests.connectors.google_ads.imagined import (
    ACCESS,
    SECRETS,
    SHOP,
    Google,
    chunks,
    customer,
    failed,
    read,
    shop,
)

SAMPLES = Path(__file__).with_name("samples")
PAGE = "<!DOCTYPE html><title>Error 404</title>"
CANARIES = {*SECRETS.values(), ACCESS, "canary of a record"}

CASES: list[tuple[httpx.Response, type[ConnectorError], str, int]] = [
    (failed(429, "quotaError", "RESOURCE_EXHAUSTED", retry_delay="40591s"), Deferred, "40591", 1),
    (failed(429, "quotaError", "RESOURCE_EXHAUSTED", retry_delay="20s"), RateLimited, "quota", 3),
    (failed(429, "quotaError", "RESOURCE_EXHAUSTED"), RateLimited, "quota", 3),
    (failed(429, "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED"), RateLimited, "requests", 3),
    (failed(429, is_wrapped=False), RateLimited, "too many requests", 3),
    (failed(500, "internalError", "INTERNAL_ERROR", name="INTERNAL"), Unavailable, "failed", 3),
    (failed(503, name="UNAVAILABLE", is_wrapped=False), Unavailable, "not available", 3),
    (failed(504, name="DEADLINE_EXCEEDED"), TimedOut, "in time", 3),
    (httpx.Response(502, text=PAGE), Unavailable, "502", 3),
    (httpx.Response(503, json={}), Unavailable, "503", 3),
    (failed(403, "authorizationError", "USER_PERMISSION_DENIED"), Unauthorized, "LOGIN_CUST", 1),
    (
        failed(403, "authorizationError", "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION"),
        Unauthorized,
        "test accounts only",
        1,
    ),
    (
        failed(401, "authenticationError", "DEVELOPER_TOKEN_INVALID", name="UNAUTHENTICATED"),
        Unauthorized,
        "DEVELOPER_TOKEN",
        1,
    ),
    (failed(400, "authenticationError", "CUSTOMER_NOT_FOUND"), Misconfigured, "CUSTOMER_ID", 1),
    (failed(400, "queryError", "UNRECOGNIZED_FIELD"), Rejected, "UNRECOGNIZED_FIELD", 1),
    (failed(400, "requestError", "UNSUPPORTED_VERSION"), Rejected, "update this product", 1),
    (httpx.Response(404, text=PAGE), Rejected, "update this product", 1),
    (httpx.Response(403, text=PAGE), Unauthorized, "right", 1),
    (httpx.Response(200, text=PAGE), ContractBroken, "else than JSON", 1),
    (httpx.Response(200, json={"results": []}), ContractBroken, "no list", 1),
    (httpx.Response(200, text=""), Unavailable, "complete", 3),
    (httpx.Response(302, headers={"location": "https://x.example"}), Moved, "redirect", 1),
    (httpx.Response(400, json=[{"error": "canary of a record"}]), Rejected, "400", 1),
    (httpx.Response(400, json=[{"error": {"details": [7, {"errors": [7]}]}}]), Rejected, "400", 1),
]


@pytest.mark.parametrize(
    ("answer", "kind", "said", "calls"), CASES, ids=[f"{c[0].status_code}-{c[2]}" for c in CASES]
)
def test_an_error_says_what_to_do(
    answer: httpx.Response,
    kind: type[ConnectorError],
    said: str,
    calls: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    google = shop(days=lambda *_: answer)
    with pytest.raises(ConnectorError) as caught:
        read(google.client(), "campaign_days")
    assert type(caught.value) is kind
    assert said in str(caught.value)
    assert google.asked.count((SHOP, "campaign days")) == calls
    assert leaked(CANARIES, told(caught.value) + caplog.text) == set()


def test_the_search_for_leaks_finds_one() -> None:
    planted = ValueError(f"https://ads.example/?t={ACCESS}")
    assert leaked(CANARIES, told(planted)) == {ACCESS}


def test_googles_id_of_the_request_is_kept() -> None:
    google = shop(days=lambda *_: failed(400, "queryError", "BAD_VALUE"))
    with pytest.raises(Rejected, match="req-1") as caught:
        read(google.client(), "campaign_days")
    assert (caught.value.code, caught.value.request_id) == ("BAD_VALUE", "req-1")


def test_a_stated_wait_is_kept_to() -> None:
    answers = [failed(429, "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED", retry_delay="42.5s")]
    google = shop(days=lambda *_: answers.pop() if answers else chunks([]))
    read(google.client(), "campaign_days")
    assert google.clock.slept == [42.5]


TOKEN_CASES: list[tuple[httpx.Response, type[ConnectorError], str, int]] = [
    (httpx.Response(400, json={"error": "invalid_grant"}), Unauthorized, "seven days", 1),
    (httpx.Response(401, json={"error": "invalid_client"}), Unauthorized, "CLIENT_SECRET", 1),
    (httpx.Response(400, json={"error": "invalid_scope"}), Rejected, "invalid_scope", 1),
    (httpx.Response(400, json={"error": "canary of a record"}), Rejected, "400", 1),
    (httpx.Response(503, text=PAGE), Unavailable, "503", 3),
    (httpx.Response(429, json={}), RateLimited, "too often", 3),
    (httpx.Response(200, text=PAGE), ContractBroken, "no access token", 1),
    (httpx.Response(200, json={"access_token": 7, "expires_in": 1}), ContractBroken, "token", 1),
    (httpx.Response(302, headers={"location": "https://x.example"}), Moved, "redirect", 1),
]


@pytest.mark.parametrize(
    ("answer", "kind", "said", "calls"),
    TOKEN_CASES,
    ids=[f"{c[0].status_code}-{c[2]}" for c in TOKEN_CASES],
)
def test_a_refused_credential_says_what_to_do(
    answer: httpx.Response,
    kind: type[ConnectorError],
    said: str,
    calls: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    google = Google({}, token=lambda: answer)
    with pytest.raises(ConnectorError) as caught:
        read(google.client(), "campaign_days")
    assert type(caught.value) is kind
    assert said in str(caught.value)
    assert len(google.forms) == calls
    assert google.requests == []
    assert leaked(CANARIES, told(caught.value) + caplog.text) == set()


@pytest.mark.parametrize(
    "fault", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError]
)
def test_a_broken_connection_tells_no_secret(
    fault: type[httpx.TransportError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def broken(request: httpx.Request) -> httpx.Response:
        said = f"{request.url} {request.headers} {request.content!r}"
        raise fault(said, request=request)

    google = shop()
    client = google.client()
    google.answers = {"customer": lambda number, _: chunks([customer(number)])}
    client._http._client = httpx.Client(transport=httpx.MockTransport(broken))
    with pytest.raises((Unavailable, TimedOut)) as caught:
        read(client, "campaign_days")
    assert leaked(CANARIES, told(caught.value) + caplog.text) == set()


def codes() -> Iterator[str]:
    """Yield every error code of v26 that the samples list (Apache-2.0, see SOURCE.md)."""
    for path in SAMPLES.glob("errors.*.tsv"):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row[1] for row in csv.reader(file, delimiter="\t"))


RPC = {"UNAUTHENTICATED", "INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED"}
"""Statuses of google.rpc.Code, which stand beside Google's own codes."""


def test_every_code_that_is_judged_exists() -> None:
    judged = {*verdicts._KNOWN, *verdicts.STALE_TOKEN}
    assert judged - set(codes()) - RPC == set()


@pytest.mark.parametrize(
    "query",
    [query for query in vars(queries).values() if isinstance(query, queries.Query)],
    ids=lambda query: query.shape.__name__,
)
def test_every_field_that_is_selected_exists(query: queries.Query) -> None:
    files = {
        "customer": "resources.Customer.fields.tsv",
        "customer_client": "resources.CustomerClient.fields.tsv",
        "campaign": "resources.Campaign.fields.tsv",
        "ad_group": "resources.AdGroup.fields.tsv",
        "ad_group_ad": "resources.AdGroupAd.fields.tsv",
        "ad_group_ad.ad": "resources.Ad.fields.tsv",
        "ad_group_criterion": "resources.AdGroupCriterion.fields.tsv",
        "click_view": "resources.ClickView.fields.tsv",
        "metrics": "common.Metrics.fields.tsv",
        "segments": "common.Segments.fields.tsv",
    }
    # Of messages within a resource, the lists name the type alone (KeywordInfo).
    known = {
        f"{path}.{field}"
        for path in ("ad_group_criterion.keyword", "click_view.keyword_info")
        for field in ("text", "match_type")
    }
    for prefix, name in files.items():
        with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            # The message classes spell `type` with an underscore, the language does not.
            known |= {f"{prefix}.{row['gaql_name'].rstrip('_')}" for row in rows}
    assert set(query.select.split(", ")) - known == set()


def test_the_end_of_the_version_is_told_sixty_days_ahead() -> None:
    assert SUNSET_ON.year == 2027
    assert sunset_warning(date(2027, 9, 1)) is None
    warning = sunset_warning(date(2027, 9, 2))
    assert warning is not None
    assert VERSION in warning
    assert "November 2027" in warning
    assert sunset_warning(date(2028, 1, 1)) is not None
