"""Staging of VK Ads: names from the lists, VAT as the advertiser's record says, VK's own goals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from infra.postgres import Warehouse


def day(spent: str, *, own_goals: int) -> dict[str, Any]:
    """Return a row as the documentation prints it."""
    base = {
        "shows": 75881,
        "clicks": 270,
        "goals": 99,
        "spent": spent,
        "cpm": "307.44",
        "ctr": 0.355820297571197,
        "vk": {"goals": own_goals, "cpa": 0, "cr": 0},
    }
    return {"date": "2026-02-01", "base": base}


LANDED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "users": {
        "5": {
            "id": 5,
            "username": "five",
            "currency": "RUB",
            "status": "active",
            "is_currency_stated": True,
            "is_vat_included": False,
            "timezone": "Europe/Moscow",
        },
    },
    "campaigns": {"5|1": {"id": 1, "name": "Весна", "objective": "leadads", "status": "deleted"}},
    "ad_groups": {"5|11": {"id": 11, "ad_plan_id": 1, "name": "Группа", "utm": "utm_source=vk"}},
    "ads": {
        "5|111": {
            "id": 111,
            "ad_group_id": 11,
            "name": "Объявление",
            "urls": {"primary": {"id": 7, "url": "https://a.example/"}},
        },
    },
    "campaign_days": {"5|1|2026-02-01": day("23328.92", own_goals=3)},
    "ad_group_days": {"5|11|2026-02-01": day("0.1", own_goals=0)},
    "ad_days": {
        "5|111|2026-02-01": day("0.1", own_goals=0),
        "5|999|2026-02-01": day("7", own_goals=0),
    },
}

MONEY = Decimal(3), Decimal("23328.920000"), False


@pytest.fixture(scope="module")
def staged(module_warehouse: Warehouse, parsed: Any, land: Any) -> Warehouse:
    for stream, records in LANDED.items():
        land(module_warehouse, "vk_ads", stream, records)
    parsed.build(
        *("--select", "path:models/staging/vk_ads", "--exclude-resource-type", "test"),
        warehouse=module_warehouse,
    )
    return module_warehouse


@pytest.mark.parametrize(
    ("model", "columns", "expected"),
    [
        (
            "users",
            "ad_account_id, ad_account_name, currency_code, time_zone, is_vat_included",
            [("5", "five", "RUB", "Europe/Moscow", False)],
        ),
        (
            "campaigns",
            "campaign_id, campaign_name, campaign_type, campaign_status",
            [("1", "Весна", "leadads", "deleted")],
        ),
        ("ad_groups", "campaign_id, ad_group_id, utm_template", [("1", "11", "utm_source=vk")]),
        ("ads", "ad_group_id, ad_id, ad_url", [("11", "111", "https://a.example/")]),
        (
            "campaign_days",
            "ad_account_id, campaign_id, campaign_name, reported_on, impressions_count,"
            " clicks_count, conversions_count, spend_amount, is_vat_included",
            [("5", "1", "Весна", date(2026, 2, 1), 75881, 270, *MONEY)],
        ),
        (
            "ad_group_days",
            "campaign_id, campaign_name, ad_group_id, ad_group_name, spend_amount",
            [("1", "Весна", "11", "Группа", Decimal("0.100000"))],
        ),
        (
            "ad_days",
            "ad_id, campaign_id, ad_group_id, ad_name, spend_amount",
            [
                ("111", "1", "11", "Объявление", Decimal("0.100000")),
                ("999", None, None, None, Decimal("7.000000")),
            ],
        ),
    ],
)
def test_what_is_staged(
    staged: Warehouse, model: str, columns: str, expected: list[tuple[Any, ...]]
) -> None:
    query = f"select {columns} from staging.stg_vk_ads__{model} order by 1"  # noqa: S608
    with psycopg.connect(staged.dsn("transformer")) as connection:
        assert connection.execute(query).fetchall() == expected
