"""Paths of touches, as a person writes them into a file for `make attribution`.

::

    path,conversions,value,nulls,hours
    ads > mail > ads,2,1500.50,7,48 > 5 > 0

`conversions` and `nulls` say how often the path ended with and without a conversion, `value` is
what all its conversions brought. `hours`, which may be left out, says how long before the end each
touch was. One path may stand in several lines.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from connectors import csv_table
from connectors.csv_table import Column, Row
from orchestration.commands.place import CommandError

SOURCE = "attribution"
SEPARATOR = ">"
MOST_REPORTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchPath:
    """One path and how often it was gone.

    Args:
        channels: the channel of each touch, in the order of time; at least one.
        hours: how long before the end each touch was; None where the file does not tell.
        conversions: how often it ended with a conversion, 0 or more.
        nulls: how often it ended without one, 0 or more.
        value: what its conversions brought together, in a currency of the writer's choice.
    """

    channels: Sequence[str]
    hours: Sequence[Decimal] | None
    conversions: Decimal
    nulls: Decimal
    value: Decimal


def read(path: Path) -> list[TouchPath]:
    """Return the paths of a file.

    Raises:
        ConnectorError: the file cannot be opened, its columns are others, or a cell is wrong.
        CommandError: the cells of a line do not fit each other, or there is no path.
    """
    columns = [
        Column(name="path", rule=_channels_rule),
        Column(name="conversions", rule=csv_table.number),
        Column(name="value", rule=csv_table.number),
        Column(name="nulls", rule=csv_table.number),
    ]
    if "hours" in _header(path):
        columns.append(Column(name="hours", rule=_hours_rule))
    rows = list(csv_table.rows(path, columns, source=SOURCE))
    findings = [finding for row in rows for finding in _misfits(row)]
    if findings:
        said = "\n".join(f"  {finding}" for finding in findings[:MOST_REPORTED])
        msg = f"{path.name} does not fit together:\n{said}"
        raise CommandError(msg)
    if not rows:
        msg = f"{path.name} holds no path"
        raise CommandError(msg)
    return [_touch_path(row) for row in rows]


def _header(path: Path) -> list[str]:
    """Return the names of the columns; none where the file is wrong, as reading it whole tells."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return [name.strip() for name in next(csv.reader(file), [])]
    except (OSError, csv.Error):
        return []


def _touch_path(row: Row) -> TouchPath:
    hours = row.cells.get("hours")
    return TouchPath(
        channels=_parts(row.cells["path"]),
        hours=None if hours is None else [Decimal(part) for part in _parts(hours)],
        conversions=Decimal(row.cells["conversions"]),
        nulls=Decimal(row.cells["nulls"]),
        value=Decimal(row.cells["value"]),
    )


def _misfits(row: Row) -> Iterator[str]:
    touches = len(_parts(row.cells["path"]))
    if "hours" in row.cells and len(_parts(row.cells["hours"])) != touches:
        told = len(_parts(row.cells["hours"]))
        yield f"line {row.line}: {told} in hours, expected {touches}, one for each touch of path"
    if Decimal(row.cells["value"]) and not Decimal(row.cells["conversions"]):
        yield f"line {row.line}: a value of {row.cells['value']}, but no conversion that brought it"


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(SEPARATOR)]


def _channels_rule(cell: str) -> str | None:
    right = all(_parts(cell)) and "\0" not in cell
    return None if right else "channels such as: ads > mail > ads"


def _hours_rule(cell: str) -> str | None:
    right = not any(map(csv_table.number, _parts(cell)))
    return None if right else "hours, not below zero, such as: 48 > 5 > 0"
