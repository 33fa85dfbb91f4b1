"""What a portal can do for us, asked once when it is first used, in one request.

* What the webhook may: its scopes, whether each list answers at all, whether its employee is an
  administrator (others do not see every row, without a word from the API).
* Which spelling of instants the filters understand. Some portals ignore the ISO spelling that is
  documented, and answer with everything (bitrix-tools/b24-rest-docs#215), so a filter is tried
  with a day in the far future, which nothing may pass, and one in the past, which a row has to.

A stream that cannot be served is off, with a reason for people; that is no failure of the load.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import cast

from connectors.bitrix24.envelope import Timing, php_map
from connectors.bitrix24.listings import SOURCE_NAME, Dictionary, Listing, command
from connectors.bitrix24.portal import Parts, Portal
from connectors.bitrix24.streams import STREAMS
from connectors.bitrix24.verdicts import Refusal
from connectors.errors import ConnectorError, ContractBroken, Retryable

_log = logging.getLogger(f"connectors.{SOURCE_NAME}")

_FUTURE = datetime(2099, 12, 31, tzinfo=UTC)
_PAST = datetime(2000, 1, 1, tzinfo=UTC)
_SIMPLE_MODE = 2
_SCOPES: Mapping[str, tuple[str, ...]] = {
    "user": ("user", "user_basic", "user_brief"),
}
"""By scope: any of these serves. What is not here has to be granted itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a method's filter wants instants.

    Args:
        zone: the portal's offset.
        is_iso: `2026-11-24T10:00:00+03:00`, else `2026-11-24 10:00:00` in the portal's time.
    """

    zone: tzinfo
    is_iso: bool = True

    def spell(self, moment: datetime) -> str:
        """Return an instant as the filter reads it."""
        local = moment.astimezone(self.zone)
        if self.is_iso:
            return local.isoformat(timespec="seconds")
        return local.strftime("%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What was found out.

    Args:
        zone: the portal's offset.
        unavailable: by stream, why it is off.
        dialects: by stream; a stream whose filter understands no spelling is missing.
    """

    zone: tzinfo
    unavailable: Mapping[str, str]
    dialects: Mapping[str, Dialect]

    def dialect(self, stream: str, method: str) -> Dialect:
        """Return how to spell instants for a stream.

        Raises:
            ContractBroken: its filter by date does not work.
        """
        found = self.dialects.get(stream)
        if found is None:
            msg = "the filter by date has no effect on this portal, so changes cannot be told apart"
            raise ContractBroken(msg, source=SOURCE_NAME, method=method)
        return found


def dated() -> dict[str, Listing]:
    """Return the listings that are filtered by date, by stream."""
    found = {stream.name: stream.request["shape"] for stream in STREAMS}
    return {
        name: listing
        for name, listing in found.items()
        if isinstance(listing, Listing) and listing.changed is not None
    }


def probe(portal: Portal) -> Capabilities:
    """Ask a portal what it can do.

    Raises:
        ConnectorError: it does not answer, or does not know the webhook.
    """
    asked = _asked(portal, _questions())
    zone = _zone(asked.time, asked.results.get("time"))
    unavailable = _unavailable(asked)
    dialects: dict[str, Dialect] = {}
    doubtful: dict[str, Listing] = {}
    for name, listing in dated().items():
        if name not in unavailable:
            if _understood(asked, name, "iso"):
                dialects[name] = Dialect(zone=zone)
            else:
                doubtful[name] = listing
    dialects |= _second_try(portal, doubtful, asked, zone)
    _tell(asked, unavailable)
    return Capabilities(zone=zone, unavailable=unavailable, dialects=dialects)


def _questions() -> dict[str, str]:
    questions = {
        "time": command("server.time", {}),
        "scope": command("scope", {}),
        "mode": command("crm.settings.mode.get", {}),
        "profile": command("profile", {}),
    }
    iso = Dialect(zone=UTC)
    for name, listing in dated().items():
        questions[f"{name}_row"] = listing.page({}, only_key=True)
        questions |= _filters(name, "iso", listing, iso)
    return questions


def _filters(name: str, tag: str, listing: Listing, dialect: Dialect) -> dict[str, str]:
    field = f">={listing.changed}"
    return {
        f"{name}_{tag}_future": listing.page({field: dialect.spell(_FUTURE)}, only_key=True),
        f"{name}_{tag}_past": listing.page({field: dialect.spell(_PAST)}, only_key=True),
    }


