"""The golden tables, and the clocks of the systems that they stand for."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent
Row = Mapping[str, str]

PORTAL_OFFSET = "+05:00"
MOSCOW_IS_BEHIND = timedelta(hours=2)
"""Every clock time of the tables is the portal's, in Yekaterinburg; the company sits in Moscow."""

ENDS = {"WON": "S", "LOSE": "F", "CONVERTED": "S", "JUNK": "F"}


def portal(table: str) -> Sequence[Row]:
    """Return the rows of a table of the portal."""
    return _rows(FOLDER / "portal" / f"{table}.csv")


def answers(table: str) -> Sequence[Row]:
    """Return the rows of a table of answers."""
    return _rows(FOLDER / "answers" / f"{table}.csv")


def clock(written: str) -> datetime:
    """Read a clock time of the portal; a day alone means its noon."""
    return datetime.fromisoformat(written if " " in written else f"{written} 12:00")


def at(written: str) -> str | None:
    """Spell a clock time as the portal sends it; nothing stays nothing."""
    return f"{clock(written):%Y-%m-%dT%H:%M:%S}{PORTAL_OFFSET}" if written else None


def in_moscow(written: str) -> datetime:
    """Return the same moment by Moscow's clock."""
    return clock(written) - MOSCOW_IS_BEHIND


def history(deal: Row) -> Sequence[tuple[str, str]]:
    """Return the stages that a deal entered, each with its clock time."""
    steps = [step.strip() for step in deal["history"].split(">")]
    return [(stage, when) for stage, _, when in (step.partition(" ") for step in steps) if stage]


def meaning(stage: str) -> str:
    """Return S of a success, F of a failure, P of what is in progress."""
    return ENDS.get(stage.rpartition(":")[2], "P")


def marks(row: Row) -> dict[str, str]:
    """Return the UTM marks of `source/medium/campaign/content`, those that are written."""
    names = ("utmSource", "utmMedium", "utmCampaign", "utmContent")
    written = zip(names, row["utm"].split("/"), strict=False)
    return {name: value for name, value in written if value}


def phones() -> Mapping[str, str]:
    """Return the phone of each contact."""
    return {row["contact"]: row["phone"] for row in portal("contacts")}


def _rows(path: Path) -> Sequence[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
