"""What two call trackers of the tiny company know, with what an API can get wrong planted in it.

The ledger is computed from the same numbers as the records, before anything is served.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from infra.sandbox import tracker_records
from infra.sandbox.store import Store
from infra.sandbox.tracker_records import TrackerRecord
from tests.infra.sandbox import tiny_world

FIRST, LAST = date(2026, 10, 1), date(2026, 11, 22)
MOSCOW = ZoneInfo("Europe/Moscow")
NOTHING = "<не указано>"

_DAYS = (LAST - FIRST).days + 1


def build(path: Path) -> None:
    """Write the tiny world with both trackers."""
    tiny_world.build(path)
    with Store.open(path) as store:
        store.set_meta({"comagic_timezone": "Asia/Vladivostok", "calltouch_site_id": "17"})
        add(store)


def add(store: Store) -> None:
    """Add what both trackers know."""
    tracker_records.put(store, "calltouch", (calltouch_call(n) for n in range(1, 161)))
    tracker_records.put(store, "calltouch", (calltouch_request(n) for n in range(1, 41)))
    for kind, count in (("calls", 160), ("chats", 20), ("offline_messages", 20)):
        tracker_records.put(store, "comagic", (comagic_row(kind, n) for n in range(1, count + 1)))


def ledger(tracker: str, kind: str) -> dict[str, str]:
    """Return the day of each record that the builder made, by its key."""
    made = {
        ("calltouch", "calls"): (calltouch_call, 160),
        ("calltouch", "requests"): (calltouch_request, 40),
        ("comagic", "calls"): (lambda n: comagic_row("calls", n), 160),
        ("comagic", "chats"): (lambda n: comagic_row("chats", n), 20),
        ("comagic", "offline_messages"): (lambda n: comagic_row("offline_messages", n), 20),
    }
    make, count = made[tracker, kind]
    records = [make(number) for number in range(1, count + 1)]
    return {str(record.number): record.day for record in records}


def by_day(tracker: str, kind: str) -> Counter[str]:
    """Return how many records each day has."""
    return Counter(ledger(tracker, kind).values())


def day_of(number: int) -> date:
    """Return the day of a record; the fifth of November and the eleventh of May both matter."""
    return FIRST + timedelta(days=number * 7 % _DAYS)


def calltouch_call(number: int, **changed: Any) -> TrackerRecord:
    """Return one call: flags are booleans or texts, nothing is said in three ways."""
    day = day_of(number)
    is_answered = number % 4 > 0
    is_known = number % 3 > 0
    payload: dict[str, Any] = {
        "callId": 700_000_000 + number,
        "callphase": "calldisconnected",
        "attribution": 1,
        "date": f"{day:%d/%m/%Y} {number % 24:02d}:{number % 60:02d}:05",
        "duration": 60 + number if is_answered else 0,
        "waitingConnect": number % 30,
        "callerNumber": "Anonymous" if number % 10 == 0 else f"7916{number:07d}",
        "phoneNumber": "74950000001",
        "redirectNumber": "",
        "successful": is_answered if number % 2 else str(is_answered),
        "uniqueCall": "True" if number % 5 else False,
        "targetCall": "False",
        "uniqTargetCall": "",
        "callbackCall": False,
        "city": "Москва" if is_known else NOTHING,
        "source": "yandex" if is_known else "(direct)",
        "medium": "cpc" if is_known else "(none)",
        "keyword": NOTHING,
        "url": f"https://romashka.example/?yclid={number}77" if is_known else "",
        "utmSource": "yandex" if is_known else NOTHING,
        "utmMedium": "cpc" if is_known else NOTHING,
        "utmCampaign": "555" if is_known else NOTHING,
        "utmContent": NOTHING,
        "utmTerm": "",
        "sessionId": 900_000_000 + number if is_known else None,
        "ctCallerId": None,
        "clientId": None,
        "yaClientId": f"16000000000000{number:05d}" if is_known else None,
        "sipCallId": f"1-{number:x}",
        "siteId": 17,
        "callTags": [{"category": "Лид", "type": "MANUAL", "names": ["Квал"]}]
        if number % 6 == 0
        else None,
        "yandexDirect": {"campaignId": 555, "adGroupId": 4567, "adId": 89, "criteriaId": 1}
        if is_known
        else None,
        "googleAdWords": None,
        "orders": [],
    }
    return TrackerRecord(
        kind="calls",
        number=700_000_000 + number,
        day=f"{day}",
        payload=payload | changed,
    )


def calltouch_request(number: int, **changed: Any) -> TrackerRecord:
    """Return one request; every fourth is of Moscow's first hour, yesterday in UTC."""
    day = day_of(number)
    at = datetime.combine(day, time(0 if number % 4 == 0 else 13, 15), MOSCOW)
    payload: dict[str, Any] = {
        "requestId": 80_000 + number,
        "requestNumber": f"web-{number}",
        "date": int(at.astimezone(UTC).timestamp() * 1000),
        "subject": "Заказ звонка",
        "uniqueRequest": "True",
        "targetRequest": False,
        "uniqTargetRequest": "",
        "client": {
            "clientId": number,
            "fio": "Ёлкин Иван",
            "phones": [{"phoneNumber": f"8916{number:07d}", "phoneType": "MOBILE"}],
            "contacts": [],
        },
        "session": {
            "sessionId": 910_000_000 + number,
            "source": "google",
            "medium": "cpc",
            "keywords": NOTHING,
            "url": f"https://romashka.example/?gclid=g{number}",
            "utmSource": "google",
            "utmMedium": "cpc",
            "utmCampaign": "111",
            "utmContent": NOTHING,
            "utmTerm": "",
            "guaClientId": "",
            "yaClientId": f"17{number:05d}",
            "attribution": 1,
        },
        "orders": [],
    }
    return TrackerRecord(
        kind="requests", number=80_000 + number, day=f"{day}", payload=payload | changed
    )


def comagic_row(kind: str, number: int, **changed: Any) -> TrackerRecord:
    """Return one row of a report, of the account's own zone."""
    day = day_of(number)
    moment = f"{day} {number % 24:02d}:{number % 60:02d}:05"
    own: dict[str, Any] = {
        "calls": {
            "start_time": moment,
            "direction": "out" if number % 9 == 0 else "in",
            "source": "dynamic_call_tracking",
            "is_lost": number % 4 == 0,
            "wait_duration": number % 30,
            "talk_duration": number,
            "total_duration": number + number % 30,
            "contact_phone_number": f"7916{number:07d}",
            "virtual_phone_number": "74950000002",
        },
        "chats": {
            "date_time": moment,
            "duration": "75",
            "messages_count": number,
            "employee_messages_count": number % 2,
            "visitor_phone_number": f"7916{number:07d}",
            "initiator": "visitor",
        },
        "offline_messages": {
            "date_time": moment,
            "process_time": None,
            "text": "canary of a message",
            "visitor_name": "canary of a person",
            "visitor_phone_number": f"7916{number:07d}",
            "form_name": "Обратный звонок",
        },
    }[kind]
    payload = {
        "id": 30_000 + number,
        "communication_id": 60_000 + number,
        "campaign_id": 12,
        "campaign_name": "Яндекс.Директ",
        "visitor_session_id": 5_000 + number,
        "gclid": None,
        "yclid": f"{number}88",
        "utm_source": "" if number % 3 == 0 else "yandex",
        "eq_utm_source": "yandex",
        "tags": [{"tag_id": 1, "tag_name": "Лид", "tag_type": "auto"}] if number % 2 else None,
        **own,
    }
    return TrackerRecord(kind=kind, number=30_000 + number, day=f"{day}", payload=payload | changed)
