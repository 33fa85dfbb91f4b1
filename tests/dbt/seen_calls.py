"""Calls that two or three systems saw, as each of them sends them."""

from __future__ import annotations

from typing import Any

PHONES = {
    who: f"+7903000{number:04}"
    for number, who in enumerate(
        (
            *("by_id", "near", "shifted", "thrice", "far", "missed", "called_back", "legs", "dst"),
            *("id", "twice", "rung_back"),
        ),
        start=1,
    )
}
BITRIX24 = {
    # id: phone, start, type (1 outgoing, 2 incoming), result, user, CALL_ID, EXTERNAL_CALL_ID
    "1": ("by_id", "2026-11-05T10:40:00+03:00", 2, 200, 10, "b1", "ref-1"),
    "2": ("near", "2026-11-05T18:03:00+10:00", 2, 200, 10, "b2", None),
    "3": ("shifted", "2026-11-05T12:00:00+03:00", 2, 304, 10, "b3", None),
    "4": ("shifted", "2026-11-05T12:05:00+03:00", 2, 200, 11, "b4", None),
    "5": ("thrice", "2026-11-05T13:00:00+03:00", 2, 200, 10, "b5", "uis-5"),
    "6": ("far", "2026-11-05T14:00:00+03:00", 2, 200, 10, "b6", None),
    "7": ("missed", "2026-11-05T15:00:00+03:00", 2, 304, 10, "b7", None),
    "8": ("missed", "2026-11-05T15:05:00+03:00", 2, 200, 10, "b8", None),
    "9": ("called_back", "2026-11-05T16:03:00+03:00", 1, 200, 11, "b9", None),
    "10": ("legs", "2026-11-05T17:00:00+03:00", 2, 304, 10, "b10", None),
    "11": ("legs", "2026-11-05T17:00:30+03:00", 3, 200, 11, "b10", None),
    "12": ("dst", "2026-03-29T11:30:00+10:00", 2, 200, 10, "b12", None),
    "13": ("id", "2026-11-02T10:00:00+03:00", 2, 200, 10, "b13", "900"),
    "14": ("twice", "2026-11-05T18:00:00+03:00", 2, 304, 10, "b14", None),
    "15": ("twice", "2026-11-05T18:00:40+03:00", 2, 200, 11, "b15", None),
    "16": ("rung_back", "2026-11-05T19:00:00+03:00", 2, 304, 10, "b16", None),
    "17": ("rung_back", "2026-11-05T19:00:50+03:00", 1, 200, 11, "b17", None),
}
CALLTOUCH = {
    # id: phone, Moscow's clock with the day first, callReferenceId
    "101": ("by_id", "05/11/2026 10:00:00", "ref-1"),
    "102": ("near", "05/11/2026 11:00:00", None),
    "103": ("shifted", "05/11/2026 12:04:00", None),
    "104": ("shifted", "05/11/2026 12:09:00", None),
    "105": ("thrice", "05/11/2026 13:01:00", None),
    "106": ("far", "05/11/2026 14:15:01", None),
    "108": ("missed", "05/11/2026 15:05:20", None),
    "109": ("called_back", "05/11/2026 16:00:00", None),
    "113": ("id", "05/11/2026 10:00:00", "900"),
    "114": ("twice", "05/11/2026 18:00:30", None),
    "115": ("twice", "05/11/2026 18:01:10", None),
    "116": ("rung_back", "05/11/2026 19:00:45", None),
}
COMAGIC = {
    # id: phone, clock of Berlin, call_api_external_id
    "205": ("thrice", "2026-11-05 11:00:30", "uis-5"),
    "212": ("dst", "2026-03-29 03:31:00", None),
}


def call_of_bitrix24(call_id: str) -> dict[str, Any]:
    who, start, kind, result, user, telephony_id, external_id = BITRIX24[call_id]
    return {
        "ID": call_id,
        "CALL_ID": telephony_id,
        "EXTERNAL_CALL_ID": external_id,
        "PORTAL_USER_ID": str(user),
        "PHONE_NUMBER": PHONES[who],
        "CALL_TYPE": str(kind),
        "CALL_FAILED_CODE": str(result),
        "CALL_DURATION": "60",
        "CALL_START_DATE": start,
    }


def call_of_calltouch(call_id: str) -> dict[str, Any]:
    who, start, reference = CALLTOUCH[call_id]
    return {
        "callId": int(call_id),
        "callReferenceId": reference,
        "callerNumber": PHONES[who].removeprefix("+"),
        "date": start,
        "successful": True,
        "duration": 58,
        "waitingConnect": 7,
        "utmSource": "yandex" if who == "near" else "<не указано>",
        "utmMedium": "cpc" if who == "near" else "",
        "yandexDirect": {"campaignId": 700001} if who == "thrice" else None,
    }


def call_of_comagic(call_id: str) -> dict[str, Any]:
    who, start, external_id = COMAGIC[call_id]
    return {
        "id": int(call_id),
        "call_api_external_id": external_id,
        "contact_phone_number": PHONES[who].removeprefix("+"),
        "start_time": start,
        "direction": "in",
        "is_lost": False,
        "talk_duration": 59,
        "gclid": "Cj0-abc" if who == "dst" else None,
    }
