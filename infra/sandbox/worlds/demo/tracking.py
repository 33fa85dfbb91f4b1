"""Which calls two call trackers saw, and which they alone saw.

Calltouch counts the site since April, CoMagic the line for firms since January; in April it was
tried on the site as well, so some calls of that month were seen by three systems. Telephony does
not know who hung up before it rang. What is seen follows from the numbers of the calls: nothing is
drawn, and the marks of a visit are those that the caller's lead carries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from infra.sandbox.call_ledger import BY_ID, BY_PHONE, NO_METHOD, CallFact
from infra.sandbox.ledger import UNKNOWN
from infra.sandbox.worlds.demo.company import AS_OF, ZONE
from infra.sandbox.worlds.demo.marketing import SHARED_ID
from infra.sandbox.worlds.demo.people import Person
from infra.sandbox.worlds.demo.records import Call, Lead
from infra.sandbox.worlds.demo.signals import NUMBERED, Signals
from infra.sandbox.worlds.demo.telephony import CALLBACK, INCOMING

TELEPHONY, CALLTOUCH, COMAGIC = "bitrix24", "calltouch", "comagic"
FIRST_DAYS = {CALLTOUCH: date(2026, 4, 1), COMAGIC: date(2026, 1, 12)}
BEHIND = {CALLTOUCH: timedelta(seconds=6), COMAGIC: timedelta(seconds=70)}
"""How much earlier than telephony each tracker writes a call down."""

_TRIAL = (date(2026, 4, 1), date(2026, 4, 30))
_WHOLE = re.compile(r"\+7\d{10}")
_LOST = timedelta(minutes=4)
"""How long before the call that came through somebody hung up."""

_FIRST_LOST, _FIRST_STRANGER = 100_000, 200_000
_STRANGERS_A_DAY = 3
_OF_A_VISIT = frozenset({"campaign_id", "click_id", "utm_pair", "utm_medium"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One call that a tracker saw.

    Args:
        number: its number among the sights.
        call: as telephony knows it; None where it does not.
        began: by telephony's clock.
        phone: of the caller.
        is_callback: whether the tracker itself called the visitor.
        is_answered: whether anybody spoke.
        seconds: how long.
        visit: the marks of the visit; None where the tracker knows of none.
        trackers: that saw it.
        told: those of them that telephony told its own id of the call.
    """

    number: int
    call: Call | None
    began: datetime
    phone: str
    is_callback: bool
    is_answered: bool
    seconds: int
    visit: Signals | None
    trackers: tuple[str, ...]
    told: frozenset[str]

    @property
    def match_method(self) -> str:
        """How a correct report brings the records of the call together."""
        if self.call is None:
            return NO_METHOD
        return BY_ID if self.told == set(self.trackers) else BY_PHONE

    def written(self, tracker: str) -> datetime:
        """Return when it began by a tracker's clock."""
        return self.began - BEHIND[tracker]


def sights(calls: Sequence[Call]) -> list[Sight]:
    """Return what the trackers saw.

    Args:
        calls: all that telephony saw, with their numbers.
    """
    return [*_of_telephony(calls), *_of_strangers()]


def call_facts(calls: Sequence[Call], seen: Sequence[Sight]) -> Iterator[CallFact]:
    """State every call once."""
    known = {sight.call.call_id: sight for sight in seen if sight.call is not None}
    for call in calls:
        sight = known.get(call.call_id)
        yield CallFact(
            systems=(TELEPHONY, *(() if sight is None else sight.trackers)),
            match_method=NO_METHOD if sight is None else sight.match_method,
            channel_code=_channel(sight),
            is_answered=call.code == "200",
            seconds=call.seconds,
        )
    for sight in seen:
        if sight.call is None:
            yield CallFact(
                systems=sight.trackers,
                match_method=sight.match_method,
                channel_code=_channel(sight),
                is_answered=sight.is_answered,
                seconds=sight.seconds,
            )


def share(number: int, salt: int) -> int:
    """Return 0 to 99, about evenly, by a number alone."""
    return (number * 7919 + salt * 104_729) % 9973 % 100


