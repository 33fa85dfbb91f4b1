"""What is right and wrong with an account, in words for a person, each fault with its remedy.

Without a way in nothing else can be seen, so such a fault ends the check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from connectors.errors import ConnectorError, Permanent
from connectors.findings import Finding
from connectors.stream import Days
from connectors.vk_ads import objects, statistics
from connectors.vk_ads.access import Access
from connectors.vk_ads.auth_server import TOO_MANY_TOKENS
from connectors.vk_ads.settings import Settings
from connectors.vk_ads.streams import CAMPAIGNS

_OF_CONFIGURATION = "Correct the settings of this account in .env; docs/sources/vk_ads.md."
_LATER = "Nothing is wrong with the settings: run the check again later."
_REMEDIES: Mapping[str, str] = {
    TOO_MANY_TOKENS: "Run the command that is named; then run the check again.",
    "invalid_client": "Copy CLIENT_ID and CLIENT_SECRET anew from the settings of VK Ads, "
    "'Access to the API'.",
    "revoked_token": "Have the advertiser let the agency in again, or remove the account's lines.",
}


def examine(access: Access, settings: Settings) -> Iterator[Finding]:
    """Yield what was found, good news too; a fault of the way in ends it.

    Args:
        access: of the account.
        settings: as configured.
    """
    day = datetime.now(UTC).date() - timedelta(days=2)
    try:
        user = objects.read_user(access, settings)
        yield _good("access", f"the token is valid, of the advertiser {user.id}")
        ids = [found for page in objects.pages(access, CAMPAIGNS) for found, _ in page]
        days = Days(first=day, last=day)
        answers = statistics.days_of(access, CAMPAIGNS.resource, ids, days)
        shown = sum(not found.is_blank for answer in answers for found in answer)
    except ConnectorError as error:
        usual = _OF_CONFIGURATION if isinstance(error, Permanent) else _LATER
        remedy = _REMEDIES.get(error.code or "", usual)
        yield Finding(is_fault=True, subject="access", says=error.message, remedy=remedy)
        return
    yield _good("statistics", f"{len(ids)} campaigns; {shown} of them were shown on {day}")
    vat = "with" if settings.vat_included else "without"
    yield _good(
        "money",
        f"amounts are in {user.currency} and taken to be {vat} VAT (VAT_INCLUDED): hold a month "
        "against VK's invoice once",
    )
    yield _good("requests left", access.left)


def _good(subject: str, says: str) -> Finding:
    return Finding(is_fault=False, subject=subject, says=says)
