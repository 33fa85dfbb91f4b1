"""How a listing's filter wants instants, and whether it filters at all: tried, not believed.

Some portals ignore the ISO spelling that is documented, and answer with everything
(bitrix-tools/b24-rest-docs#215); old lists ignore what they do not know. So before a listing is
first read by date it is asked for a day in the far future, which nothing may pass, for one in the
past, which a row has to, and for ids that nobody has.

The probe tries each method with one of its streams (`trial`, `proven`); where that shows nothing,
because that stream is empty or the documented spelling fails, each stream is tried by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from connectors.bitrix24.listings import SOURCE_NAME, Listing
from connectors.bitrix24.portal import Portal
from connectors.bitrix24.questions import Answers, ask
from connectors.errors import ContractBroken

_FUTURE = datetime(2099, 12, 31, tzinfo=UTC)
_PAST = datetime(2000, 1, 1, tzinfo=UTC)
_NOBODYS_ID = 2**63 - 1
"""The largest number that a database keeps an id in: imported rows may have ids close to it."""

_MOST_LISTINGS = 12
"""Four questions each fit one batch; the types of smart processes are all filtered alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a method's filter wants instants.

    Args:
        zone: the portal's offset.
        is_iso: `2026-11-24T10:00:00+03:00`, else `2026-11-24 10:00:00` in the portal's time.
        is_counted: the portal counts all rows with each page, though it is asked not to
            (`start=-1`): what is read is the same, but it takes long.
    """

    zone: tzinfo
    is_iso: bool = True
    is_counted: bool = False

    def spell(self, moment: datetime) -> str:
        """Return an instant as the filter reads it."""
        local = moment.astimezone(self.zone)
        if self.is_iso:
            return local.isoformat(timespec="seconds")
        return local.strftime("%Y-%m-%d %H:%M:%S")


class Dialects:
    """The dialects of a portal's streams, each found out when it is first needed.

    Args:
        portal: whom to ask.
        zone: the portal's offset.
        proven: by method, what the probe has found out already.
    """

    def __init__(self, portal: Portal, zone: tzinfo, proven: Mapping[str, Dialect]) -> None:
        self._portal = portal
        self._zone = zone
        self._proven = proven
        self._lock = threading.Lock()
        self._found: dict[str, Dialect] = {}

    def of(self, stream: str, listings: Sequence[Listing]) -> Dialect:
        """Return how to spell instants for a stream.

        Args:
            stream: its name.
            listings: what it is read from; filtered by `Listing.changed`.

        Raises:
            ContractBroken: the filter by date or by id has no effect.
            ConnectorError: see `portal.py`.
        """
        known = self._proven.get(listings[0].method) if listings else None
        if known is not None:  # the listings of a stream are of one method
            return known
        with self._lock:
            if stream not in self._found:
                self._found[stream] = self._tried(list(listings[:_MOST_LISTINGS]))
            return self._found[stream]

    def _tried(self, listings: Sequence[Listing]) -> Dialect:
        iso, plain = (Dialect(zone=self._zone, is_iso=is_iso) for is_iso in (True, False))
        if not listings:
            return iso
        questions: dict[str, str] = {}
        for number, listing in enumerate(listings):
            questions[f"row{number}"] = listing.page({}, only_key=True)
            questions |= trial(number, listing, self._zone)
        first = ask(self._portal, questions)
        for number, listing in enumerate(listings):
            refused = first.refusals.get(f"row{number}")
            if refused is not None:
                raise refused.as_error(listing.method)
        if any(_holds(first, f"beyond{n}", listing) for n, listing in enumerate(listings)):
            raise _ids_ignored(listings[0])
        has_rows = [_holds(first, f"row{n}", listing) for n, listing in enumerate(listings)]
        if _is_understood(first, listings, has_rows):
            return replace(iso, is_counted=first.counts_unasked)
        questions = {}
        for number, listing in enumerate(listings):
            questions |= _bounds(number, listing, plain)
        if _is_understood(ask(self._portal, questions), listings, has_rows):
            return replace(plain, is_counted=first.counts_unasked)
        raise _dates_ignored(listings[0])


def trial(number: int, listing: Listing, zone: tzinfo) -> dict[str, str]:
    """Return the questions that show whether a listing filters; its first page is asked beside."""
    beyond = {f">{listing.key}": _NOBODYS_ID}
    bounds = _bounds(number, listing, Dialect(zone=zone))
    return {f"beyond{number}": listing.page(beyond, only_key=True), **bounds}


def proven(
    number: int, listing: Listing, answers: Answers, zone: tzinfo, *, has_rows: bool
) -> Dialect | None:
    """Return the dialect that a trial has shown; None where it has shown nothing, or a fault."""
    is_shown = (
        has_rows
        and f"beyond{number}" not in answers.refusals
        and not _holds(answers, f"beyond{number}", listing)
        and all(name not in answers.refusals for name in (f"future{number}", f"past{number}"))
        and not _holds(answers, f"future{number}", listing)
        and _holds(answers, f"past{number}", listing)
    )
    return Dialect(zone=zone, is_counted=answers.counts_unasked) if is_shown else None


def _bounds(number: int, listing: Listing, dialect: Dialect) -> dict[str, str]:
    field = f">={listing.changed}"
    return {
        f"future{number}": listing.page({field: dialect.spell(_FUTURE)}, only_key=True),
        f"past{number}": listing.page({field: dialect.spell(_PAST)}, only_key=True),
    }


def _is_understood(answers: Answers, listings: Sequence[Listing], has_rows: Sequence[bool]) -> bool:
    """Tell whether the filter let the past through and the far future not."""
    return all(
        not {f"future{number}", f"past{number}"} & answers.refusals.keys()
        and not _holds(answers, f"future{number}", listing)
        and (not has_rows[number] or _holds(answers, f"past{number}", listing))
        for number, listing in enumerate(listings)
    )


def _holds(answers: Answers, name: str, listing: Listing) -> bool:
    return bool(listing.rows(answers.results.get(name)))


def _ids_ignored(listing: Listing) -> ContractBroken:
    msg = "the filter by id has no effect on this portal, so rows cannot be told apart"
    return ContractBroken(msg, source=SOURCE_NAME, method=listing.method)


def _dates_ignored(listing: Listing) -> ContractBroken:
    msg = "the filter by date has no effect on this portal, so changes cannot be told apart"
    return ContractBroken(msg, source=SOURCE_NAME, method=listing.method)
