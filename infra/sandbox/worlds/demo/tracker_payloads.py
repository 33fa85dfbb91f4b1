"""What the demo company's call trackers know, as their APIs send it.

Requests, chats and messages are those of leads; a call's number is hidden now and then where
telephony told the tracker its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from infra.sandbox import tracker_records
from infra.sandbox.store import Store
from infra.sandbox.tracker_records import TrackerRecord
from infra.sandbox.worlds.demo.marketing import CAMPAIGNS
from infra.sandbox.worlds.demo.records import Lead
from infra.sandbox.worlds.demo.signals import Signals
from infra.sandbox.worlds.demo.tracking import (
    CALLTOUCH,
    COMAGIC,
    FIRST_DAYS,
    Sight,
    share,
    visit_of,
)

META = {f"{tracker}_first_day": day.isoformat() for tracker, day in FIRST_DAYS.items()} | {
    "comagic_account_name": "Северный Дом",
    "calltouch_site_id": "52817",
}
"""Properties of the world that the protocols read."""

_NOTHING = "<не указано>"
_SITE_LINE, _FIRMS_LINE = "74950000145", "74950000146"
_PAIRS = {"yandex_direct": ("yandex", "cpc"), "google_ads": ("google", "cpc")}
_NAMES = {campaign.key: campaign.name for campaign in CAMPAIGNS}


def add(
    store: Store,
    seen: Sequence[Sight],
    leads: Iterable[Lead],
    calls: Mapping[int, Mapping[str, Any]],
) -> None:
    """Write what both trackers serve.

    Args:
        store: the store.
        seen: the calls that a tracker saw.
        leads: who asked in writing, among others.
        calls: telephony's own records by their numbers, for the id that it told the trackers.
    """
    asked = [lead for lead in leads if not lead.is_deleted]
    for tracker, written in ((CALLTOUCH, _calltouch_call), (COMAGIC, _comagic_call)):
        records = (
            written(sight, _told_id(sight, tracker, calls))
            for sight in seen
            if tracker in sight.trackers
        )
        tracker_records.add(store, tracker, records)
    tracker_records.add(store, CALLTOUCH, _requests(asked))
    tracker_records.add(store, COMAGIC, _messages(asked))


def _told_id(sight: Sight, tracker: str, calls: Mapping[int, Mapping[str, Any]]) -> str | None:
    if sight.call is None or tracker not in sight.told:
        return None
    return str(calls[sight.call.call_id]["CALL_ID"])


def _calltouch_call(sight: Sight, told: str | None) -> TrackerRecord:
    began = sight.written(CALLTOUCH)
    is_hidden = told is not None and COMAGIC not in sight.trackers and share(sight.number, 6) < 6
    session = _calltouch_session(sight.visit, sight.number)
    return TrackerRecord(
        kind="calls",
        number=71_000_000 + sight.number,
        day=began.date().isoformat(),
        payload=session
        | _ids_of_platforms(sight.visit)
        | {
            "callId": 71_000_000 + sight.number,
            "callphase": "calldisconnected",
            "date": f"{began:%d/%m/%Y %H:%M:%S}",
            "duration": sight.seconds,
            "waitingConnect": 5 + sight.number % 25,
            "callerNumber": "Anonymous" if is_hidden else sight.phone.removeprefix("+"),
            "phoneNumber": _SITE_LINE,
            "successful": sight.is_answered,
            "uniqueCall": sight.number % 3 > 0,
            "targetCall": sight.seconds >= 30,
            "uniqTargetCall": sight.seconds >= 30 and sight.number % 3 > 0,
            "callbackCall": sight.is_callback,
            "keyword": session["utmTerm"],
            "ctCallerId": None,
            "clientId": None,
            "sipCallId": told or f"sip-{sight.number}",
            "siteId": int(META["calltouch_site_id"]),
            "callTags": None,
            "orders": [],
        },
    )


def _calltouch_session(visit: Signals | None, number: int) -> dict[str, Any]:
    marks = visit or Signals()
    click = f"gclid={marks.gclid}" if marks.gclid else f"yclid={marks.yclid}"
    is_clicked = marks.gclid is not None or marks.yclid is not None
    return {
        "attribution": 1,
        "city": "Москва",
        "source": marks.source or _NOTHING,
        "medium": marks.medium or _NOTHING,
        "url": f"https://severny-dom.example/?{click if is_clicked else 'page=1'}" if visit else "",
        "utmSource": marks.source or _NOTHING,
        "utmMedium": marks.medium or _NOTHING,
        "utmCampaign": marks.campaign_mark or _NOTHING,
        "utmContent": marks.content or _NOTHING,
        "utmTerm": marks.term or "",
        "sessionId": 91_000_000 + number if visit else None,
        "yaClientId": f"17{number:014d}" if visit else None,
    }


def _ids_of_platforms(visit: Signals | None) -> dict[str, Any]:
    """The campaign where the visit names it by its id; trackers do not guess."""
    given: dict[str, Any] = {"yandexDirect": None, "googleAdWords": None}
    if visit is not None and visit.campaign is not None and visit.match_method == "campaign_id":
        name = "yandexDirect" if visit.campaign.platform == "yandex_direct" else "googleAdWords"
        given[name] = {"campaignId": int(visit.campaign.campaign_id), "adGroupId": 0}
    return given


def _comagic_call(sight: Sight, told: str | None) -> TrackerRecord:
    wait = 5 + sight.number % 25
    own = {
        "direction": "in",
        "source": "dynamic_call_tracking" if sight.visit else "static_call_tracking",
        "is_lost": not sight.is_answered,
        "finish_reason": "operator_disconnects" if sight.is_answered else "subscriber_disconnects",
        "wait_duration": wait,
        "talk_duration": sight.seconds,
        "total_duration": wait + sight.seconds,
        "contact_phone_number": sight.phone.removeprefix("+"),
        "virtual_phone_number": _FIRMS_LINE,
        "call_api_external_id": told,
    }
    moment = ("start_time", sight.written(COMAGIC))
    return _comagic_row("calls", sight.number, moment, sight.visit, own)


def _comagic_row(
    kind: str,
    number: int,
    moment: tuple[str, datetime],
    visit: Signals | None,
    own: Mapping[str, Any],
) -> TrackerRecord:
    name, began = moment
    return TrackerRecord(
        kind=kind,
        number=31_000_000 + number,
        day=began.date().isoformat(),
        payload=_comagic_visit(visit, number)
        | {
            "id": 31_000_000 + number,
            "communication_id": 61_000_000 + number,
            name: f"{began:%Y-%m-%d %H:%M:%S}",
            **own,
        },
    )


def _comagic_visit(visit: Signals | None, number: int) -> dict[str, Any]:
    """The marks of a visit; a campaign that they name by its id stands in its platform's pair."""
    if visit is None:
        return {"campaign_id": 12, "campaign_name": "Номер на сайте", "tags": None}
    source, medium, campaign = visit.source, visit.medium, visit.campaign_mark
    if visit.match_method == "campaign_id" and visit.campaign is not None:
        source, medium = _PAIRS[visit.campaign.platform]
        campaign = visit.campaign.campaign_id
    return {
        "campaign_id": 13,
        "campaign_name": _NAMES[visit.campaign] if visit.campaign else "Сайт",
        "site_id": 5021,
        "site_domain_name": "severny-dom.example",
        "visitor_id": 8_000_000 + number,
        "visitor_session_id": 9_000_000 + number,
        "gclid": visit.gclid,
        "yclid": visit.yclid,
        "utm_source": source or "",
        "utm_medium": medium or "",
        "utm_campaign": campaign or "",
        "utm_content": visit.content or "",
        "utm_term": visit.term or "",
        "tags": None,
    }