def visit_of(signals: Signals) -> Signals | None:
    """Return the marks of a record where a visit to the site left them."""
    return signals if signals.match_method in _OF_A_VISIT else None


def _channel(sight: Sight | None) -> str:
    return UNKNOWN if sight is None or sight.visit is None else sight.visit.channel_code


def _of_telephony(calls: Sequence[Call]) -> Iterator[Sight]:
    for call in calls:
        trackers = tuple(tracker for tracker in FIRST_DAYS if _sees(tracker, call))
        if not trackers:
            continue
        told = {CALLTOUCH: share(call.call_id, 3) < 45, COMAGIC: share(call.call_id, 4) < 60}
        record = call.record
        visit = visit_of(record.signals) if isinstance(record, Lead) else None
        yield Sight(
            number=call.call_id,
            call=call,
            began=call.started,
            phone=call.phone,
            is_callback=call.kind == CALLBACK,
            is_answered=call.code == "200",
            seconds=call.seconds,
            visit=visit,
            trackers=trackers,
            told=frozenset(tracker for tracker in trackers if told[tracker]),
        )
        if CALLTOUCH in trackers and _was_lost_before(call):
            began = call.started - _LOST
            yield _unheard(_FIRST_LOST + call.call_id, CALLTOUCH, began, call.phone, visit)


def _was_lost_before(call: Call) -> bool:
    """Whether the caller had hung up a little earlier, before telephony rang."""
    day = (call.started - _LOST - BEHIND[CALLTOUCH]).date()
    is_counted = call.kind == INCOMING and day >= FIRST_DAYS[CALLTOUCH]
    return is_counted and share(call.call_id, 5) < 7


def _sees(tracker: str, call: Call) -> bool:
    if call.kind not in (INCOMING, CALLBACK) or not _WHOLE.fullmatch(call.phone):
        return False
    day = (call.started - BEHIND[tracker]).date()
    if day < FIRST_DAYS[tracker]:
        return False
    who = call.record.person if isinstance(call.record, Lead) else call.record
    is_of_a_firm = isinstance(who, Person) and who.organisation is not None
    if tracker == CALLTOUCH:
        return not is_of_a_firm and share(call.call_id, 1) < 62
    if call.kind == CALLBACK:
        return False
    if is_of_a_firm:
        return share(call.call_id, 2) < 80
    return _TRIAL[0] <= day <= _TRIAL[1] and share(call.call_id, 2) < 40


def _of_strangers() -> Iterator[Sight]:
    """People who hung up before telephony rang, and of whom the portal knows nothing."""
    campaigns = [campaign for campaign in NUMBERED if campaign.campaign_id != SHARED_ID]
    number = _FIRST_STRANGER
    for tracker, first in FIRST_DAYS.items():
        for offset in range((AS_OF - first).days + 1):
            day = first + timedelta(days=offset)
            for turn in range(_STRANGERS_A_DAY if tracker == CALLTOUCH else offset % 2):
                number += 1
                began = datetime.combine(day, time(9 + turn * 4, number % 60, 30), ZONE)
                campaign = campaigns[number % len(campaigns)]
                visit = Signals(
                    channel_code=campaign.channel_code,
                    match_method="campaign_id",
                    campaign=campaign.key,
                    source="yandex" if campaign.platform == "yandex_direct" else "google",
                    medium="cpc",
                    campaign_mark=campaign.campaign_id,
                )
                if number % 3 == 0:
                    visit = Signals(
                        channel_code="organic_search",
                        match_method="utm_medium",
                        source="yandex",
                        medium="organic",
                    )
                phone = f"+7906000{number - _FIRST_STRANGER:04d}"
                yield _unheard(number, tracker, began, phone, None if number % 5 == 0 else visit)


def _unheard(
    number: int, tracker: str, began: datetime, phone: str, visit: Signals | None
) -> Sight:
    return Sight(
        number=number,
        call=None,
        began=began,
        phone=phone,
        is_callback=False,
        is_answered=False,
        seconds=0,
        visit=visit,
        trackers=(tracker,),
        told=frozenset(),
    )
