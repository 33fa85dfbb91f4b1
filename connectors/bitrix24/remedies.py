"""What to do about a fault, in words for whoever looks after the portal."""

from __future__ import annotations

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Misconfigured,
    Moved,
    RateLimited,
    Retryable,
    Unauthorized,
)

WHERE = "Developer resources → Other → Inbound webhook"
"""The path in the portal's menu (https://apidocs.bitrix24.com/local-integrations/)."""

CLOCK = (
    "Nothing is lost, for changes are asked for by the portal's clock. Times in reports are the\n"
    "portal's: set whichever clock is wrong by the internet (NTP)."
)
FILTER = (
    "Changes cannot be told apart, so this stream is not kept in step. Update a self-hosted\n"
    "portal; on the cloud write to Bitrix24's support, naming the method."
)
SLOWER = "Set PLAN=standard; a cloud portal refuses (503) who asks faster than its plan allows."
WITHOUT_REST = (
    "If no fault above explains it, the portal's plan has no REST: it comes with the paid plans\n"
    "and their trial."
)
FASTER = "set PLAN={plan} and loads take less time."

_NEW_WEBHOOK = (
    f"Make a new one as an administrator ({WHERE}),\ntick CRM, Users, Company structure and "
    "Telephony, and put its address into WEBHOOK_URL."
)
_NEW_TOKENS = (
    "Run `python -m connectors.bitrix24 authorise` and let an administrator of the portal agree."
)
_BY_CODE = {
    "payment_required": (
        "the portal's plan or the application's subscription has expired",
        "Pay for the plan in the portal; nothing has to be changed here.",
    ),
    "access_denied": (
        "the portal refuses REST as a whole: its plan has none, or the trial is over",
        "Look at the plan in the portal; REST comes with the paid ones and their trial.",
    ),
    "portal_deleted": (
        "the portal is closed",
        "Correct the address, or take the account out of the configuration.",
    ),
    "overload_limit": (
        "Bitrix24 has blocked the portal's REST by hand",
        "Write to Bitrix24's support: only they can lift that.",
    ),
}


def no_way_in(error: ConnectorError, *, is_webhook: bool) -> tuple[str, str]:
    """Return what is wrong and what to do where the portal could not be asked at all."""
    known = _BY_CODE.get((error.code or "").lower())
    if known is not None:
        return known
    if isinstance(error, Unauthorized):
        return _refused(error, is_webhook=is_webhook)
    if isinstance(error, Moved):
        remedy = "Put the portal's new name into the address; the rest of it stays."
        return f"the portal has another address now: {error.message}", remedy
    if isinstance(error, Misconfigured):
        return error.message, "Correct the setting that is named; an address begins with https://."
    if isinstance(error, RateLimited):
        remedy = "Wait some minutes. Where this comes again, look who else asks from this address."
        return "the portal says that it is asked too often", remedy
    if isinstance(error, Retryable):
        remedy = (
            "Open the portal in a browser on this machine. If it opens there, a firewall or proxy\n"
            "keeps programs out; if not, the name is wrong or the portal is down."
        )
        return f"the portal cannot be reached: {error.message}", remedy
    if isinstance(error, ContractBroken):
        remedy = (
            "Compare the address with the one in the portal. It may lead to a website, a sign-in\n"
            "page or a proxy instead."
        )
        return f"this does not look like a portal: {error.message}", remedy
    code = f" ({error.code})" if error.code else ""
    return f"{error.message}{code}", "Compare the address with the one in the portal."


def of_scope(title: str, *, is_webhook: bool) -> str:
    """Return how a scope is granted."""
    if is_webhook:
        return (
            f"In the portal: {WHERE},\n"
            f"open this webhook, tick {title} and save. Its address stays as it is."
        )
    return (
        f"In the portal: Developer resources → the application, tick {title}, save, then run\n"
        "`python -m connectors.bitrix24 authorise` again."
    )


def of_employee(*, is_webhook: bool) -> str:
    """Return how an administrator takes the place of an employee who sees too little."""
    if is_webhook:
        return (
            "Let an administrator of the portal, whom nobody will dismiss, make a webhook\n"
            f"({WHERE}), and put its address into WEBHOOK_URL."
        )
    return (
        "Run `python -m connectors.bitrix24 authorise` again and let an administrator of the\n"
        "portal, whom nobody will dismiss, agree."
    )


def of_stream(reason: str, name: str, *, is_webhook: bool) -> str:
    """Return what to do about a stream that is off; empty where nothing has to be done."""
    lowered = reason.lower()
    if "does not have" in lowered:
        if name == "invoices":
            return ""
        return "Update a self-hosted portal; on the cloud these come with the plan."
    if name.startswith("smart_process"):
        return (
            "Types of smart processes are shown to administrators of the CRM only.\n"
            + of_employee(is_webhook=is_webhook)
        )
    if name == "calls":
        return (
            "Give the employee the right 'Call statistics: view' (Telephony → Access\n"
            "permissions), or let an administrator take their place."
        )
    return (
        "Give the employee the right to read these (CRM → Settings → Access permissions),\n"
        "or let an administrator take their place."
    )


def _refused(error: Unauthorized, *, is_webhook: bool) -> tuple[str, str]:
    if not is_webhook:
        return f"the application is not let in: {error.message}", _NEW_TOKENS
    code = f" ({error.code})" if error.code else ""
    says = (
        "the portal does not let this webhook in: it was deleted, its employee was dismissed, or "
        f"the address is not whole{code}"
    )
    return says, _NEW_WEBHOOK