def _requests(leads: Iterable[Lead]) -> Iterator[TrackerRecord]:
    """Calltouch sees forms of the site that private people filled in."""
    for lead in _asked(leads, CALLTOUCH, lambda lead: lead.person.organisation is None):
        visit = visit_of(lead.signals)
        if visit is None or share(lead.lead_id, 7) >= 25:
            continue
        session = _calltouch_session(visit, 500_000 + lead.lead_id)
        phones = [{"phoneNumber": lead.person.dialled, "phoneType": "MOBILE"}]
        yield TrackerRecord(
            kind="requests",
            number=81_000_000 + lead.lead_id,
            day=lead.created.date().isoformat(),
            payload={
                "requestId": 81_000_000 + lead.lead_id,
                "requestNumber": f"web-{lead.lead_id}",
                "date": int(lead.created.timestamp() * 1000),
                "subject": lead.title,
                "uniqueRequest": not lead.is_return,
                "targetRequest": False,
                "uniqTargetRequest": "",
                "client": {
                    "clientId": lead.lead_id,
                    "fio": lead.person.full_name,
                    "phones": phones if lead.person.phones else [],
                    "contacts": [],
                },
                "session": session | {"keywords": session["utmTerm"], "guaClientId": ""},
                "orders": [],
            }
            | _ids_of_platforms(visit),
        )


def _messages(leads: Iterable[Lead]) -> Iterator[TrackerRecord]:
    """CoMagic sees how people of firms chat, and what they leave in a form."""
    for lead in _asked(leads, COMAGIC, lambda lead: lead.person.organisation is not None):
        turn, visit = share(lead.lead_id, 8), visit_of(lead.signals)
        moment = "date_time", lead.created
        phone = {"visitor_phone_number": lead.person.dialled or None}
        if turn < 30:
            chat = {
                "duration": str(40 + turn * 9),
                "answer_time": 10 + turn,
                "messages_count": 2 + turn % 9,
                "employee_messages_count": turn % 5,
                "initiator": "visitor",
                "chat_channel_type": "site",
            }
            yield _comagic_row("chats", 500_000 + lead.lead_id, moment, visit, chat | phone)
        elif turn < 50:
            form = {"form_name": "Запрос сметы", "status": "processed", "process_time": None}
            yield _comagic_row(
                "offline_messages", 500_000 + lead.lead_id, moment, visit, form | phone
            )


def _asked(
    leads: Iterable[Lead], tracker: str, is_counted: Callable[[Lead], bool]
) -> Iterator[Lead]:
    first: date = FIRST_DAYS[tracker]
    return (lead for lead in leads if lead.created.date() >= first and is_counted(lead))
