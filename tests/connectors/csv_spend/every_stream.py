"""How files of spend and fees are followed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from connectors.csv_spend import SOURCE
from connectors.stream import Account, Client
from tests.connectors.followed import Followed, Ledger, World

HEADERS = {
    "spend_lines": "date,platform,account,campaign,ad_group,ad,impressions,clicks,spend,currency,"
    "vat_included,channel",
    "fees": "platform,account,fee,percent,monthly_amount,currency,vat_included,valid_from,valid_to,"
    "channel",
}
ROWS = {"spend_lines": 2400, "fees": 3}
"""More than two pages of spend."""

MONEY = {"spend_lines": "spend", "fees": "percent"}
FILES = {"spend_lines": ("a.csv", "b.csv"), "fees": ("fees.csv",)}


def row(stream: str, number: int) -> str:
    if stream == "fees":
        return f"google_ads,,agency fee,{number}.5,,,yes,2026-01-01,,"
    return f"2026-11-{1 + number % 20:02d},radio,,,,{number},,,{number}.25,RUB,yes,offline"


def build(folder: Path) -> Ledger:
    ledger: dict[str, dict[str, str]] = {}
    for stream, files in FILES.items():
        ledger[stream] = {}
        for name in files:
            lines = [row(stream, number) for number in range(1, ROWS[stream] + 1)]
            if name == "b.csv":
                lines = [row(stream, 9001)]
            ledger[stream] |= {
                f"{name}:{2 + index}": line.split(",")[3 if stream == "fees" else 8]
                for index, line in enumerate(lines)
            }
            _write(folder, stream, name, lines)
    return ledger


def _write(folder: Path, stream: str, name: str, lines: list[str]) -> None:
    (folder / name).write_text("\n".join((HEADERS[stream], *lines, "")), encoding="utf-8")


def figure(stream: str, row: Any) -> str:
    return row[MONEY[stream]]


def restate(world: World, stream: str) -> tuple[str, str]:
    lines = [row(stream, number) for number in range(1, ROWS[stream] + 1)]
    lines[0] = row(stream, 77)
    name = FILES[stream][0]
    _write(world.folder, stream, name, lines)
    return f"{name}:2", "77.5" if stream == "fees" else "77.25"


def vanish(world: World, stream: str) -> str:
    if stream == "spend_lines":
        (world.folder / "b.csv").unlink()
        return "b.csv:2"
    path = world.folder / "fees.csv"
    whole = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join((*whole[:-1], "")), encoding="utf-8")
    return f"fees.csv:{len(whole)}"


def opened(account: Account) -> Client:
    return SOURCE.open(account)


FOLLOWED = Followed(
    source=SOURCE,
    first_day=date(2026, 11, 1),
    as_of=date(2026, 11, 23),
    build=build,
    figure=figure,
    restate=restate,
    vanish=vanish,
    opened=opened,
    environ=lambda world: {"CSV_SPEND__MAIN__FOLDER": str(world.folder)},
)
