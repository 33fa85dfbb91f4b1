"""What is right and wrong with an account, in words for a person, each fault with its remedy.

The person is whoever looks after the portal, and has not read the API's documentation. Faults of
the way in (`remedies.py`) end the check: behind them nothing can be seen.

Sources of what a code means: `verdicts.py`. Where rights are given in a portal:
https://apidocs.bitrix24.com/local-integrations/local-webhooks.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from connectors.bitrix24.budget import ALLOWED_SECONDS
from connectors.bitrix24.envelope import php_map
from connectors.bitrix24.listings import Listing, ListingPerType, command
from connectors.bitrix24.probe import WITHOUT_LEADS, Capabilities, granting, shape_of, without_scope
from connectors.bitrix24.questions import ask
from connectors.bitrix24.reading import Reading
from connectors.bitrix24.remedies import (
    CLOCK,
    FASTER,
    FILTER,
    SLOWER,
    WITHOUT_REST,
    no_way_in,
    of_employee,
    of_scope,
    of_stream,
)
from connectors.bitrix24.settings import Plan, Settings
from connectors.bitrix24.streams import STREAMS
from connectors.errors import ConnectorError
from connectors.findings import Finding
from connectors.stream import Traffic

_CLOCKS_DIFFER_SECONDS = 300
_MUCH_USED = 0.8
_SCOPE_TITLES = {
    "crm": "CRM (crm)",
    "user": "Users (user)",
    "department": "Company structure (department)",
    "telephony": "Telephony (telephony)",
}


def examine(reading: Reading, settings: Settings, traffic: Traffic) -> Iterator[Finding]:
    """Yield what was found, good news too; a fault of the way in ends it.

    Args:
        reading: the portal, nothing of which has been asked yet.
        settings: as configured.
        traffic: what talking to it has cost.
    """
    is_webhook = settings.webhook_url is not None
    try:
        found = reading.capabilities()
    except ConnectorError as error:
        says, remedy = no_way_in(error, is_webhook=is_webhook)
        yield Finding(is_fault=True, subject="address", says=says, remedy=remedy)
        return
    yield _good("address", f"{settings.host} is a Bitrix24 portal and lets us in")
    yield _employee(found, is_webhook=is_webhook)
    yield from _scopes(found, is_webhook=is_webhook)
    yield from _streams(found, is_webhook=is_webhook)
    yield from _types(found)
    yield _clock(found)
    yield from _filters(reading, found)
    yield _budget(traffic)
    yield _plan(reading, settings)


def _good(subject: str, says: str) -> Finding:
    return Finding(is_fault=False, subject=subject, says=says)


def _employee(found: Capabilities, *, is_webhook: bool) -> Finding:
    if found.is_admin is None:
        return _good("employee", "the portal does not say whether they are an administrator")
    if found.is_admin:
        return _good("employee", "is an administrator and sees every record")
    return Finding(
        is_fault=True,
        subject="employee",
        says="is no administrator of the portal: records that they may not see are missing in "
        "every report, and the portal does not say which",
        remedy=of_employee(is_webhook=is_webhook),
    )


def _scopes(found: Capabilities, *, is_webhook: bool) -> Iterator[Finding]:
    if found.scopes is None:
        yield _good("rights", "the portal does not say which were granted")
        return
    for scope, title in _SCOPE_TITLES.items():
        names = [stream.name for stream in STREAMS if stream.enabled_when == scope]
        if found.scopes.isdisjoint(granting(scope)):
            says = f"is not granted, so these are not loaded: {', '.join(names)}"
            yield Finding(
                is_fault=True,
                subject=f"right {title}",
                says=says,
                remedy=of_scope(title, is_webhook=is_webhook),
            )
        else:
            yield _good(f"right {title}", "is granted")


def _streams(found: Capabilities, *, is_webhook: bool) -> Iterator[Finding]:
    """Yield what is off for another reason than a scope, by the reason."""
    causes: dict[tuple[str, str], list[str]] = {}
    for stream in STREAMS:
        reason = found.unavailable.get(stream.name)
        is_scope = reason == without_scope(stream.enabled_when or "")
        if reason is not None and not is_scope:
            remedy = ""
            if reason != WITHOUT_LEADS:
                remedy = of_stream(reason, stream.name, is_webhook=is_webhook)
            causes.setdefault((reason, remedy), []).append(stream.name)
    for (reason, remedy), names in causes.items():
        says = reason if remedy else f"{reason}; that is no fault"
        yield Finding(is_fault=bool(remedy), subject=", ".join(names), says=says, remedy=remedy)
    loaded = len(STREAMS) - len(found.unavailable)
    yield Finding(
        is_fault=not loaded,
        subject="streams",
        says=f"{loaded} of {len(STREAMS)} can be loaded",
        remedy="" if loaded else WITHOUT_REST,
    )


def _types(found: Capabilities) -> Iterator[Finding]:
    if "smart_process_types" not in found.unavailable:
        yield _good("smart processes", f"{len(found.types)} types, all of them are loaded")


def _clock(found: Capabilities) -> Finding:
    ahead = (found.now - datetime.now(UTC)).total_seconds()
    zone = found.now.strftime("%z")
    said = f"the portal's time zone is UTC{zone[:3]}:{zone[3:]}"
    if abs(ahead) < _CLOCKS_DIFFER_SECONDS:
        return _good("clock", f"{said}; its clock and ours agree")
    way = "ahead of" if ahead > 0 else "behind"
    says = f"{said}; its clock is {_duration(abs(ahead))} {way} this machine's"
    # No fault: what changed is asked for by the portal's clock alone.
    return Finding(is_fault=False, subject="clock", says=says, remedy=CLOCK)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:,.0f} hours"


def _filters(reading: Reading, found: Capabilities) -> Iterator[Finding]:
    """Try the filter by date of each stream that changes."""
    spelled: dict[bool, list[str]] = {True: [], False: []}
    counted: list[str] = []
    for stream in STREAMS:
        shape = shape_of(stream.name)
        if stream.name in found.unavailable or not isinstance(shape, Listing | ListingPerType):
            continue
        parts = reading.parts(shape)
        if not parts or parts[0].listing.changed is None:
            continue
        try:
            dialect = reading.dialect(stream.name, parts)
        except ConnectorError as error:
            yield Finding(is_fault=True, subject=stream.name, says=error.message, remedy=FILTER)
        else:
            spelled[dialect.is_iso].append(stream.name)
            counted += [stream.name] * dialect.is_counted
    for is_iso, names in spelled.items():
        if names:
            how = "the documented form" if is_iso else "the older form, YYYY-MM-DD HH:MM:SS"
            yield _good("filter by date", f"works in {how}: {', '.join(names)}")
    if counted:
        says = f"the portal counts all rows with each page of {', '.join(counted)}: that is slow"
        yield _good("counting", says)


def _budget(traffic: Traffic) -> Finding:
    used = max(traffic.operating_seconds.values(), default=None)
    if used is None:
        return _good(
            "execution time", "the portal does not tell what is used of it (self-hosted, or old)"
        )
    says = f"{used:,.0f} of {ALLOWED_SECONDS:,.0f} s in ten minutes are used of the busiest method"
    if used < ALLOWED_SECONDS * _MUCH_USED:
        return _good("execution time", says)
    return Finding(
        is_fault=True,
        subject="execution time",
        says=f"{says}: the portal is about to refuse it for a while",
        remedy="Wait ten minutes. Where this comes again, something else uses the same webhook: "
        "give it one of its own.",
    )


def _plan(reading: Reading, settings: Settings) -> Finding:
    """Hold the configured plan against what the portal lets one see of its own."""
    plan = settings.plan
    configured = f"PLAN is {plan.value}"
    host = settings.host.partition(":")[0]
    is_cloud = ".bitrix24." in f".{host}"
    try:
        answers = ask(reading.portal, {"app": command("app.info", {})})
    except ConnectorError:
        answers = None
    licence = php_map(answers.results.get("app") if answers else None).get("LICENSE_FAMILY")
    if is_cloud and plan is Plan.SELF_HOSTED:
        says = f"{configured}, but {host} is a portal of the Bitrix24 cloud"
        return Finding(is_fault=True, subject="plan", says=says, remedy=SLOWER)
    if plan is Plan.ENTERPRISE and licence not in (None, "ent"):
        says = f"{configured}, but the portal has another plan and will refuse so many requests"
        return Finding(is_fault=True, subject="plan", says=says, remedy=SLOWER)
    if plan is Plan.STANDARD and licence == "ent":
        return Finding(
            is_fault=False,
            subject="plan",
            says=f"{configured}, but the portal has the Enterprise plan and may be asked faster",
            remedy=FASTER.format(plan=Plan.ENTERPRISE.value),
        )
    if not is_cloud and plan is not Plan.SELF_HOSTED:
        return Finding(
            is_fault=False,
            subject="plan",
            says=f"{configured}; {host} does not look like the Bitrix24 cloud",
            remedy="If the portal is installed on your own server: "
            + FASTER.format(plan=Plan.SELF_HOSTED.value),
        )
    cannot_tell = "" if licence else "; the portal does not tell a webhook which plan it has"
    return _good("plan", configured + cannot_tell)
