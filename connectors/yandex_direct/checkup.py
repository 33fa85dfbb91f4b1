"""What is right and wrong with an account, in words for a person, each fault with its remedy.

The person looks after the company's advertising and has not read the API's documentation. Without
a way in nothing else can be seen, so such a fault ends the check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from connectors.errors import ConnectorError, Permanent
from connectors.findings import Finding
from connectors.stream import Days
from connectors.yandex_direct.advertisers import Advertiser
from connectors.yandex_direct.levels import CAMPAIGN_DAYS, Report
from connectors.yandex_direct.objects import Listing
from connectors.yandex_direct.points import Points
from connectors.yandex_direct.reports import Found
from connectors.yandex_direct.settings import Settings
from connectors.yandex_direct.streams import CAMPAIGN_IDS

_OF_CONFIGURATION = "Correct the settings of this account in .env; docs/sources/yandex_direct.md."
_LATER = "Nothing is wrong with the settings: run the check again later."
_MAKE_ANEW = (
    "Have a new token made for the same login (docs/sources/yandex_direct.md, 'Set it up'), and "
    "put it into TOKEN. A token lives about a year; a changed password ends it at once."
)
_REMEDIES: Mapping[str, str] = {
    "53": _MAKE_ANEW,
    "54": "Have the owner of the advertiser give the token's user access to it in Direct.",
    "58": "Open Direct as the owner of the application: Tools, API, 'My applications', and apply "
    "for access. Yandex answers within some days.",
    "513": "Log in to direct.yandex.ru once with the login that made the token, and accept the "
    "offer; or make the token with the advertiser's own login.",
    "8800": "Correct CLIENT_LOGIN: it is the advertiser's login, without @yandex.ru.",
}


class Readable(Protocol):
    """What is asked of a client."""

    points: Points

    def advertisers(self) -> tuple[Advertiser, ...]:
        """Return who is read."""
        ...

    def rows(self, advertiser: Advertiser, report: Report, days: Days) -> list[Found]:
        """Return an advertiser's rows of a period."""
        ...

    def listed(self, advertiser: Advertiser, listing: Listing) -> list[Mapping[str, object]]:
        """Return an advertiser's objects."""
        ...


def examine(client: Readable, settings: Settings) -> Iterator[Finding]:
    """Yield what was found, good news too; a fault of the way in ends it.

    Args:
        client: the account, nothing of which has been asked yet.
        settings: as configured.
    """
    try:
        found = client.advertisers()
    except ConnectorError as error:
        yield _fault("access", error)
        return
    yield _good("access", "TOKEN is valid, and the application may use the API")
    if settings.agency:
        yield _good("agency", f"{len(found)} clients, all of them are loaded")
    for advertiser in found:
        yield from _advertiser(client, advertiser)
    yield _points(client.points)
    yield _goals(settings)


def _advertiser(client: Readable, advertiser: Advertiser) -> Iterator[Finding]:
    day = datetime.now(UTC).date() - timedelta(days=2)
    subject = f"advertiser {advertiser.login}"
    try:
        campaigns = client.listed(advertiser, CAMPAIGN_IDS)
        rows = client.rows(advertiser, CAMPAIGN_DAYS, Days(first=day, last=day))
    except ConnectorError as error:
        yield _fault(subject, error)
        return
    yield _good(
        subject,
        f"amounts are in {advertiser.currency}; {len(campaigns)} campaigns; reports are built, "
        f"{len(rows)} campaigns were shown on {day}",
    )


def _points(points: Points) -> Finding:
    if points.left is None:
        return _good("points", "Direct does not tell how many are left")
    says = f"{points.left:,} of the day's {points.daily:,} are left"
    if not points.is_scarce:
        return _good("points", says)
    return Finding(
        is_fault=True,
        subject="points",
        says=says,
        remedy="Something else spends the advertiser's points (a bid manager, say): ask it for "
        "less. They come back by the hour; reports cost none.",
    )


def _goals(settings: Settings) -> Finding:
    if not settings.goals:
        return _good("goals", "GOALS is empty: conversions are loaded, but not told apart by goal")
    named = ", ".join(settings.goals)
    return _good("goals", f"{named} are told apart, credited by {settings.attribution_model.value}")


def _good(subject: str, says: str) -> Finding:
    return Finding(is_fault=False, subject=subject, says=says)


def _fault(subject: str, error: ConnectorError) -> Finding:
    usual = _OF_CONFIGURATION if isinstance(error, Permanent) else _LATER
    remedy = _REMEDIES.get(error.code or "", usual)
    return Finding(is_fault=True, subject=subject, says=error.message, remedy=remedy)
