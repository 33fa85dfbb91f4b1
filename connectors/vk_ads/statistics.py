"""Days of objects, asked of version 2 by ids.

At most 200 ids a request (ads.vk.com/doc/api/info/Statistics). Version 3 needs no ids, but its
documented answer is one sum of the whole period. `attribution` is named, because every parameter
but `metrics` is obligatory; `conversion` credits a goal to the day on which it happened.

Money is a decimal text in the advertiser's currency, counters are numbers. `base.goals` counts what
the older system called goals; those of VK Ads stand under `base.vk`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec

from connectors.errors import ContractBroken
from connectors.raw_json import Json
from connectors.stream import Days
from connectors.vk_ads.access import Access
from connectors.vk_ads.verdicts import SOURCE_NAME

IDS_AT_ONCE = 200
USERS = "users"


class _OfVk(msgspec.Struct):
    goals: int = 0


class _Base(msgspec.Struct):
    shows: int
    clicks: int
    spent: Decimal
    vk: _OfVk = msgspec.field(default_factory=_OfVk)
    goals: int = 0


class _Row(msgspec.Struct):
    date: date
    base: _Base


class _Item(msgspec.Struct):
    id: int
    rows: list[msgspec.Raw]


class _Answer(msgspec.Struct):
    items: list[_Item]


_answers = msgspec.json.Decoder(_Answer)
_rows = msgspec.json.Decoder(_Row)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFound:
    """An object's day.

    Args:
        object_id: whose.
        day: Moscow's.
        spent: in the advertiser's currency.
        is_blank: nothing was shown, clicked, spent or reached.
        sent: the row as VK sent it.
    """

    object_id: int
    day: date
    spent: Decimal
    is_blank: bool
    sent: Json


def days_of(
    access: Access, resource: str, ids: Sequence[int], days: Days
) -> Iterator[list[DayFound]]:
    """Yield the days of objects, one list for each request.

    Args:
        access: asks.
        resource: `ad_plans`, `ad_groups`, `banners` or `users`.
        ids: whose days.
        days: which days.

    Raises:
        ContractBroken: the answer is of another shape, or about something else.
        ConnectorError: see `verdicts.py`.
    """
    method = f"statistics.{resource}"
    for first in range(0, len(ids), IDS_AT_ONCE):
        asked = ids[first : first + IDS_AT_ONCE]
        params = {
            "id": ",".join(f"{each}" for each in asked),
            "date_from": f"{days.first}",
            "date_to": f"{days.last}",
            "metrics": "base",
            "attribution": "conversion",
        }
        path = f"api/v2/statistics/{resource}/day.json"
        found, is_marked = access.get(method, path, params, _answers)
        if not {item.id for item in found.items} <= set(asked):
            msg = "the answer is about objects that were not asked for"
            raise ContractBroken(msg, source=SOURCE_NAME, method=method)
        yield [
            _day(item.id, Json(row, is_marked), method) for item in found.items for row in item.rows
        ]


def _day(object_id: int, sent: Json, method: str) -> DayFound:
    try:
        row = _rows.decode(sent.raw)
    except msgspec.DecodeError:
        pass
    else:
        base = row.base
        figures = (base.shows, base.clicks, base.spent, base.goals, base.vk.goals)
        return DayFound(
            object_id=object_id,
            day=row.date,
            spent=base.spent,
            is_blank=not any(figures),
            sent=sent,
        )
    msg = "a day lacks its date, its shows, clicks or spend"
    raise ContractBroken(msg, source=SOURCE_NAME, method=method)
