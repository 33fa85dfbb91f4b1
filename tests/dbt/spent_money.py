"""Days of spend on five ad accounts of four currencies, small enough to be reckoned by hand.

The 8th of March 2026 is a Sunday: New York's day has 23 hours, and the rate is Saturday's. The 1st
of November is a Sunday of 25 hours.
"""

from __future__ import annotations

from typing import Any

SUNDAY, AUTUMN = "2026-03-08", "2026-11-01"


def _rate(day: str, value: str, nominal: str = "1") -> dict[str, str]:
    return {"Date": day, "Id": "R00000", "Nominal": nominal, "Value": value}


def _customer(number: str, currency: str, zone: str) -> dict[str, Any]:
    return {"customer": {"id": number, "currencyCode": currency, "timeZone": zone}}


def _google_day(number: str, campaign: str, cost: str, day: str) -> dict[str, Any]:
    return {
        "customer": {"id": number},
        "campaign": {"id": campaign, "name": campaign, "advertisingChannelType": "SEARCH"},
        "metrics": {"costMicros": cost, "impressions": "100", "clicks": "5", "interactions": "6"},
        "segments": {"date": day},
    }


def _direct_day(campaign: str, cost: str, without_vat: str, **ids: str | None) -> dict[str, Any]:
    return {
        **{"Date": SUNDAY, "CampaignId": campaign, "CampaignName": f"Кампания {campaign}"},
        **{"Impressions": "10", "Clicks": "1", "Cost": cost, "CostWithoutVat": without_vat},
        **ids,
    }


def _fee(**cells: str) -> dict[str, str]:
    given = dict.fromkeys(("account", "percent", "monthly_amount", "currency", "channel"), "")
    given |= {"fee": "Агентство", "valid_from": "2026-03-01", "valid_to": ""}
    return given | cells


LANDED: dict[tuple[str, str], dict[str, Any]] = {
    ("cbr", "rates"): {
        "USD|2026-03-07": _rate("07.03.2026", "80,0000"),
        "USD|2026-03-10": _rate("10.03.2026", "82,0000"),
        "USD|2026-10-31": _rate("31.10.2026", "81,5000"),
        "KZT|2026-03-07": _rate("07.03.2026", "16,0000", nominal="100"),
    },
    ("google_ads", "customers"): {
        "900": _customer("900", "USD", "America/New_York"),
        "901": _customer("901", "KZT", "Asia/Almaty"),
        "902": _customer("902", "RUB", "Europe/Moscow"),
        "903": _customer("903", "USD", "America/New_York"),
    },
    ("google_ads", "campaign_days"): {
        f"900|800001|{SUNDAY}": _google_day("900", "800001", "10010000", SUNDAY),
        f"900|800001|{AUTUMN}": _google_day("900", "800001", "20020000", AUTUMN),
        f"901|810001|{SUNDAY}": _google_day("901", "810001", "1000550000", SUNDAY),
        f"902|820001|{SUNDAY}": _google_day("902", "820001", "100010000", SUNDAY),
        f"903|830001|{SUNDAY}": _google_day("903", "830001", "5000000", SUNDAY),
    },
    ("yandex_direct", "clients"): {
        login: {"Login": login, "ClientInfo": login, "Currency": "RUB"}
        for login in ("dacha", "shop")
    },
    ("yandex_direct", "campaigns"): {
        "shop|701": {"Id": 701, "Name": "Окна", "Type": "TEXT_CAMPAIGN", "State": "ON"},
        "shop|702": {"Id": 702, "Name": "Единая", "Type": "UNIFIED_CAMPAIGN", "State": "ARCHIVED"},
    },
    ("yandex_direct", "campaign_days"): {
        f"shop|701|{SUNDAY}": _direct_day("701", "122.01", "100.01", CampaignType="TEXT_CAMPAIGN"),
        f"shop|703|{SUNDAY}": _direct_day("703", "50.00", "40.98", CampaignType="SMART_CAMPAIGN"),
        f"dacha|801|{SUNDAY}": _direct_day("801", "30.00", "24.59", CampaignType="TEXT_CAMPAIGN"),
    },
    ("yandex_direct", "ad_group_days"): {
        f"shop|701:71|{SUNDAY}": _direct_day("701", "122.01", "100.01", AdGroupId="71"),
        f"shop|703:--|{SUNDAY}": _direct_day("703", "50.00", "40.98", AdGroupId=None),
        f"dacha|801:--|{SUNDAY}": _direct_day("801", "30.00", "24.59", AdGroupId="--"),
    },
    ("yandex_direct", "keyword_days"): {
        f"shop|703:--:--|{SUNDAY}": _direct_day(
            "703", "50.00", "40.98", AdGroupId="0", CriterionId="0"
        ),
    },
    ("vk_ads", "users"): {"77": {"username": "Весна", "currency": "RUB", "timezone": "Moscow"}},
    ("vk_ads", "campaigns"): {
        "77|501": {"id": 501, "name": "Весна", "objective": "traffic", "status": "blocked"}
    },
    ("csv_spend", "fees"): {
        "fees.csv:2": _fee(
            platform="yandex_direct", account="shop", percent="12.5", vat_included="yes"
        ),
        "fees.csv:3": _fee(
            **{"platform": "google_ads", "account": "902", "monthly_amount": "3100"},
            **{"currency": "RUB", "vat_included": "no"},
            **{"valid_from": "2026-03-07", "valid_to": SUNDAY},
        ),
    },
    ("bitrix24", "users"): {
        "10": {"ID": "10", "ACTIVE": True, "NAME": "Anna", "USER_TYPE": "employee"}
    },
    ("bitrix24", "deals"): {
        # Half past one of Monday at the portal is half past eleven of Sunday in New York.
        "1": {
            **{"id": 1, "categoryId": 0, "stageId": "NEW", "stageSemanticId": "P"},
            **{"assignedById": 10, "opportunity": 1000, "currencyId": "RUB", "isRecurring": "N"},
            **{"createdTime": "2026-03-09T01:30:00+10:00", "utmCampaign": "800001"},
            "updatedTime": "2026-03-09T01:30:00+10:00",
        }
    },
}

Total = tuple[str, str, str, str | None, str]

TOTALS: tuple[Total, ...] = (
    ("google_ads", "900", SUNDAY, "10.01", "USD"),
    ("google_ads", "900", AUTUMN, "20.02", "USD"),
    ("google_ads", "901", SUNDAY, "1000.55", "KZT"),
    ("google_ads", "902", SUNDAY, "100.01", "RUB"),
    ("google_ads", "903", SUNDAY, None, "USD"),
    ("yandex_direct", "dacha", SUNDAY, "30.00", "RUB"),
    ("yandex_direct", "dacha", AUTUMN, "0", "RUB"),
    ("yandex_direct", "shop", SUNDAY, "172.01", "RUB"),
)
"""What the platforms say themselves; the customer 903 is closed, of which Google tells no more."""
