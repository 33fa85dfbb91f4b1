"""What the sandbox needs to know of the bank's site; it has no secrets."""

from __future__ import annotations

from collections.abc import Mapping

from infra.sandbox.cbr.http import routes
from infra.sandbox.cbr.rates import currencies
from infra.sandbox.protocols import Protocol
from infra.sandbox.store import Store

_STATUS = {"unavailable": 503, "unauthorized": 401, "denied": 403, "exhausted": 429, "broken": 500}


def settings(store: Store, meta: Mapping[str, str], base_url: str) -> dict[str, str]:
    """Return the product's settings: the currencies that have rates."""
    del meta
    codes = currencies(store)
    if not codes:
        return {}
    return {"CBR__MAIN__CURRENCIES": ",".join(codes), "CBR__MAIN__BASE_URL": base_url}


def failure(kind: str) -> tuple[int, object]:
    """Return status and body of a fault: the site has no words of its own."""
    return _STATUS[kind], {}


PROTOCOL = Protocol(
    prefix="/scripts/",
    secrets={},
    routes=routes,
    settings=settings,
    failure=failure,
)
