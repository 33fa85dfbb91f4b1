"""Who advertises: the token's own advertiser, or every client of an agency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from connectors import json_stream
from connectors.errors import ContractBroken, Misconfigured
from connectors.stream import Record
from connectors.yandex_direct.objects import Listing, Objects
from connectors.yandex_direct.settings import Settings
from connectors.yandex_direct.verdicts import SOURCE_NAME

_FIELDS = ("ClientId", "ClientInfo", "Login", "Currency", "CountryId", "VatRate", "Type")

ITSELF = Listing(
    service="clients",
    member="Clients",
    fields={"FieldNames": _FIELDS},
    criteria=None,
    version="v5",
    is_paged=False,
)
"""yandex.com/dev/direct/doc/en/clients/get"""

CLIENTS = Listing(
    service="agencyclients",
    member="Clients",
    fields={"FieldNames": (*_FIELDS, "Archived")},
    version="v5",
)
"""Archived clients too: their past days stay true (yandex.com/dev/direct/doc/en/agencyclients/get).
"""


class _Stated(msgspec.Struct, frozen=True, rename="pascal"):
    """What an advertiser's record has to hold."""

    login: Annotated[str, msgspec.Meta(min_length=1)]
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertiser:
    """One advertiser.

    Args:
        login: its name everywhere, part of every key.
        currency: ISO 4217, of every amount.
        headers: what a request for it has to carry.
        record: as it lands.
    """

    login: str
    currency: str
    headers: Mapping[str, str]
    record: Record


def read(objects: Objects, settings: Settings) -> tuple[Advertiser, ...]:
    """Ask who advertises; in the order of their logins.

    Raises:
        ContractBroken: an advertiser is not as documented.
        Misconfigured: the token is an agency's, and neither AGENCY nor CLIENT_LOGIN is set.
        ConnectorError: see `verdicts.py`.
    """
    given = headers(settings)
    listing = CLIENTS if settings.agency else ITSELF
    found = [each for page in objects.listed(listing, given) for each in page]
    if settings.agency:
        read_ones = (_checked(each, given, listing.method, by_name=True) for each in found)
        return tuple(sorted(read_ones, key=lambda advertiser: advertiser.login))
    if len(found) != 1:
        msg = f"expected one advertiser, the answer holds {len(found)}; set CLIENT_LOGIN"
        raise ContractBroken(msg, source=SOURCE_NAME, method=listing.method)
    return (_checked(found[0], given, listing.method, by_name=False),)


def headers(settings: Settings) -> dict[str, str]:
    """Return what every request carries."""
    given = {
        "Authorization": f"Bearer {settings.token.get_secret_value()}",
        "Accept-Language": "en",
    }
    if settings.client_login is not None:
        given["Client-Login"] = settings.client_login
    return given


def _checked(
    found: Mapping[str, Any], given: Mapping[str, str], method: str, *, by_name: bool
) -> Advertiser:
    """Hold a record against its shape; msgspec's text names a field, never a value."""
    try:
        stated = msgspec.convert(found, _Stated)
    except msgspec.ValidationError as error:
        msg = f"the advertiser is not as the API describes it: {error}"
    else:
        if stated.type == "AGENCY":
            msg = "TOKEN is an agency's: set AGENCY to true, or CLIENT_LOGIN to one of its clients"
            raise Misconfigured(msg, source=SOURCE_NAME, method=method)
        written = json_stream.record_json(found)
        return Advertiser(
            login=stated.login,
            currency=stated.currency,
            headers={**given, "Client-Login": stated.login} if by_name else given,
            record=Record(key=stated.login, payload=written.payload, original=written.original),
        )
    raise ContractBroken(msg, source=SOURCE_NAME, method=method)
