"""What is right and wrong with an account, in words for a person, each fault with its remedy.

Rights and access levels: developers.google.com/google-ads/api/docs/api-policy/developer-token,
auto-tagging: support.google.com/google-ads/answer/3095550.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from connectors.errors import ConnectorError, Retryable
from connectors.findings import Finding
from connectors.google_ads.customers import Customers
from connectors.google_ads.rows import Customer
from connectors.google_ads.version import SUNSET_ON, VERSION, is_over, sunset_warning

_PAGE = "See the table at the end of docs/sources/google_ads.md."


def examine(customers: Customers, today: date) -> Iterator[Finding]:
    """Yield what was found, good news too; a fault of the way in ends it.

    Args:
        customers: of the account, nothing of which has been asked yet.
        today: the day from which the version's end is counted.
    """
    yield _version(today)
    try:
        itself = customers.itself()
        found = customers.open()
    except ConnectorError as error:
        later = "Nothing to mend: try again later." if isinstance(error, Retryable) else _PAGE
        yield Finding(is_fault=True, subject="access", says=error.message, remedy=later)
        return
    yield _good("access", f"customer {itself.id} lets us in")
    yield from _tree(customers, itself, found)
    yield from _customer(itself)


def _good(subject: str, says: str) -> Finding:
    return Finding(is_fault=False, subject=subject, says=says)


def _version(today: date) -> Finding:
    warning = sunset_warning(today)
    if warning is None:
        return _good("version", f"{VERSION} of the API is served until {SUNSET_ON:%B %Y}")
    return Finding(
        is_fault=is_over(today),
        subject="version",
        says=f"{VERSION} of the API ends in {SUNSET_ON:%B %Y}; nothing can be read afterwards",
        remedy="Update this product.",
    )


def _tree(customers: Customers, itself: Customer, found: tuple[str, ...]) -> Iterator[Finding]:
    if not itself.manager:
        return
    yield Finding(
        is_fault=not found,
        subject="customers",
        says=f"{itself.id} is a manager; {len(found)} customers under it are read",
        remedy="" if found else "Link advertising customers to the manager, or name another.",
    )
    for customer, status in sorted(customers.closed().items()):
        yield _good("customers", f"{customer} is left out: its account is {status}")


def _customer(itself: Customer) -> Iterator[Finding]:
    if itself.test_account:
        says = f"{itself.id} is a test account: it shows no ads and has no statistics"
        remedy = "Set CUSTOMER_ID to the account that advertises."
        yield Finding(is_fault=True, subject="statistics", says=says, remedy=remedy)
    if not itself.manager and not itself.auto_tagging_enabled:
        yield Finding(
            is_fault=False,
            subject="clicks",
            says="auto-tagging is off: visits carry no gclid, so no inquiry finds its click",
            remedy="Turn auto-tagging on in Google Ads: Admin, Account settings.",
        )
