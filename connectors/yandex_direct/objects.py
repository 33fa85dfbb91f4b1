"""The object services: who advertises, and which campaigns, ad groups and ads there are.

`{"method": "get", "params": {…}}` brings `{"result": {"Campaigns": […], "LimitedBy": 10000}}`; the
next page begins at `LimitedBy`, until it is absent (yandex.com/dev/direct/doc/en/get). Campaigns
of the unified kind are shown whole by version 501 alone (/campaigns).

Not here: what errors mean (`verdicts.py`), the Reports service (`reports.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, cast

from connectors import json_stream
from connectors.errors import ContractBroken, Unavailable
from connectors.http import Answer, HttpClient, Request
from connectors.yandex_direct.points import Points
from connectors.yandex_direct.verdicts import SOURCE_NAME, as_refusal, refusal

_OK = 200
_PAGE = 10_000
_CAMPAIGNS_AT_ONCE = 10
"""So many `CampaignIds` are taken by one request (yandex.com/dev/direct/doc/en/ads/get)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What to ask an object service for.

    Args:
        service: its name in the address.
        member: under which name the answer lists objects.
        fields: the parameters that name fields.
        criteria: the `SelectionCriteria`.
        version: of the API.
        per_campaign: whether objects are had by their campaigns only.
        is_paged: whether the service takes `Page`.
    """

    service: str
    member: str
    fields: Mapping[str, Sequence[str]]
    criteria: Mapping[str, object] | None = field(default_factory=dict[str, object])
    version: str = "v501"
    per_campaign: bool = False
    is_paged: bool = True

    @property
    def method(self) -> str:
        """The name for people and for error reports."""
        return f"{self.service}.get"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One page of a listing, and where the next one begins."""

    objects: list[Mapping[str, Any]]
    following: int | None


class Objects:
    """Asks the object services.

    Args:
        http: a client of the API's base URL.
        points: told what calls cost.
    """

    def __init__(self, http: HttpClient, points: Points) -> None:
        self._http = http
        self._points = points

    def listed(
        self, listing: Listing, headers: Mapping[str, str], campaigns: Sequence[int] = ()
    ) -> Iterator[list[Mapping[str, Any]]]:
        """Yield the objects page by page.

        Args:
            listing: what to ask for.
            headers: authorisation and advertiser.
            campaigns: whose objects, where the service wants to know that.

        Raises:
            ContractBroken: an answer is not as documented.
            ConnectorError: see `verdicts.py`.
        """
        if not listing.per_campaign:
            yield from self._paged(listing, headers, {})
            return
        for first in range(0, len(campaigns), _CAMPAIGNS_AT_ONCE):
            asked = list(campaigns[first : first + _CAMPAIGNS_AT_ONCE])
            yield from self._paged(listing, headers, {"CampaignIds": asked})

    def _paged(
        self, listing: Listing, headers: Mapping[str, str], criteria: Mapping[str, object]
    ) -> Iterator[list[Mapping[str, Any]]]:
        offset: int | None = 0
        while offset is not None:
            params: dict[str, object] = dict(listing.fields)
            if listing.criteria is not None:
                params["SelectionCriteria"] = {**listing.criteria, **criteria}
            if listing.is_paged:
                params["Page"] = {"Limit": _PAGE, "Offset": offset}
            request = Request(
                name=listing.method,
                path=f"json/{listing.version}/{listing.service}",
                json={"method": "get", "params": params},
                headers=headers,
            )
            part = self._http.fetch(request, lambda answer: self._read(listing, answer))
            yield part.objects
            if part.following is not None and part.following <= offset:
                msg = "the next page begins before this one ends"
                raise ContractBroken(msg, source=SOURCE_NAME, method=listing.method)
            offset = part.following

    def _read(self, listing: Listing, answer: Answer) -> _Part:
        method = listing.method
        if answer.status != _OK:
            raise refusal(answer).as_error(method)
        chunks = answer.chunks()
        first = next((chunk for chunk in chunks if chunk.strip()), b"")
        if first and not first.lstrip().startswith(b"{"):
            msg = "the server answered with something else than JSON: a page for people or a proxy"
            raise ContractBroken(msg, source=SOURCE_NAME, method=method)
        item = f"result.{listing.member}.item"
        wanted = frozenset({item, "result.LimitedBy", "error"})
        objects: list[Mapping[str, Any]] = []
        following: object = None
        try:
            for path, value in json_stream.values(chain((first,), chunks), wanted.__contains__):
                if path == "error":
                    raise as_refusal(value, answer).as_error(method)
                if path == item:
                    objects.append(_object(value, method))
                else:
                    following = value
        except json_stream.NotJson:
            msg = "the answer ended before it was complete"
            failure = Unavailable(msg, source=SOURCE_NAME, method=method)
        else:
            self._points.note(answer.headers)
            return _Part(objects=objects, following=_offset(following, method))
        raise failure


def _object(value: object, method: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value)
    msg = "the answer lists something that is no object"
    raise ContractBroken(msg, source=SOURCE_NAME, method=method)


def _offset(value: object, method: str) -> int | None:
    if value is None or type(value) is int:
        return value
    msg = "the answer's LimitedBy is no number"
    raise ContractBroken(msg, source=SOURCE_NAME, method=method)
