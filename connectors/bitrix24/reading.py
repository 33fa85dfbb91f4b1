"""What all readers of one portal share, and how a window becomes filters and spans of ids.

Cursor honesty: a modification time says that a row changed, not that it is new. A deal restored
from the recycle bin gets a new id and keeps its old times, and an import may set times in the past;
so a run reads what was modified since the last one *and* every id above the largest one known. Not
seen by either: amounts in the account's currency after a change of rate, and stage semantics after
a stage was edited, both of which the portal rewrites without touching the modification time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from connectors.bitrix24.budget import Depth
from connectors.bitrix24.dialect import Dialect, Dialects
from connectors.bitrix24.in_flight import InFlight
from connectors.bitrix24.listings import Listing, ListingPerType, whole
from connectors.bitrix24.portal import Portal
from connectors.bitrix24.probe import Capabilities, probe
from connectors.bitrix24.walk import Span
from connectors.stream import Changes

Conditions = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One listing of a stream.

    Args:
        name: the `entityTypeId` of a type of smart process, empty where a stream has one listing.
        listing: how it is asked.
    """

    name: str
    listing: Listing

    def key(self, number: int) -> str:
        """Return the record's key for an id."""
        return f"{self.name}/{number}" if self.name else str(number)


class Reading:
    """One portal while it is read.

    Args:
        portal: whom to ask.
        in_flight: how many batches may be asked at once.
    """

    def __init__(self, portal: Portal, *, in_flight: InFlight) -> None:
        self.portal = portal
        self.in_flight = in_flight
        self._lock = threading.Lock()
        self._probed: Capabilities | None = None
        self._dialects: Dialects | None = None
        self._depths: dict[str, Depth] = {}

    def capabilities(self) -> Capabilities:
        """Return what the portal can do, asked once.

        Raises:
            ConnectorError: it does not answer, or does not know the webhook.
        """
        with self._lock:
            if self._probed is None:
                self._probed = probe(self.portal)
            return self._probed

    def depth(self, name: str) -> Depth:
        """Return how deep batches go, remembered by what is read."""
        return self._depths.setdefault(name, Depth())

    def parts(self, shape: Listing | ListingPerType) -> tuple[Part, ...]:
        """Return the listings of a stream; of smart processes those there are now."""
        if isinstance(shape, Listing):
            return (Part(name="", listing=shape),)
        return tuple(
            Part(name=str(one.entity_type_id), listing=shape.of(one.entity_type_id))
            for one in self.capabilities().types
            if one.has(shape.flag)
        )

    def passages(
        self, stream: str, parts: Sequence[Part], part: Part, changes: Changes
    ) -> Iterator[tuple[Conditions, Span]]:
        """Yield the filters and spans of ids that together are the window of a part.

        For changes these are two that share no id: what changed among the known ids, and all ids
        above them. A part of which nothing is known beside known ones is new, and read whole.
        """
        after = _resumed(part, changes.after_key)
        if after is None:
            return
        created = self.created(stream, parts, part, changes.created_from)
        known = changes.newest_keys.get(part.name)
        listing = part.listing
        is_new = known is None and bool(changes.newest_keys)
        if changes.since is None or listing.changed is None or is_new:
            yield created, Span(after=after, upto=None)
            return
        since = self._spelled(stream, parts, changes.since)
        changed = {**created, f">={listing.changed}": since}
        if listing.changed == listing.created and created:
            # One field for both: the later bound is the window.
            changed = max((created, changed), key=lambda bound: str(bound[f">={listing.changed}"]))
        newest = None if known is None else number_of(known)
        yield changed, Span(after=after, upto=newest)
        if newest is not None:
            yield created, Span(after=newest, upto=None)

    def created(
        self, stream: str, parts: Sequence[Part], part: Part, day: date | None
    ) -> Conditions:
        """Return the condition that leaves out what was created before a day of the portal."""
        if day is None or part.listing.created is None:
            return {}
        bound = datetime.combine(day, time.min, tzinfo=self.capabilities().zone)
        return {f">={part.listing.created}": self._spelled(stream, parts, bound)}

    def dialect(self, stream: str, parts: Sequence[Part]) -> Dialect:
        """Return how instants are spelled for a stream, tried once.

        Raises:
            ContractBroken: the filter by date or by id has no effect.
            ConnectorError: see `portal.py`.
        """
        capabilities = self.capabilities()
        with self._lock:
            if self._dialects is None:
                self._dialects = Dialects(self.portal, capabilities.zone, capabilities.dialects)
        return self._dialects.of(stream, [part.listing for part in parts])

    def _spelled(self, stream: str, parts: Sequence[Part], bound: datetime) -> str:
        return self.dialect(stream, parts).spell(bound)


def number_of(key: str) -> int:
    """Return the id in a landed key, `<part>/<id>` or `<id>`."""
    return whole(key.rpartition("/")[2], "a landed key")


def _resumed(part: Part, after_key: str | None) -> int | None:
    """Return the id behind which a part is read; None where it was read before."""
    if after_key is None:
        return 0
    name = after_key.rpartition("/")[0]
    if name == part.name:
        return number_of(after_key)
    return None if part.name and int(part.name) < int(name) else 0
