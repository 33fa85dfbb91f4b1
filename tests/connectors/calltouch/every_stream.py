"""How calls and requests of Calltouch are followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connectors.calltouch import SOURCE
from connectors.calltouch.client import Calltouch
from connectors.stream import Account
from infra.sandbox import tracker_records
from infra.sandbox.server import STORE_NAME
from tests.connectors.clock import Clock
from tests.connectors.followed import Followed, Ledger, World
from tests.infra.sandbox import tracker_world

FLAGS = {"calls": "targetCall", "requests": "targetRequest"}
MADE = {
    "calls": (tracker_world.calltouch_call, 160),
    "requests": (tracker_world.calltouch_request, 40),
}


def build(folder: Path) -> Ledger:
    ledger = {
        stream: {
            str(one.number): figure(stream, one.payload) for one in map(make, range(1, count + 1))
        }
        for stream, (make, count) in MADE.items()
    }
    tracker_world.build(folder / STORE_NAME)
    return ledger


def figure(stream: str, row: Any) -> str:
    return f"{row['date']} {row[FLAGS[stream]]}"


def recent(stream: str) -> tuple[int, int]:
    """Return the numbers, within the builder, of the last two records by day."""
    make, count = MADE[stream]
    first, second, *_ = sorted(
        range(1, count + 1), key=lambda number: make(number).day, reverse=True
    )
    return first, second


def restate(world: World, stream: str) -> tuple[str, str]:
    make, _ = MADE[stream]
    one = make(recent(stream)[0], **{FLAGS[stream]: "True"})
    tracker_records.put(world.here.store, SOURCE.name, [one])
    return str(one.number), figure(stream, one.payload)


def vanish(world: World, stream: str) -> str:
    make, _ = MADE[stream]
    number = make(recent(stream)[1]).number
    tracker_records.remove(world.here.store, SOURCE.name, stream, number)
    return str(number)


def opened(account: Account) -> Calltouch:
    clock = Clock()
    return Calltouch(account, patience=clock.patience(), clock=clock)


FOLLOWED = Followed(
    source=SOURCE,
    first_day=tracker_world.FIRST,
    as_of=tracker_world.LAST,
    build=build,
    figure=figure,
    restate=restate,
    vanish=vanish,
    opened=opened,
    held={"calls": ("calls-diary", 1), "requests": ("requests", 1)},
)
