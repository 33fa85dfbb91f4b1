"""Staging of Google Ads: each level on the common vocabulary, conversions by action, clicks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from infra.postgres import Warehouse

CUSTOMER = {"id": "1234567890", "currencyCode": "USD", "timeZone": "America/New_York"}
CAMPAIGN = {"id": "701", "name": "Окна", "advertisingChannelType": "SEARCH"}
GROUP = {"id": "71", "name": "Группа", "status": "ENABLED", "type": "SEARCH_STANDARD"}
AD = {"status": "PAUSED", "ad": {"id": "7101", "type": "RESPONSIVE_SEARCH_AD", "name": ""}}
DAY = {"date": "2026-02-01"}
METRICS = {
    "costMicros": "122010001",
    "impressions": "100",
    "clicks": "10",
    "interactions": "11",
    "conversions": 1.5,
    "conversionsValue": 1500.5,
}
FIGURES = {
    "customer": CUSTOMER,
    "campaign": CAMPAIGN,
    "adGroup": GROUP,
    "segments": DAY,
    "metrics": METRICS,
}
CLICK_OF = {
    "gclid": "Cj0",
    "adGroupAd": "customers/1234567890/adGroupAds/71~7101",
    "keyword": "customers/1234567890/adGroupCriteria/71~9001",
    "keywordInfo": {"text": "окна купить", "matchType": "PHRASE"},
}
ACTION = {
    "conversionAction": "customers/1234567890/conversionActions/31",
    "conversionActionName": "Звонок",
    "conversionActionCategory": "PHONE_CALL_LEAD",
}
LANDED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "ad_groups": {"1|71": {"customer": CUSTOMER, "campaign": CAMPAIGN, "adGroup": GROUP}},
    "ads": {
        "1|71~7101": {
            "customer": CUSTOMER,
            "campaign": CAMPAIGN,
            "adGroup": GROUP,
            "adGroupAd": {
                "status": "PAUSED",
                "ad": {
                    "id": "7101",
                    "type": "RESPONSIVE_SEARCH_AD",
                    "finalUrls": ["https://a.example/", "https://b.example/"],
                    "finalUrlSuffix": "utm_source=google",
                },
            },
        },
        # One ad in a second ad group, without an address of its own.
        "1|72~7101": {
            "customer": CUSTOMER,
            "campaign": CAMPAIGN,
            "adGroup": {"id": "72"},
            "adGroupAd": AD,
        },
    },
    "ad_group_days": {"1|71|2026-02-01": FIGURES},
    "ad_days": {"1|71~7101|2026-02-01": FIGURES | {"adGroupAd": AD}},
    "keyword_days": {
        "1|71~9001|2026-02-01": FIGURES
        | {
            "adGroupCriterion": {
                "criterionId": "9001",
                "keyword": {"text": "окна купить", "matchType": "PHRASE"},
            },
        },
        # Zero figures may be left out of a row that is there for another figure.
        "1|71~9002|2026-02-02": {
            "customer": CUSTOMER,
            "campaign": CAMPAIGN,
            "adGroup": GROUP,
            "adGroupCriterion": {"criterionId": "9002"},
            "segments": {"date": "2026-02-02"},
            "metrics": {"impressions": "1"},
        },
    },
    "conversion_days": {
        "1|701~31|2026-02-01": {
            "customer": CUSTOMER,
            "campaign": CAMPAIGN,
            "segments": DAY | ACTION,
            "metrics": {"allConversions": 0.333333, "allConversionsValue": 0.1},
        }
    },
    "clicks": {
        "1|Cj0|2026-02-01": {
            "customer": CUSTOMER,
            "campaign": {"id": "701"},
            "adGroup": {"id": "71"},
            "clickView": CLICK_OF,
            "segments": DAY | {"device": "MOBILE", "adNetworkType": "SEARCH"},
            "metrics": {"clicks": "1"},
        },
        # Performance Max: no ad, no keyword, no ad group.
        "1|Cj1|2026-02-01": {
            "customer": CUSTOMER,
            "campaign": {"id": "702"},
            "clickView": {"gclid": "Cj1"},
            "segments": DAY,
            "metrics": {"clicks": "1"},
        },
    },
}


@pytest.fixture(scope="module")
def staged(module_warehouse: Warehouse, parsed: Any, land: Any) -> Warehouse:
    for stream, records in LANDED.items():
        land(module_warehouse, "google_ads", stream, records)
    chosen = ("--select", "path:models/staging/google_ads", "--indirect-selection", "cautious")
    parsed.build(*chosen, warehouse=module_warehouse)
    return module_warehouse


def rows(warehouse: Warehouse, columns: str, model: str) -> list[tuple[Any, ...]]:
    query = f"select {columns} from staging.stg_google_ads__{model} order by 1, 2"  # noqa: S608
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("model", "ids", "expected"),
    [
        ("ad_group_days", "ad_group_id, ad_group_name", ("71", "Группа")),
        ("ad_days", "ad_group_id, ad_id, ad_name", ("71", "7101", None)),
        ("keyword_days", "keyword_id, keyword_text", ("9001", "окна купить")),
    ],
)
def test_a_level_is_typed_on_the_common_vocabulary(
    model: str, ids: str, expected: tuple[Any, ...], staged: Warehouse
) -> None:
    assert rows(staged, ids, model)[0] == expected
    columns = (
        "account, ad_account_id, campaign_id, campaign_name, reported_on, impressions_count,"
        " clicks_count, interactions_count, conversions_count, conversion_value_amount,"
        " spend_amount, is_vat_included"
    )
    first = min(rows(staged, columns, model), key=lambda row: row[4])
    assert first == (
        *("main", "1234567890", "701", "Окна", date(2026, 2, 1), 100, 10, 11),
        *(Decimal("1.5"), Decimal("1500.5"), Decimal("122.010001"), False),
    )


def test_an_absent_figure_is_zero(staged: Warehouse) -> None:
    columns = "keyword_id, impressions_count, clicks_count, conversions_count, spend_amount"
    assert rows(staged, columns, "keyword_days")[1] == ("9002", 1, 0, Decimal(0), Decimal(0))


def test_an_action_keeps_what_does_not_count(staged: Warehouse) -> None:
    columns = (
        "campaign_id, conversion_action_id, conversion_action_name, conversions_count,"
        " all_conversions_count, all_conversion_value_amount"
    )
    assert rows(staged, columns, "conversion_days") == [
        ("701", "31", "Звонок", Decimal(0), Decimal("0.333333"), Decimal("0.1"))
    ]


def test_a_click_names_what_was_clicked(staged: Warehouse) -> None:
    columns = "gclid, campaign_id, ad_group_id, ad_id, keyword_id, keyword_text, device"
    assert rows(staged, columns, "clicks") == [
        ("Cj0", "701", "71", "7101", "9001", "окна купить", "MOBILE"),
        ("Cj1", "702", None, None, None, None, None),
    ]


def test_an_ad_leads_somewhere(staged: Warehouse) -> None:
    columns = "ad_group_id, ad_id, ad_status, landing_page_url, final_url_suffix"
    assert rows(staged, columns, "ads") == [
        ("71", "7101", "PAUSED", "https://a.example/", "utm_source=google"),
        ("72", "7101", "PAUSED", None, None),
    ]
    assert rows(staged, "ad_group_id, ad_group_name, ad_group_type", "ad_groups") == [
        ("71", "Группа", "SEARCH_STANDARD")
    ]
