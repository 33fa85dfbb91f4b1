"""Staging of Yandex Direct: types, what Direct has no value for, and goals turned into rows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from infra.postgres import Warehouse

FIGURES = {
    "Date": "2026-02-01",
    "CampaignId": "701",
    "CampaignName": "Окна",
    "Impressions": "100",
    "Clicks": "10",
    "Cost": "122.01",
    "CostWithoutVat": "100.01",
    "Conversions": None,
    "Revenue": "1500.50",
}
GROUP = {"AdGroupId": "71", "AdGroupName": "Группа"}
WIZARD = {"AdGroupId": None, "AdGroupName": None}
PHRASE = {"CriterionId": "9001", "Criterion": "окна купить", "CriterionType": "KEYWORD"}
LANDED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "campaign_days": {"shop|701|2026-02-01": FIGURES | {"CampaignType": "TEXT_CAMPAIGN"}},
    "ad_group_days": {
        "shop|701:71|2026-02-01": FIGURES | GROUP,
        "shop|703:--|2026-02-01": FIGURES | WIZARD | {"CampaignId": "703"},
        # The same in the other spellings of nothing.
        "shop|704:--|2026-02-01": FIGURES | {"AdGroupId": "--"} | {"CampaignId": "704"},
        "shop|705:0|2026-02-01": FIGURES | {"AdGroupId": "0"} | {"CampaignId": "705"},
    },
    "ad_days": {"shop|701:71:7101|2026-02-01": FIGURES | GROUP | {"AdId": "7101"}},
    "keyword_days": {"shop|701:71:9001|2026-02-01": FIGURES | GROUP | PHRASE},
    "goal_days": {
        "shop|701|2026-02-01": {
            "Date": "2026-02-01",
            "CampaignId": "701",
            "Conversions_20002_AUTO": "2",
            "Revenue_20002_AUTO": "1500.50",
            "Conversions_20003_AUTO": None,
            "Revenue_20003_AUTO": None,
        },
    },
    "campaigns": {
        "shop|702": {
            "Id": 702,
            "Name": "Единая",
            "Type": "UNIFIED_CAMPAIGN",
            "State": "ARCHIVED",
            "Status": "ACCEPTED",
            "StartDate": "2025-01-09",
            "EndDate": None,
            "Currency": "RUB",
            "TimeZone": "Europe/Moscow",
            "UnifiedCampaign": {"TrackingParams": "utm_campaign={campaign_id}"},
        },
    },
    "ad_groups": {"shop|71": {"Id": 71, "CampaignId": 701, "Name": "Группа", "TrackingParams": ""}},
    "ads": {
        "shop|1": {"Id": 1, "TextAd": {"Title": "Окна", "Href": "https://a.example/"}},
        "shop|2": {"Id": 2, "ResponsiveAd": {"Titles": ["Двери"], "Href": "https://b.example/"}},
        "shop|3": {"Id": 3, "TextImageAd": {"Href": "https://c.example/"}},
        "shop|4": {"Id": 4, "SmartAdBuilderAd": {}},
    },
}
DAY = Decimal("122.010000"), Decimal("100.010000"), Decimal(0), Decimal("1500.50"), True


@pytest.fixture(scope="module")
def staged(module_warehouse: Warehouse, parsed: Any, land: Any) -> Warehouse:
    for stream, records in LANDED.items():
        land(module_warehouse, "yandex_direct", stream, records)
    parsed.build(
        *("--select", "path:models/staging/yandex_direct", "--exclude", "spend_is_kept"),
        warehouse=module_warehouse,
    )
    return module_warehouse


def rows(warehouse: Warehouse, columns: str, model: str) -> list[tuple[Any, ...]]:
    query = f"select {columns} from staging.stg_yandex_direct__{model} order by 1"  # noqa: S608
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("model", "ids", "expected"),
    [
        ("campaign_days", "campaign_id", [("701",)]),
        (
            "ad_group_days",
            "campaign_id, ad_group_id",
            [("701", "71"), ("703", None), ("704", None), ("705", None)],
        ),
        ("ad_days", "ad_group_id, ad_id", [("71", "7101")]),
        ("keyword_days", "keyword_id, keyword", [("9001", "окна купить")]),
    ],
)
def test_a_level_is_typed_on_the_common_vocabulary(
    model: str, ids: str, expected: list[tuple[Any, ...]], staged: Warehouse
) -> None:
    assert rows(staged, ids, model) == expected
    figures = (
        "spend_amount, spend_without_vat_amount, conversions_count, conversion_value_amount,"
        " is_vat_included"
    )
    assert set(rows(staged, figures, model)) == {DAY}
    assert set(rows(staged, "ad_account_id, reported_on::text, clicks_count", model)) == {
        ("shop", "2026-02-01", 10)
    }


def test_each_goal_with_a_value_is_a_row(staged: Warehouse) -> None:
    columns = "goal_id, attribution_model, campaign_id, conversions_count, conversion_value_amount"
    assert rows(staged, columns, "goal_days") == [
        ("20002", "AUTO", "701", Decimal(2), Decimal("1500.50"))
    ]


def test_objects_have_names_states_and_addresses(staged: Warehouse) -> None:
    columns = "campaign_id, campaign_name, campaign_status, tracking_params"
    assert rows(staged, columns, "campaigns") == [
        ("702", "Единая", "ARCHIVED", "utm_campaign={campaign_id}")
    ]
    assert rows(staged, "ad_group_id, campaign_id, tracking_params", "ad_groups") == [
        ("71", "701", None)
    ]
    assert rows(staged, "ad_id, ad_name, final_url", "ads") == [
        ("1", "Окна", "https://a.example/"),
        ("2", "Двери", "https://b.example/"),
        ("3", None, "https://c.example/"),
        ("4", None, None),
    ]
