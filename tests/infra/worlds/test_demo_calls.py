"""The demo company's calls as three systems keep them, against the ledger, which saw no store."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytest

NEAR = timedelta(seconds=90)
CLOCKS = {
    "calltouch": ("date", "%d/%m/%Y %H:%M:%S"),
    "comagic": ("start_time", "%Y-%m-%d %H:%M:%S"),
}
PHONES = {"calltouch": "callerNumber", "comagic": "contact_phone_number"}
IDS = {"calltouch": "sipCallId", "comagic": "call_api_external_id"}


def records(demo: Any, tracker: str, kind: str) -> list[dict[str, Any]]:
    rows = demo.store.query(
        "select payload from tracker_record where tracker = ? and kind = ?", (tracker, kind)
    )
    return [json.loads(text) for (text,) in rows]


@pytest.fixture(scope="module")
def telephony(demo: Any) -> list[dict[str, Any]]:
    return [json.loads(text) for (text,) in demo.store.query("select payload from call")]


def test_each_call_is_counted_once(demo: Any, telephony: list[dict[str, Any]]) -> None:
    counts = {(row["systems"], row["match_method"]): row["calls"] for row in demo.ledger["calls"]}
    for system, seen in (
        ("bitrix24", len(telephony)),
        ("calltouch", len(records(demo, "calltouch", "calls"))),
        ("comagic", len(records(demo, "comagic", "calls"))),
    ):
        assert sum(count for (names, _), count in counts.items() if system in names) == seen
    assert sum(counts.values()) == sum(row["calls"] for row in demo.ledger["calls_by_channel"])
    assert min(counts.values()) >= 20
    assert {method for names, method in counts if "+" in names} == {"explicit_id", "phone_time"}
    assert any(names.count("+") == 2 for names, _ in counts)


@pytest.mark.parametrize("tracker", ["calltouch", "comagic"])
def test_what_a_tracker_shares_with_telephony_can_be_found(
    demo: Any, telephony: list[dict[str, Any]], tracker: str
) -> None:
    by_id = {call["CALL_ID"]: call for call in telephony}
    by_phone: dict[str, list[datetime]] = defaultdict(list)
    for call in telephony:
        started = datetime.fromisoformat(call["CALL_START_DATE"]).replace(tzinfo=None)
        by_phone[call["PHONE_NUMBER"].removeprefix("+")].append(started)
    found: Counter[str] = Counter()
    moment, form = CLOCKS[tracker]
    for record in records(demo, tracker, "calls"):
        began = datetime.strptime(record[moment], form)  # noqa: DTZ007 - Moscow, as the portal's
        if record[IDS[tracker]] in by_id:
            found["by id"] += 1
        elif any(abs(at - began) < NEAR for at in by_phone[record[PHONES[tracker]]]):
            found["by phone"] += 1
        else:
            found["alone"] += 1
    shared = sum(
        row["calls"]
        for row in demo.ledger["calls"]
        if tracker in row["systems"] and "bitrix24" in row["systems"]
    )
    assert found["by id"] + found["by phone"] == shared
    assert min(found.values()) > 100


def test_no_stranger_is_known_to_the_portal(demo: Any) -> None:
    strangers = "select count(*) from item where replace(payload, ' ', '') like '%906000%'"
    assert demo.count(strangers) == 0


def test_visits_name_campaigns_by_their_ids(demo: Any) -> None:
    known = {str(row[0]) for row in demo.store.query("select campaign_id from google_campaign")}
    direct = "select distinct campaign_id from yandex_campaign_day"
    known |= {str(row[0]) for row in demo.store.query(direct)}
    named = {
        str(given["campaignId"])
        for record in records(demo, "calltouch", "calls")
        for given in (record["yandexDirect"], record["googleAdWords"])
        if given
    }
    assert len(named) > 8
    assert named <= known


@pytest.mark.parametrize(
    ("tracker", "kind", "least"),
    [
        ("calltouch", "requests", 1_000),
        ("comagic", "chats", 200),
        ("comagic", "offline_messages", 200),
    ],
)
def test_trackers_know_what_was_asked_in_writing(
    demo: Any, tracker: str, kind: str, least: int
) -> None:
    assert len(records(demo, tracker, kind)) > least
