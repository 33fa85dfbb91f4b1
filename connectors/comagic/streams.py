"""The streams of the Data API, as data: its reports, and the fields that each is asked for.

Without a list of fields a report answers with defaults that vary by account, so every field is
named. Names of customers, records of calls and free texts are not.

Source: comagic.github.io/data_api, get.calls_report, get.chats_report, get.offline_messages_report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connectors.stream import Stream, WriteMode

LOOKBACK = timedelta(days=30)
"""Tags, sales and campaigns of a call change for weeks; nothing tells that one was deleted."""

_VISIT = (
    *("site_id", "site_domain_name", "campaign_id", "campaign_name", "visit_other_campaign"),
    *("visitor_id", "visitor_session_id", "person_id", "visitor_type", "visits_count"),
    *("visitor_first_campaign_id", "visitor_first_campaign_name", "visitor_device"),
    *("visitor_city", "visitor_region", "visitor_country"),
    *("ua_client_id", "ym_client_id", "gclid", "yclid", "ymclid"),
    *("search_query", "search_engine", "referrer_domain", "channel"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    *("eq_utm_source", "eq_utm_medium", "eq_utm_campaign", "eq_utm_content", "eq_utm_term"),
    *("sale_date", "sale_cost", "attributes", "tags"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report of the Data API.

    Args:
        method: its method.
        moment: the field that says when, in the account's zone.
        fields: what is asked for.
    """

    method: str
    moment: str
    fields: tuple[str, ...]


CALLS = Report(
    method="get.calls_report",
    moment="start_time",
    fields=(
        *("id", "communication_id", "communication_number", "communication_type"),
        *("start_time", "finish_time", "finish_reason", "direction", "source", "is_lost"),
        *("is_transfer", "wait_duration", "talk_duration", "clean_talk_duration"),
        *("total_duration", "contact_phone_number", "virtual_phone_number"),
        *("last_answered_employee_id", "last_answered_employee_full_name"),
        *("first_answered_employee_id", "scenario_id", "scenario_name"),
        *("call_api_external_id", "call_api_request_id"),
        *_VISIT,
    ),
)

CHATS = Report(
    method="get.chats_report",
    moment="date_time",
    fields=(
        *("id", "communication_id", "communication_number", "communication_type"),
        *("date_time", "duration", "answer_time", "status", "initiator", "release_cause"),
        *("messages_count", "employee_messages_count", "employee_id", "employee_full_name"),
        *("chat_channel_id", "chat_channel_type", "chat_channel_name", "visitor_phone_number"),
        *_VISIT,
    ),
)

OFFLINE_MESSAGES = Report(
    method="get.offline_messages_report",
    moment="date_time",
    fields=(
        *("id", "communication_id", "communication_number", "communication_type"),
        *("date_time", "process_time", "status", "form_type", "form_name"),
        *("employee_id", "employee_full_name", "group_id", "group_name"),
        "visitor_phone_number",
        *_VISIT,
    ),
)

STREAMS = (
    Stream(
        name="accounts",
        description="One record per account, with the time zone of all its moments.",
        write=WriteMode.REPLACE_ALL,
    ),
    Stream(
        name="calls",
        description="One record per call: numbers, waiting and talk, the visit that it came from, "
        "click ids, tags.",
        write=WriteMode.REPLACE_WINDOW,
        request={"report": CALLS},
        lookback=LOOKBACK,
    ),
    Stream(
        name="chats",
        description="One record per chat, with the visit that it came from; no texts.",
        write=WriteMode.REPLACE_WINDOW,
        request={"report": CHATS},
        lookback=LOOKBACK,
    ),
    Stream(
        name="offline_messages",
        description="One record per message left in a form, with the visit that it came from; no "
        "texts.",
        write=WriteMode.REPLACE_WINDOW,
        request={"report": OFFLINE_MESSAGES},
        lookback=LOOKBACK,
    ),
)