def _asked(portal: Portal, questions: Mapping[str, str]) -> Parts[object]:
    def build(_has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
        return questions

    def convert(_name: str, result: object) -> object:
        return result

    def conclude(parts: Parts[object]) -> Parts[object]:
        for name, refused in parts.refusals.items():
            error = refused.as_error(questions[name].partition("?")[0])
            if isinstance(error, Retryable):
                raise error
        return parts

    return portal.batch("batch", build, convert, conclude, halt=False)


def _zone(timing: Timing, server_time: object) -> tzinfo:
    at = timing.started_at
    if at is None:
        try:
            at = datetime.fromisoformat(str(server_time))
        except ValueError:
            at = None
    zone = at.tzinfo if at else None
    if zone is None:
        msg = "the portal does not tell its time"
        raise ContractBroken(msg, source=SOURCE_NAME, method="server.time")
    return zone


def _unavailable(asked: Parts[object]) -> dict[str, str]:
    granted = _scopes(asked.results.get("scope"))
    off: dict[str, str] = {}
    for stream in STREAMS:
        scope = stream.enabled_when or "crm"
        wanted = _SCOPES.get(scope, (scope,))
        refused = asked.refusals.get(f"{stream.name}_row")
        if granted is not None and granted.isdisjoint(wanted):
            off[stream.name] = f"the webhook was made without the scope {wanted[0]!r}"
        elif refused is not None:
            off[stream.name] = _reason(refused, wanted[0])
        elif not isinstance(stream.request["shape"], Listing | Dictionary):
            off[stream.name] = "not read yet"
    if _is_simple(asked):
        for name in ("leads", "lead_stage_history"):
            off.setdefault(name, "the portal works without leads (simple CRM) and has none")
    return off


def _scopes(told: object) -> frozenset[str] | None:
    """Return the webhook's scopes; None where the portal did not tell."""
    return frozenset(map(str, cast("list[object]", told))) if isinstance(told, list) else None


def _reason(refused: Refusal, scope: str) -> str:
    if refused.is_missing_scope:
        return f"the webhook was made without the scope {scope!r}"
    error: ConnectorError = refused.as_error("")
    return f"{error.message} ({error.code})" if error.code else error.message


def _is_simple(asked: Parts[object]) -> bool:
    """Tell whether leads are switched off and none are left from before."""
    mode = asked.results.get("mode")
    return str(mode) == str(_SIMPLE_MODE) and not _holds(asked, "leads_row", dated()["leads"])


def _understood(asked: Parts[object], name: str, tag: str, row: str | None = None) -> bool:
    """Tell whether a filter let the past through and the far future not."""
    listing = dated()[name]
    future, past = f"{name}_{tag}_future", f"{name}_{tag}_past"
    if future in asked.refusals or past in asked.refusals:
        return False
    has_rows = _holds(asked, f"{name}_row", listing) if row is None else bool(row)
    return not _holds(asked, future, listing) and (not has_rows or _holds(asked, past, listing))


def _holds(asked: Parts[object], name: str, listing: Listing) -> bool:
    return bool(listing.rows(asked.results.get(name)))


def _second_try(
    portal: Portal, doubtful: Mapping[str, Listing], asked: Parts[object], zone: tzinfo
) -> dict[str, Dialect]:
    """Try the spelling without an offset where the documented one does not work."""
    if not doubtful:
        return {}
    plain = Dialect(zone=zone, is_iso=False)
    questions: dict[str, str] = {}
    for name, listing in doubtful.items():
        questions |= _filters(name, "plain", listing, plain)
    answers = _asked(portal, questions)
    return {
        name: plain
        for name, listing in doubtful.items()
        if _understood(
            answers, name, "plain", row="has" if _holds(asked, f"{name}_row", listing) else ""
        )
    }


def _tell(asked: Parts[object], unavailable: Mapping[str, str]) -> None:
    for name, reason in unavailable.items():
        _log.info("%s is off: %s", name, reason)
    profile = php_map(asked.results.get("profile"))
    if profile and profile.get("ADMIN") is not True:
        _log.warning(
            "the webhook's employee is no administrator: rows that they may not see are missing, "
            "and nothing in the API's answers says so"
        )
