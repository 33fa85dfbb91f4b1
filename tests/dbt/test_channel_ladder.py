"""Each step of the channel ladder, each kind of rule, against answers written by hand.

Landing holds one lead for each case, some with calls; what comes out of the marts is compared.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse
from tests.dbt.channel_cases import CALLED, LEADS

CREATED = datetime.fromisoformat("2026-05-10T12:00:00+03:00")
SELECTED = (
    *("--select", "+fct_leads", "+fct_deals", "+fct_calls", "channel_rules_do_not_tie"),
    *("--indirect-selection", "cautious", "--exclude-resource-type", "unit_test"),
)
RULE = dict.fromkeys(
    ("portal", "click_id_kind", "utm_source", "utm_medium", "number", "source_id"), ""
) | {"referrer_host": "", "valid_from": "", "valid_to": "", "priority": "1"}
RULES = (
    {
        "rule_id": "own pair",
        "utm_source": "own",
        "utm_medium": "cpc",
        "channel_code": "influencers",
    },
    {"rule_id": "own any", "utm_source": "own", "channel_code": "partners_cpa"},
    {
        "rule_id": "elsewhere",
        "portal": "second",
        "utm_source": "google",
        "channel_code": "meta_ads",
    },
    {"rule_id": "dated", "utm_source": "dated", "channel_code": "maps", "valid_from": "2026-06-01"},
    {"rule_id": "billboard", "number": "+7 495 000 00 77", "channel_code": "offline"},
)
FIELDS = {"UF_CRM_1": "channel", "UF_CRM_2": "gbraid", "UF_CRM_3": "fbclid", "UF_CRM_4": "referrer"}


def rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(warehouse.dsn("transformer")) as connection:
        connection.execute("set search_path = marts_build, intermediate")
        return connection.execute(query).fetchall()


def record(number: int, carried: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        **{"id": number, "stageId": "NEW", "stageSemanticId": "P", "assignedById": 10},
        **{"createdTime": CREATED.isoformat(), "updatedTime": CREATED.isoformat()},
        **{"currencyId": "RUB", "opportunity": 1, "categoryId": 0},
        **more,
        **carried,
    }


def bitrix24_call(number: int, lead: int, at: datetime, kind: int) -> dict[str, Any]:
    return {
        **{"ID": str(number), "CALL_ID": f"b{number}", "EXTERNAL_CALL_ID": f"ref-{number}"},
        **{"PORTAL_USER_ID": "10", "CALL_TYPE": str(kind), "CALL_FAILED_CODE": "200"},
        **{"PHONE_NUMBER": f"+7903000{lead:04}", "CALL_DURATION": "60"},
        **{"CALL_START_DATE": at.isoformat(), "PORTAL_NUMBER": "reg1"},
        **{"CRM_ENTITY_TYPE": "LEAD", "CRM_ENTITY_ID": str(lead)},
    }


def calltouch_call(number: int, lead: int, at: datetime, seen: dict[str, Any]) -> dict[str, Any]:
    return {
        **{"callId": number, "callReferenceId": f"ref-{number}", "hostname": "www.shop.example"},
        **{"callerNumber": f"7903000{lead:04}", "date": f"{at:%d/%m/%Y %H:%M:%S}"},
        **{"successful": True, "duration": 58, "waitingConnect": 7},
        **{"phoneNumber": "74950000001"},
        **seen,
    }


def google_campaign(number: str, name: str) -> dict[str, Any]:
    campaign = {"id": number, "name": name, "advertisingChannelType": "SEARCH"}
    return {"customer": {"id": "900"}, "campaign": campaign}


def google_click(gclid: str, campaign: str) -> dict[str, Any]:
    view = {"gclid": gclid, "adGroupAd": "customers/900/adGroupAds/81~82"}
    return {
        **{"customer": {"id": "900"}, "campaign": {"id": campaign}, "adGroup": {"id": "81"}},
        **{"clickView": view | {"keyword": "customers/900/adGroupCriteria/81~83"}},
        **{"metrics": {"clicks": "1"}, "segments": {"date": "2026-05-10"}},
    }


def direct_day(campaign: str, name: str) -> dict[str, Any]:
    return {
        **{"Date": "2026-05-10", "CampaignId": campaign, "CampaignName": name, "Cost": "1.00"},
        **{"CampaignType": "TEXT_CAMPAIGN", "Impressions": "1", "Clicks": "1"},
    }


def calls() -> tuple[dict[str, Any], dict[str, Any]]:
    telephony, tracker = {}, {}
    for lead, (_, rung, _) in CALLED.items():
        for place, (minutes, kind, seen) in enumerate(rung):
            number, at = lead * 10 + place, CREATED + timedelta(minutes=minutes)
            telephony[str(number)] = bitrix24_call(number, lead, at, kind)
            if seen is not None:
                tracker[str(number)] = calltouch_call(number, lead, at, seen)
    return telephony, tracker


@pytest.fixture(scope="module")
def laddered(module_warehouse: Warehouse, parsed: Any, land: Any) -> Warehouse:
    """One lead for each case, built once."""
    telephony, tracker = calls()
    leads = {n: carried for n, (carried, _) in LEADS.items()}
    leads |= {n: carried for n, (carried, _, _) in CALLED.items()}
    landed: dict[tuple[str, str], dict[str, Any]] = {
        ("bitrix24", "currencies"): {
            "RUB": {"CURRENCY": "RUB", "AMOUNT": "1", "AMOUNT_CNT": "1", "BASE": "Y"}
        },
        ("yandex_direct", "clients"): {
            "shop": {"Login": "shop", "ClientInfo": "Shop", "Currency": "RUB"}
        },
        ("bitrix24", "leads"): {str(n): record(n, carried) for n, carried in leads.items()},
        ("bitrix24", "deals"): {
            "1": record(1, {}, contactId=7, createdTime="2026-01-01T10:00:00+03:00"),
            # Born of leads: the own click id is newer than the lead's, the lead's call is theirs.
            "2": record(2, {"UF_CRM_YCLID": "1234567"}, leadId=401),
            "3": record(3, {}, leadId=207),
        },
        ("bitrix24", "calls"): telephony,
        ("calltouch", "calls"): tracker,
        ("google_ads", "clicks"): {
            "1": google_click("known-1", "8001"),
            "2": google_click("Known-2", "8002"),
        },
        ("google_ads", "campaigns"): {
            number: google_campaign(number, name)
            for number, name in (
                ("8001", "окна"),
                ("8002", "двойник"),
                ("8003", "двойник"),
                ("5555", "a"),
            )
        },
        ("yandex_direct", "campaign_days"): {
            "shop|7001|2026-05-10": direct_day("7001", "лето"),
            "shop|5555|2026-05-10": direct_day("5555", "b"),
        },
        ("company", "channel_rules"): {rule["rule_id"]: RULE | rule for rule in RULES},
        ("company", "custom_fields"): {
            code: {"portal": "", "entity": "lead", "field_code": code, "name": name}
            for code, name in FIELDS.items()
        },
    }
    landed["bitrix24", "leads"]["401"] = record(401, {"UF_CRM_GCLID": "unheard", "webformId": 3})
    for (source, stream), records in landed.items():
        land(module_warehouse, source, stream, records)
    parsed.build(*SELECTED, warehouse=module_warehouse, AS_OF="2026-11-23")
    return module_warehouse


def found(warehouse: Warehouse) -> dict[int, tuple[str | None, ...]]:
    return {
        int(number): tuple(answer)
        for number, *answer in rows(
            warehouse,
            "select lead_id, dim_channel.channel_code, channel_match_method, channel_rule_id,"
            " campaign_id from fct_leads join dim_channel using (channel_key)"
            " left join int_campaigns__unioned using (campaign_key)",
        )
    }


def test_every_record_comes_to_the_channel_that_was_worked_out(laddered: Warehouse) -> None:
    expected = {n: answer for n, (_, answer) in LEADS.items()}
    expected |= {n: answer for n, (_, _, answer) in CALLED.items()}
    answers = found(laddered)
    wrong = {n: (answers.get(n), e) for n, e in expected.items() if answers.get(n) != e}
    assert not wrong


def test_every_step_is_met(laddered: Warehouse) -> None:
    steps = rows(laddered, "select distinct step from int_channel_candidates__matched")
    assert sorted(step for (step,) in steps) == list(range(1, 13))
    methods = {answer[1] for answer in found(laddered).values()}
    assert methods == {
        *("manual", "click_view", "campaign_id", "click_id", "utm_pair", "utm_medium"),
        *("tracked_number", "referrer", "crm_source", "session", "known_customer"),
        *("outgoing_call", "none"),
    }


def test_a_deal_has_its_own_click_id_before_that_of_its_lead(laddered: Warehouse) -> None:
    assert rows(
        laddered,
        "select deal_id, channel_code, channel_match_method, channel_rule_id,"
        " has_several_click_ids, contact_method_code from fct_deals"
        " join dim_channel using (channel_key) join dim_contact_method using (contact_method_key)"
        " where deal_id in ('2', '3') order by 1",
    ) == [
        ("2", "yandex_direct", "click_id", "click yclid", True, "form"),
        ("3", "offline", "tracked_number", "billboard", False, "call"),
    ]


def test_a_known_click_tells_what_was_clicked(laddered: Warehouse) -> None:
    assert rows(
        laddered,
        "select lead_id, ad_group_id, ad_id, keyword_id from fct_leads"
        " where ad_group_id is not null order by 1",
    ) == [("103", "81", "82", "83"), ("104", "81", "82", "83"), ("201", "71", "72", None)]


def test_calls_go_the_same_ladder_and_know_their_records(laddered: Warehouse) -> None:
    found_calls = {
        int(number): answer
        for number, *answer in rows(
            laddered,
            "select bitrix24_call_id, channel_code, calls.channel_match_method,"
            " fct_leads.lead_id, fct_deals.deal_id,"
            " record_match_method, contact_method_code from fct_calls as calls"
            " join dim_channel on dim_channel.channel_key = calls.channel_key"
            " join dim_contact_method on dim_contact_method.contact_method_key"
            " = calls.contact_method_key"
            " left join fct_leads on fct_leads.lead_key = calls.lead_key"
            " left join fct_deals on fct_deals.deal_key = calls.deal_key",
        )
    }
    assert found_calls[2010] == [
        *("yandex_direct", "campaign_id", "201", None, "crm_lead", "call"),
    ]
    assert found_calls[2070][:5] == ["offline", "tracked_number", "207", "3", "crm_lead"]
    assert found_calls[2090] == ["unknown", "none", "209", None, "crm_lead", "callback"]
    assert found_calls[2120][:2] == ["unknown", "none"]


def test_two_rules_of_equal_standing_are_named(laddered: Warehouse, parsed: Any, land: Any) -> None:
    twin = RULE | {"rule_id": "twin", "utm_source": "own", "utm_medium": "cpc"}
    land(laddered, "company", "channel_rules", {"twin": twin | {"channel_code": "maps"}})
    done = parsed.run(
        "build",
        *("--select", "stg_company__channel_rules", "int_channel_rules__unioned"),
        *("int_channel_candidates__matched", "channel_rules_do_not_tie"),
        *("--indirect-selection", "buildable", "--exclude-resource-type", "unit_test"),
        warehouse=laddered,
    )
    assert not done.is_success
    assert "channel_rules_do_not_tie: Got 1 result" in done.said
    with psycopg.connect(laddered.dsn("loader")) as connection:
        connection.execute(
            SQL("delete from {} where _key = 'twin'").format(
                Identifier("raw_company", "channel_rules")
            )
        )
