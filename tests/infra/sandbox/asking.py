"""Ways to ask a served world: through public clients, and through the advertising APIs."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import warnings
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from b24pysdk import BitrixWebhook
from b24pysdk.errors import BitrixSDKException
from fast_bitrix24 import BitrixAsync

from infra.sandbox.store import DEAL
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.tiny_world import CUSTOMER, LOGIN, MANAGER


def google_token(world: Served) -> str:
    """Return an access token, got as the product gets it."""
    settings = world.settings
    response = world.client.post(
        settings["GOOGLE_ADS__MAIN__TOKEN_URL"],
        data={
            "grant_type": "refresh_token",
            "client_id": settings["GOOGLE_ADS__MAIN__CLIENT_ID"],
            "client_secret": settings["GOOGLE_ADS__MAIN__CLIENT_SECRET"],
            "refresh_token": settings["GOOGLE_ADS__MAIN__REFRESH_TOKEN"],
        },
    )
    return response.json()["access_token"]


def google_search(world: Served, query: str, customer: str = CUSTOMER, **headers: str) -> Any:
    """Run a query over `searchStream` and return the answer's JSON."""
    response = world.client.post(
        f"{world.http_url}/v26/customers/{customer}/googleAds:searchStream",
        json={"query": query},
        headers={
            "Authorization": f"Bearer {google_token(world)}",
            "login-customer-id": MANAGER,
            **headers,
        },
    )
    return response.json()


def direct_report(world: Served, **changed: Any) -> list[str]:
    """Return the lines of a short Yandex Direct report, columns and summary included."""
    response = world.client.post(
        f"{world.http_url}/json/v5/reports",
        json={"params": direct_params(**changed)},
        headers={
            "Authorization": "Bearer tiny-token",
            "Client-Login": LOGIN,
            "returnMoneyInMicros": "false",
            "skipReportHeader": "true",
        },
    )
    assert response.status_code == 200, response.text
    return response.text.splitlines()


def direct_params(**changed: Any) -> dict[str, Any]:
    """Return the parameters of a report of campaigns by day."""
    return {
        "SelectionCriteria": {"DateFrom": "2026-11-01", "DateTo": "2026-11-20"},
        "FieldNames": ["Date", "CampaignId", "CampaignName", "Cost", "Conversions"],
        "ReportName": "judge",
        "ReportType": "CUSTOM_REPORT",
        "DateRangeType": "CUSTOM_DATE",
        "Format": "TSV",
        "IncludeVAT": "YES",
        **changed,
    }


def google_days(world: Served) -> list[dict[str, Any]]:
    chunks = google_search(
        world,
        "SELECT campaign.id, segments.date, metrics.cost_micros, metrics.impressions,"
        " metrics.conversions FROM campaign"
        " WHERE segments.date BETWEEN '2026-11-02' AND '2026-11-15'",
    )
    return [row for chunk in chunks for row in chunk.get("results", [])]


def read_with_fast_bitrix24(
    world: Served, method: str, params: Mapping[str, Any]
) -> list[dict[str, Any]]:
    # It writes whole answers into its log, which pytest would keep.
    logging.getLogger("fast_bitrix24").setLevel(logging.WARNING)

    async def read() -> list[dict[str, Any]]:
        client = BitrixAsync(world.settings["BITRIX24_WEBHOOK_URL"], verbose=False)
        return await client.get_all(method, dict(params))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return asyncio.run(read())


def read_with_b24pysdk(
    world: Served, method: str, params: Mapping[str, Any], *, counted: bool = False
) -> list[dict[str, Any]]:
    """Read by its fast list, which follows ids, or by its plain one, which counts and skips."""
    url = urlsplit(world.settings["BITRIX24_WEBHOOK_URL"])
    webhook = BitrixWebhook(
        domain=urlsplit(world.https_url).netloc,
        webhook_token=url.path.removeprefix("/rest/").strip("/"),
    )
    with patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": str(world.authority)}):
        try:
            listed = webhook.call_list if counted else webhook.call_list_fast
            return list(listed(method, dict(params))["result"])
        except BitrixSDKException as error:
            raise AssertionError(str(error)) from error


def stored_deals(world: Served) -> dict[int, dict[str, Any]]:
    rows = world.store.query(
        "SELECT payload FROM item WHERE entity_type_id = ? AND deleted = 0 ORDER BY id", (DEAL,)
    )
    deals = [json.loads(text, parse_float=Decimal) for (text,) in rows]
    return {deal["id"]: deal for deal in deals}


def stored_ids(world: Served) -> list[int]:
    return list(stored_deals(world))
