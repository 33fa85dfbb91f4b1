"""What a portal can do for us, asked once when it is first used, in one request.

Asked is what the webhook may (its scopes, whether its employee is an administrator: others do not
see every row, without a word from the API), whether each method answers at all, which types of
smart processes there are, and whether the portal works with leads.

A stream that cannot be served is off, with a reason for people; that is no failure of the load.
Whether filters do what they say is tried with one stream of each method; what that does not show
is tried later, stream by stream (`dialect.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import cast

from connectors.bitrix24.dialect import Dialect, proven, trial
from connectors.bitrix24.envelope import Timing, moment, php_map
from connectors.bitrix24.listings import (
    SOURCE_NAME,
    Daily,
    Dictionary,
    DictionaryPerType,
    Listing,
    ListingPerType,
    ProductRows,
    Shape,
    command,
)
from connectors.bitrix24.methods import LEAD, TYPES, items, stage_history
from connectors.bitrix24.portal import Portal
from connectors.bitrix24.process_types import ProcessType, process_types
from connectors.bitrix24.questions import Answers, ask
from connectors.bitrix24.streams import STREAMS
from connectors.bitrix24.verdicts import Refusal
from connectors.errors import ConnectorError, ContractBroken, Unauthorized

_log = logging.getLogger(f"connectors.{SOURCE_NAME}")

WITHOUT_LEADS = "the portal works without leads (simple CRM) and has none"

_SIMPLE_MODE = 2
_MISSING = "ERROR_METHOD_NOT_FOUND"
_SCOPES: Mapping[str, tuple[str, ...]] = {
    "user": ("user", "user_basic", "user_brief"),
}
"""By scope: any of these serves. What is not here has to be granted itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What was found out.

    Args:
        now: the portal's clock when it answered, with the portal's offset.
        unavailable: by stream, why it is off.
        types: the types of smart processes, in the order of their ids.
        scopes: what the webhook may; None where the portal did not tell.
        is_admin: whether its employee is an administrator; None where the portal did not tell.
        dialects: by method, how its filter wants instants, where that has been shown.
    """

    now: datetime
    unavailable: Mapping[str, str]
    types: tuple[ProcessType, ...] = ()
    scopes: frozenset[str] | None = None
    is_admin: bool | None = None
    dialects: Mapping[str, Dialect] = field(default_factory=dict[str, Dialect])

    @property
    def zone(self) -> tzinfo:
        """The portal's offset."""
        return cast("tzinfo", self.now.tzinfo)


def shape_of(name: str) -> Shape:
    """Return the shape in which a stream is asked."""
    return next(cast("Shape", s.request["shape"]) for s in STREAMS if s.name == name)


def probe(portal: Portal) -> Capabilities:
    """Ask a portal what it can do.

    Raises:
        ConnectorError: it does not answer, or does not know the webhook.
    """
    asked = ask(portal, _questions())
    profile = php_map(asked.results.get("profile"))
    now = _now(asked.time, asked.results.get("time"))
    capabilities = Capabilities(
        now=now,
        unavailable=_unavailable(asked),
        types=process_types(portal, asked.results.get("types")),
        scopes=_scopes(asked.results.get("scope")),
        is_admin=profile.get("ADMIN") is True if profile else None,
        dialects=_dialects(asked, cast("tzinfo", now.tzinfo)),
    )
    for name, reason in capabilities.unavailable.items():
        _log.info("%s is off: %s", name, reason)
    if capabilities.is_admin is False:
        _log.warning(
            "the webhook's employee is no administrator: rows that they may not see are missing, "
            "and nothing in the API's answers says so"
        )
    return capabilities


def granting(scope: str) -> tuple[str, ...]:
    """Return the scopes of which any one serves."""
    return _SCOPES.get(scope, (scope,))


