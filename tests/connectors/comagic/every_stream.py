"""How the account and the reports of the Data API are followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connectors.comagic import SOURCE
from connectors.comagic.client import Comagic
from connectors.stream import Account
from infra.sandbox import tracker_records
from infra.sandbox.server import STORE_NAME
from tests.connectors.clock import Clock
from tests.connectors.followed import Followed, Ledger, World
from tests.infra.sandbox import tracker_world

COUNTS = {"calls": 160, "chats": 20, "offline_messages": 20}
TRIED = 3
"""Before anything is loaded each report is asked once whether the account has it."""


def build(folder: Path) -> Ledger:
    ledger = {
        kind: {
            str(one.number): figure(kind, one.payload)
            for one in (tracker_world.comagic_row(kind, n) for n in range(1, count + 1))
        }
        for kind, count in COUNTS.items()
    }
    tracker_world.build(folder / STORE_NAME)
    return {"accounts": {"4001": "Asia/Vladivostok"}, **ledger}


def figure(stream: str, row: Any) -> str:
    if stream == "accounts":
        return row["timezone"]
    moment = row["start_time" if stream == "calls" else "date_time"]
    return f"{moment} {row['visitor_session_id']} {row['campaign_name']}"


def recent(kind: str) -> tuple[int, int]:
    """Return the numbers, within the builder, of the last two records by day."""
    first, second, *_ = sorted(range(1, COUNTS[kind] + 1), key=tracker_world.day_of, reverse=True)
    return first, second


def restate(world: World, stream: str) -> tuple[str, str]:
    if stream == "accounts":
        world.here.store.set_meta({"comagic_timezone": "Asia/Omsk"})
        return "4001", "Asia/Omsk"
    one = tracker_world.comagic_row(stream, recent(stream)[0], campaign_name="Другая")
    tracker_records.put(world.here.store, SOURCE.name, [one])
    return str(one.number), figure(stream, one.payload)


def vanish(world: World, stream: str) -> str | None:
    if stream == "accounts":
        return None
    number = tracker_world.comagic_row(stream, recent(stream)[1]).number
    tracker_records.remove(world.here.store, SOURCE.name, stream, number)
    return str(number)


def opened(account: Account) -> Comagic:
    clock = Clock()
    return Comagic(account, patience=clock.patience(), clock=clock)


FOLLOWED = Followed(
    source=SOURCE,
    first_day=tracker_world.FIRST,
    as_of=tracker_world.LAST,
    build=build,
    figure=figure,
    restate=restate,
    vanish=vanish,
    opened=opened,
    held={"accounts": ("/v2.0", TRIED), **dict.fromkeys(COUNTS, ("/v2.0", TRIED + 1))},
)
