"""How the bank's rates are followed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.cbr import SOURCE
from connectors.cbr.client import CentralBank
from connectors.stream import Account
from infra.sandbox.cbr.rates import add, rate, remove
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import Store
from tests.connectors.cbr.bank import META, winter
from tests.connectors.clock import Clock
from tests.connectors.followed import Followed, Ledger, World

FIRST, AS_OF = date(2026, 1, 10), date(2026, 1, 23)
LED_IN_FROM = "2025-12-27"
"""A first day takes the two weeks before it along."""


def build(folder: Path) -> Ledger:
    found = {
        f"{one.char_code}|{one.day}": f"{one.nominal} {one.value}"
        for one in winter()
        if one.char_code in ("USD", "KZT") and LED_IN_FROM <= one.day <= f"{AS_OF}"
    }
    with Store.create(folder / STORE_NAME) as store:
        store.set_meta(META)
        add(store, winter())
    return {"rates": found}


def figure(_stream: str, row: Any) -> str:
    return f"{row['Nominal']} {row['Value']}"


def restate(world: World, _stream: str) -> tuple[str, str]:
    add(world.here.store, [rate("KZT", date(2026, 1, 21), Decimal("0.2001"))])
    return "KZT|2026-01-21", "100 20,0100"


def vanish(world: World, _stream: str) -> str:
    remove(world.here.store, "USD", date(2026, 1, 20))
    return "USD|2026-01-20"


def opened(account: Account) -> CentralBank:
    clock = Clock()
    return CentralBank(account, patience=clock.patience(), clock=clock)


FOLLOWED = Followed(
    source=SOURCE,
    first_day=FIRST,
    as_of=AS_OF,
    build=build,
    figure=figure,
    restate=restate,
    vanish=vanish,
    opened=opened,
    held={"rates": ("XML_dynamic", 1)},
    environ=lambda world: {
        "CBR__MAIN__CURRENCIES": "USD,KZT",
        "CBR__MAIN__BASE_URL": world.here.http_url,
    },
)
