"""Rows of an export, typed; each row that cannot be kept is counted with its reason."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from infra.sandbox.worlds.files.definition import Table, WorldFileError

LeftOut = Counter[tuple[str, str]]  # rows that are not kept, by entity and reason

# A sign, digits, and a point before the fraction; or `€ 3.500,00`: points group, the comma divides.
_AMOUNTS = {
    "plain": re.compile(r"-?\d+(\.\d+)?"),
    "european": re.compile(r"\D{0,4}-?\d{1,3}(\.\d{3})*,\d{2}|\D{0,4}-?\d+,\d{2}"),
}


class Unparsable(ValueError):
    """A value is not written as the world file says."""


class Reader:
    """Reads one file of an export.

    Args:
        folder: the data folder.
        table: how the file is written.
        timezone: of the instants in it.
    """

    def __init__(self, folder: Path, table: Table, timezone: str) -> None:
        self._path = folder / table.file
        self._table = table
        self._zone = ZoneInfo(timezone)

    def rows(self, wanted: Mapping[str, str | None]) -> Iterator[dict[str, str]]:
        """Every row as our names to trimmed texts; a column that the world does not map is ''.

        Args:
            wanted: our names to the file's column names.

        Raises:
            WorldFileError: the file is missing, or lacks a column.
        """
        opener = gzip.open if self._path.suffix == ".gz" else open
        try:
            file = opener(self._path, "rt", encoding=self._table.encoding, newline="")
        except OSError as error:
            msg = f"{self._path}: {error.strerror}"
            raise WorldFileError(msg) from error
        with file:
            reader = csv.DictReader(file, delimiter=self._table.delimiter)
            missing = {column for column in wanted.values() if column} - set(
                reader.fieldnames or ()
            )
            if missing:
                msg = f"{self._path} has no column {', '.join(sorted(missing))}"
                raise WorldFileError(msg)
            for row in reader:
                yield {
                    name: (row[column] or "").strip() if column else ""
                    for name, column in wanted.items()
                }

    def whole(self, text: str) -> int:
        """A whole number; `5.0` is one. Ids stay exact whatever their length.

        Raises:
            Unparsable: it is none.
        """
        if not re.fullmatch(r"\d+(\.0)?", text):
            raise Unparsable(text)
        return int(text.removesuffix(".0"))

    def amount(self, text: str) -> Decimal:
        """An amount of money; empty is 0.

        Raises:
            Unparsable: it is written in none of the file's ways.
        """
        if not text:
            return Decimal(0)
        for way in self._table.amounts:
            if _AMOUNTS[way].fullmatch(text):
                if way == "european":
                    text = re.sub(r"[^\d,-]", "", text).replace(",", ".")
                return Decimal(text)
        raise Unparsable(text)

    def day(self, text: str) -> date | None:
        """A date; None where there is none.

        Raises:
            Unparsable: it is none.
        """
        return self._parsed(text, self._table.dates).date() if text else None

    def instant(self, text: str) -> datetime:
        """An instant in UTC, read in the company's time zone.

        Raises:
            Unparsable: it is none.
        """
        return self._parsed(text, self._table.datetimes).replace(tzinfo=self._zone).astimezone(UTC)

    def _parsed(self, text: str, form: str) -> datetime:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the caller's
        except ValueError as error:
            raise Unparsable(text) from error