def _questions() -> dict[str, str]:
    questions = {
        "time": command("server.time", {}),
        "scope": command("scope", {}),
        "mode": command("crm.settings.mode.get", {}),
        "profile": command("profile", {}),
        "types": command(TYPES.method, {}),
    }
    for stream in STREAMS:
        match shape_of(stream.name):
            case Listing() as listing:
                text = listing.page({}, only_key=True)
            case Dictionary() as dictionary:
                text = command(dictionary.method, {**dictionary.fixed, **dictionary.narrowed})
            case ProductRows() as shape:
                # Of the first owner that the portal has: of one that is not there it says the
                # same as of a right that is missing.
                first = f"$result[{_row(shape.owners_stream)}][items][0][id]"
                text = shape.page([first], 0)
            case ListingPerType() | DictionaryPerType() | Daily():
                continue
        questions[_row(stream.name)] = text
    for number, (_, listing) in enumerate(_tried()):
        questions |= trial(number, listing, UTC)
    return questions


def _tried() -> list[tuple[str, Listing]]:
    """Return one stream for each method that is filtered by date, with its listing."""
    found: dict[str, tuple[str, Listing]] = {}
    for stream in STREAMS:
        shape = shape_of(stream.name)
        if isinstance(shape, Listing) and shape.changed is not None:
            found.setdefault(shape.method, (stream.name, shape))
    return list(found.values())


def _dialects(asked: Answers, zone: tzinfo) -> dict[str, Dialect]:
    dialects: dict[str, Dialect] = {}
    for number, (stream, listing) in enumerate(_tried()):
        has_rows = _row(stream) not in asked.refusals and _holds(asked, stream, listing)
        shown = proven(number, listing, asked, zone, has_rows=has_rows)
        if shown is not None:
            dialects[listing.method] = shown
    return dialects


def _row(stream: str) -> str:
    return f"{stream}_row"


def _now(timing: Timing, server_time: object) -> datetime:
    now = timing.started_at or moment(server_time)
    if now is None:
        msg = "the portal does not tell its time"
        raise ContractBroken(msg, source=SOURCE_NAME, method="server.time")
    return now


def _unavailable(asked: Answers) -> dict[str, str]:
    granted = _scopes(asked.results.get("scope"))
    is_simple = _is_simple(asked)
    off: dict[str, str] = {}
    for stream in STREAMS:
        scope = stream.enabled_when or ""
        shape = shape_of(stream.name)
        refused = _refusal(asked, stream.name, shape)
        if granted is not None and granted.isdisjoint(granting(scope)):
            off[stream.name] = without_scope(scope)
        elif refused is not None:
            off[stream.name] = _reason(refused, scope)
        elif is_simple and _is_of_leads(shape):
            off[stream.name] = WITHOUT_LEADS
    return off


def _refusal(asked: Answers, name: str, shape: Shape) -> Refusal | None:
    match shape:
        case ListingPerType():
            return asked.refusals.get("types")
        case ProductRows():
            refused = asked.refusals.get(_row(name))
            # Without an owner to ask for, the question itself is refused.
            is_telling = _holds(asked, shape.owners_stream, shape.owners)
            is_missing = refused is not None and refused.code.upper() == _MISSING
            return asked.refusals.get(_row(shape.owners_stream)) or (
                refused if is_telling or is_missing else None
            )
        case _:
            return asked.refusals.get(_row(name))


def _scopes(told: object) -> frozenset[str] | None:
    """Return the webhook's scopes; None where the portal did not tell."""
    return frozenset(map(str, cast("list[object]", told))) if isinstance(told, list) else None


def without_scope(scope: str) -> str:
    """Say that a scope is missing."""
    return f"the webhook was made without the scope {scope!r}"


def _reason(refused: Refusal, scope: str) -> str:
    if refused.is_missing_scope:
        return without_scope(scope)
    error: ConnectorError = refused.as_error("")
    if isinstance(error, Unauthorized):
        # Others are answered, so it is not the plan that lacks REST.
        return f"the employee has no right to see these ({error.code or 'access denied'})"
    return f"{error.message} ({error.code})" if error.code else error.message


def _is_simple(asked: Answers) -> bool:
    """Tell whether leads are switched off and none are left from before."""
    mode = asked.results.get("mode")
    return str(mode) == str(_SIMPLE_MODE) and not _holds(asked, "leads", items(LEAD))


def _is_of_leads(shape: Shape) -> bool:
    owned = shape.owners if isinstance(shape, ProductRows) else shape
    return owned in (items(LEAD), stage_history(LEAD))


def _holds(asked: Answers, name: str, listing: Listing) -> bool:
    return bool(listing.rows(asked.results.get(_row(name))))
