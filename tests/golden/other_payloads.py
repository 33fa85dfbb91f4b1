"""What else the golden company landed: spend, clicks, call trackers, rates, its own files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.golden.crm_payloads import OVERRIDE_FIELD, Payload, Stream
from tests.golden.tables import MOSCOW_IS_BEHIND, Row, clock, in_moscow, marks, phones, portal

FILES = ("Radio", "Blogger", "Partners")


def others() -> Mapping[str, Mapping[str, Stream]]:
    """Return the streams of every source but the portal."""
    return {
        "yandex_direct": _direct(),
        "google_ads": _google(),
        "vk_ads": _vk(),
        "csv_spend": {"spend_lines": _lines(), "fees": _fees()},
        "calltouch": _calltouch(),
        "comagic": _comagic(),
        "cbr": {"rates": {f"{r['currency']}|{r['day']}": _rate(r) for r in portal("rates")}},
        "company": {"channel_rules": _rules(), "custom_fields": _fields(), "plan": _plan()},
    }


def _spend(platform: str) -> list[Row]:
    return [row for row in portal("spend") if row["platform"] == platform]


def _direct() -> Mapping[str, Stream]:
    rows = _spend("yandex_direct")
    return {
        "clients": {"golden-ads": {"Login": "golden-ads", "Currency": "RUB"}},
        "campaign_days": {
            f"{row['account']}|{row['campaign']}|{row['day']}": {
                "Date": row["day"],
                "CampaignId": row["campaign"],
                "CampaignName": row["name"],
                "CampaignType": "TEXT_CAMPAIGN",
                "Impressions": row["impressions"],
                "Clicks": row["clicks"],
                "Cost": row["spend"],
                "CostWithoutVat": row["net"],
                "Conversions": "--",
            }
            for row in rows
        },
    }


def _google() -> Mapping[str, Stream]:
    rows = _spend("google_ads")
    customer = {"id": "900"}
    campaigns = {row["campaign"]: {"id": row["campaign"], "name": row["name"]} for row in rows}
    details = {"descriptiveName": "Golden", "currencyCode": "USD", "timeZone": "Europe/Moscow"}
    return {
        "customers": {"900": {"customer": customer | details}},
        "campaigns": {
            f"900|{key}": {"customer": customer, "campaign": campaign | {"status": "ENABLED"}}
            for key, campaign in campaigns.items()
        },
        "campaign_days": {
            f"900|{row['campaign']}|{row['day']}": {
                "customer": customer,
                "campaign": campaigns[row["campaign"]],
                "metrics": {
                    "costMicros": str(int(Decimal(row["spend"]) * 1_000_000)),
                    "impressions": row["impressions"],
                    "clicks": row["clicks"],
                    "interactions": row["interactions"],
                },
                "segments": {"date": row["day"]},
            }
            for row in rows
        },
        "clicks": {
            f"900|{row['gclid']}|{row['day']}": {
                "customer": customer,
                "campaign": {"id": row["campaign"]},
                "clickView": {"gclid": row["gclid"]},
                "metrics": {"clicks": "1"},
                "segments": {"date": row["day"]},
            }
            for row in portal("clicks")
        },
    }


def _vk() -> Mapping[str, Stream]:
    rows = _spend("vk_ads")
    user = {"id": 5, "username": "golden", "currency": "RUB", "status": "active"}
    return {
        "users": {"5": user | {"is_vat_included": False, "timezone": "Europe/Moscow"}},
        "campaigns": {
            f"5|{row['campaign']}": {"id": int(row["campaign"]), "name": row["name"]}
            for row in rows
        },
        "campaign_days": {
            f"5|{row['campaign']}|{row['day']}": {
                "date": row["day"],
                "base": {
                    "shows": int(row["impressions"]),
                    "clicks": int(row["clicks"]),
                    "spent": row["spend"],
                    "vk": {"goals": 0},
                },
            }
            for row in rows
        },
    }


def _lines() -> Stream:
    return {
        f"golden.csv:{number}": {
            "date": row["day"],
            "platform": row["platform"],
            "account": row["account"],
            "campaign": row["name"],
            "ad_group": "",
            "ad": "",
            "impressions": row["impressions"],
            "clicks": row["clicks"],
            "spend": row["spend"],
            "currency": row["currency"],
            "vat_included": "yes" if row["vat"] == "included" else "no",
            "channel": row["channel"],
        }
        for number, row in enumerate(portal("spend"), start=2)
        if row["platform"] in FILES
    }


def _fees() -> Stream:
    return {
        f"fees.csv:{number}": {
            "platform": row["platform"],
            "account": "",
            "fee": row["fee"],
            "percent": row["percent"],
            "monthly_amount": row["monthly_amount"],
            "currency": row["currency"],
            "vat_included": "yes" if row["vat"] == "included" else "no",
            "channel": row["channel"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"],
        }
        for number, row in enumerate(portal("fees"), start=2)
    }


def _approaches(system: str, kind: str) -> list[Row]:
    return [r for r in portal("approaches") if r["system"] == system and r["kind"] == kind]


def _phone(row: Row) -> str:
    return phones().get(row["who"], row["who"])


def _calltouch() -> Mapping[str, Stream]:
    return {
        "calls": {row["approach"]: _tracked_call(row) for row in _approaches("calltouch", "call")},
        "requests": {row["approach"]: _request(row) for row in _approaches("calltouch", "form")},
    }


def _tracked_call(row: Row) -> Payload:
    platform, _, campaign = row["campaign"].partition(":")
    return {
        "callId": int(row["approach"]),
        "callReferenceId": row["ref"] or None,
        "callerNumber": _phone(row).removeprefix("+"),
        "phoneNumber": row["line"] or "74950000000",
        "date": f"{in_moscow(row['at']):%d/%m/%Y %H:%M:%S}",
        "successful": row["answered"] == "Y",
        "duration": 58,
        "waitingConnect": 7,
        "yandexDirect": {"campaignId": int(campaign)} if platform == "yandex" else None,
        "googleAdWords": {"campaignId": int(campaign)} if platform == "google" else None,
        **marks(row),
    }


def _request(row: Row) -> Payload:
    zone = timedelta(hours=5)
    moment = (clock(row["at"]) - zone - clock("1970-01-01 00:00")).total_seconds()
    return {
        "requestId": row["approach"],
        "date": int(moment) * 1000,
        "client": {"phones": [{"phoneNumber": _phone(row)}]},
        "session": {"sessionId": row["approach"], **marks(row)},
    }


def _comagic() -> Mapping[str, Stream]:
    return {
        "accounts": {"1": {"app_id": 1, "name": "Golden", "timezone": "Europe/Moscow"}},
        "calls": {row["approach"]: _comagic_call(row) for row in _approaches("comagic", "call")},
        "chats": {row["approach"]: _chat(row) for row in _approaches("comagic", "chat")},
    }


def _visit(row: Row) -> dict[str, Any]:
    names = {"utmSource": "utm_source", "utmMedium": "utm_medium", "utmCampaign": "utm_campaign"}
    return {
        "visitor_session_id": row["session"].removeprefix("s"),
        "referrer_domain": row["referrer"] or None,
        "site_domain_name": "golden.example",
        **{names[name]: value for name, value in marks(row).items()},
    }


def _comagic_call(row: Row) -> Payload:
    return {
        "id": int(row["approach"]),
        "call_api_external_id": row["ref"] or None,
        "contact_phone_number": _phone(row).removeprefix("+"),
        "virtual_phone_number": "74950000001",
        "start_time": f"{clock(row['at']) - MOSCOW_IS_BEHIND:%Y-%m-%d %H:%M:%S}",
        "direction": "in",
        "is_lost": row["answered"] != "Y",
        "talk_duration": 59,
        **_visit(row),
    }


def _chat(row: Row) -> Payload:
    return {
        "id": int(row["approach"]),
        "date_time": f"{in_moscow(row['at']):%Y-%m-%d %H:%M:%S}",
        "initiator": "visitor",
        "visitor_phone_number": _phone(row).removeprefix("+"),
        "messages_count": 2,
        "employee_messages_count": 1,
        **_visit(row),
    }


def _rate(row: Row) -> Payload:
    return {
        "Date": f"{date.fromisoformat(row['day']):%d.%m.%Y}",
        "Nominal": row["nominal"],
        "Value": row["rate"].replace(".", ","),
    }


def _rules() -> Stream:
    unused = dict.fromkeys(("portal", "click_id_kind", "utm_source", "utm_medium"), "")
    return {
        row["rule"]: {
            "rule_id": row["rule"],
            "priority": "1",
            **unused,
            "number": row["number"],
            "source_id": row["source"],
            "referrer_host": row["referrer"],
            "channel_code": row["channel"],
            "valid_from": row["valid_from"],
            "valid_to": row["valid_to"],
        }
        for row in portal("rules")
    }


def _fields() -> Stream:
    named = {"portal": "", "entity": "deal", "field_code": OVERRIDE_FIELD, "name": "channel"}
    return {f"|deal|{OVERRIDE_FIELD}": named}


def _plan() -> Stream:
    lines = [
        {
            "month": row["month"],
            "metric": row["metric"],
            "scope": row["grain"],
            "portal": "",
            "member": row["id"],
            "value": row["plan"],
            "currency": "RUB" if row["metric"] in ("revenue", "spend", "cpl") else "",
        }
        for row in portal("plan")
    ]
    return {
        "/".join(line[name] for name in ("month", "metric", "scope", "portal", "member")): line
        for line in lines
    }
