"""The advertiser and its objects, page by page.

Lists hold deleted objects only where their status is asked for by name; fifty objects are a page at
most (ads.vk.com/doc/api: API standards; resource/AdPlans, /AdGroups, /Banners).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import msgspec

from connectors import json_stream
from connectors.errors import ContractBroken, Unavailable
from connectors.raw_json import Json
from connectors.stream import Record
from connectors.vk_ads.access import Access
from connectors.vk_ads.settings import Settings
from connectors.vk_ads.streams import Level
from connectors.vk_ads.verdicts import SOURCE_NAME

PAGE = 50
_STATUSES = "active,blocked,deleted"
_TIMEZONE = "Europe/Moscow"
_UNSTATED = "RUB"


class _Identified(msgspec.Struct):
    id: int


class _Listed(msgspec.Struct):
    count: Annotated[int, msgspec.Meta(ge=0)]
    items: list[msgspec.Raw]


class _Stated(msgspec.Struct):
    id: int
    username: str = ""
    currency: str | None = None
    status: str | None = None


_identified = msgspec.json.Decoder(_Identified)
_listed = msgspec.json.Decoder(_Listed)
_stated = msgspec.json.Decoder(_Stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """The advertiser.

    Args:
        id: its number, part of every key.
        currency: ISO 4217, of every amount.
        record: as it lands.
    """

    id: int
    currency: str
    record: Record


def read_user(access: Access, settings: Settings) -> User:
    """Ask who the token belongs to; names and addresses of people are not asked for.

    The landed record is put together here, because it also says what the API does not: whether the
    amounts hold VAT, and whose days they are.

    Raises:
        ConnectorError: see `verdicts.py`.
    """
    params = {"fields": "id,username,currency,status"}
    found, _ = access.get("user", "api/v2/user.json", params, _stated)
    currency = settings.currency or found.currency or _UNSTATED
    written = json_stream.record_json(
        {
            "id": found.id,
            "username": found.username,
            "currency": currency,
            "status": found.status,
            "is_currency_stated": found.currency is not None,
            "is_vat_included": settings.vat_included,
            "timezone": _TIMEZONE,
        }
    )
    record = Record(key=f"{found.id}", payload=written.payload, original=written.original)
    return User(id=found.id, currency=currency, record=record)


def pages(access: Access, level: Level) -> Iterator[list[tuple[int, Json]]]:
    """Yield the objects of a level with their ids, oldest first, deleted ones too.

    Raises:
        Unavailable: the list moved while it was read.
        ConnectorError: see `verdicts.py`.
    """
    method, offset, seen = level.resource, 0, set[int]()
    while True:
        params = {
            "fields": ",".join(level.fields),
            "_status__in": _STATUSES,
            "sorting": "id",
            "limit": f"{PAGE}",
            "offset": f"{offset}",
        }
        found, is_marked = access.get(method, f"api/v2/{method}.json", params, _listed)
        page = [(_id(each, method), Json(each, is_marked)) for each in found.items]
        ids = {object_id for object_id, _ in page}
        if len(ids) < len(page) or ids & seen or (not page and offset < found.count):
            msg = "the list changed while it was read"
            raise Unavailable(msg, source=SOURCE_NAME, method=method)
        seen |= ids
        yield page
        offset += len(page)
        if offset >= found.count:
            return


def _id(item: msgspec.Raw, method: str) -> int:
    try:
        return _identified.decode(item).id
    except msgspec.DecodeError:
        pass
    msg = "the answer lists something without a number"
    raise ContractBroken(msg, source=SOURCE_NAME, method=method)
