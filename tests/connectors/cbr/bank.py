"""A served world whose bank has the rates of one winter, counted on from a formula."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx

from connectors.cbr import SOURCE
from connectors.cbr.client import CentralBank
from connectors.stream import Account
from infra.sandbox.cbr.rates import CURRENCIES, Rate, add, rate, rate_days
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import Store
from tests.connectors.clock import Clock
from tests.infra.sandbox.serving import Served, served

FIRST, LAST = date(2025, 12, 16), date(2026, 1, 24)
ROUBLES = {
    "USD": Decimal("81.1234"),
    "EUR": Decimal("94.05"),
    "KZT": Decimal("0.1586"),
    "UZS": Decimal("0.006712"),
}
"""What one unit costs on the first day; a kopeck more on each further day with a rate."""

META = {
    "world": "winter",
    "as_of": "2026-01-23",
    "timezone": "Europe/Moscow",
    "now": "2026-01-24T04:00:00+03:00",
    "base_currency": "RUB",
    "portal_mode": "1",
    "webhook_user": "1",
    "webhook_secret": "tinysecret000001",
}


def winter() -> list[Rate]:
    """Return every rate of the world."""
    return [
        rate(code, day, ROUBLES[code] + Decimal(number) / 100)
        for code in CURRENCIES
        for number, day in enumerate(rate_days(FIRST, LAST))
    ]


@contextmanager
def bank(directory: Path) -> Iterator[Served]:
    """Serve a world of its own."""
    with Store.create(directory / STORE_NAME) as store:
        store.set_meta(META)
        add(store, winter())
    with served(directory) as world:
        yield world


def opened(
    shared: Path,
    base_url: str,
    *,
    currencies: str = "USD,KZT",
    transport: httpx.BaseTransport | None = None,
) -> CentralBank:
    """Return a client that sleeps in a time of its own."""
    clock = Clock()
    return CentralBank(
        Account(
            name="main",
            settings=SOURCE.settings.model_validate(
                {"currencies": currencies, "base_url": base_url}
            ),
            shared=str(shared),
        ),
        transport=transport,
        patience=clock.patience(),
        clock=clock,
    )


def ledger(world: Served, *codes: str, last: date = LAST) -> dict[str, tuple[str, str]]:
    """Return nominal and value of every stored rate, by landing key."""
    rows = world.store.query("select char_code, day, nominal, value from cbr_rate")
    return {
        f"{code}|{day}": (str(nominal), value)
        for code, day, nominal, value in rows
        if code in codes and day <= last.isoformat()
    }
