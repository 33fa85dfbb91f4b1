"""A strict reader of CSV files that people write, with errors they can act on.

The header has to hold exactly the known columns; each cell is held against its column's rule. All
that is wrong with a file is reported together, each with its line and column and what is
expected, and a file with one wrong cell yields no row at all.

Not here: what the rows mean (each source).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

from connectors.errors import ContractBroken, Misconfigured

Rule = Callable[[str], str | None]
"""Takes a cell as written; returns what is expected instead, or None where it is right."""

_MOST_REPORTED = 20
_LONGEST_SHOWN = 40
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?\Z")
_BROKEN_UTF8 = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name in the header, and the rule for its cells."""

    name: str
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as written.

    Args:
        line: number of the line on which it begins; the header is line 1.
        cells: column name to cell, blanks at the ends removed.
    """

    line: int
    cells: Mapping[str, str]


def rows(path: Path, columns: Sequence[Column], *, source: str) -> Iterator[Row]:
    """Yield the rows of a file, after all of it was found to be right, in constant memory.

    The file is UTF-8 (a byte order mark is tolerated), separated by commas, quoted by double
    quotes; empty lines are skipped. Columns may come in any order.

    Args:
        path: the file.
        columns: all the columns that it has to have.
        source: the source's name, for errors.

    Raises:
        Misconfigured: the file cannot be opened.
        ContractBroken: lists what is wrong, one finding a line; at most twenty.
    """
    try:
        # Broken UTF-8 survives decoding as surrogates, so that it can be told by line and column.
        file = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        msg = f"{path.name} cannot be opened ({error.strerror})"
        raise Misconfigured(msg, source=source) from error
    with file:
        findings = list(_bounded(_findings(file, columns)))
        if findings:
            said = "\n".join(f"  {finding}" for finding in findings)
            msg = f"{path.name} is not as its format says:\n{said}"
            raise ContractBroken(msg, source=source)
        file.seek(0)
        for line, cells, names in _lines(file):
            if cells is not names:
                stripped = (cell.strip() for cell in cells)
                yield Row(line=line, cells=dict(zip(names, stripped, strict=True)))


def any_text(cell: str) -> str | None:
    """Rule: anything, also nothing."""
    del cell


def filled(cell: str) -> str | None:
    """Rule: something."""
    return None if cell else "something"


def iso_date(cell: str) -> str | None:
    """Rule: a day such as 2026-11-24."""
    expected = "a day such as 2026-11-24"
    try:
        return None if date.fromisoformat(cell).isoformat() == cell else expected
    except ValueError:
        return expected


def number(cell: str) -> str | None:
    """Rule: a decimal number, zero or more, with a point."""
    expected = "a number such as 1250.50: digits and a decimal point, not below zero"
    return None if _NUMBER.match(cell) else expected


def whole_number(cell: str) -> str | None:
    """Rule: zero or more, without a fraction."""
    return None if cell.isascii() and cell.isdecimal() else "a whole number, zero or more"


def currency_code(cell: str) -> str | None:
    """Rule: three capital letters as in ISO 4217."""
    return None if _CURRENCY.match(cell) else "a currency of three capital letters, such as RUB"


def one_of(*words: str) -> Rule:
    """Return the rule: one of these words, in this spelling."""
    return lambda cell: None if cell in words else f"one of: {', '.join(words)}"


def optional(rule: Rule) -> Rule:
    """Return the rule: nothing, or what the other rule allows."""

    def check(cell: str) -> str | None:
        expected = rule(cell) if cell else None
        return f"{expected}, or nothing" if expected else None

    return check


def _findings(file: TextIO, columns: Sequence[Column]) -> Iterator[str]:
    """Yield what is wrong with a file, in the order of its lines."""
    rules = {column.name: column.rule for column in columns}
    empty = True
    try:
        for line, cells, names in _lines(file):
            empty = False
            if cells is names:
                wrong = list(_wrong_header(names, rules))
                yield from wrong
                if wrong:
                    return
            elif len(cells) != len(names):
                yield f"line {line}: {len(cells)} cells, expected {len(names)}"
            else:
                yield from _wrong_cells(line, dict(zip(names, cells, strict=True)), rules)
    except csv.Error as error:
        yield f"not CSV from here on ({error}); expected commas, and quotes that are closed"
    if empty:
        yield f"line 1: the file is empty, expected the header {','.join(rules)}"


def _wrong_header(names: Sequence[str], rules: Mapping[str, Rule]) -> Iterator[str]:
    if len(names) == 1 and ";" in names[0]:
        yield "line 1: separated by semicolons, expected commas"
        return
    for name in rules:
        if name not in names:
            yield f"line 1: column {name} is missing"
    for position, name in enumerate(names):
        if name not in rules:
            yield f"line 1: column {_shown(name)} is not known; known are {', '.join(rules)}"
        elif name in names[:position]:
            yield f"line 1: column {name} stands there twice"


def _wrong_cells(line: int, cells: Mapping[str, str], rules: Mapping[str, Rule]) -> Iterator[str]:
    for name, cell in cells.items():
        if _BROKEN_UTF8.search(cell):
            yield f"line {line}, column {name}: not UTF-8, expected the file in UTF-8"
            continue
        expected = rules[name](cell.strip())
        if expected is not None:
            yield f"line {line}, column {name}: {_shown(cell)}, expected {expected}"


def _lines(file: TextIO) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield line number, cells and header; for the header itself both are one object."""
    reader = csv.reader(file, strict=True)
    names: list[str] | None = None
    begins = 1
    for cells in reader:
        if cells:
            if names is None:
                names = cells = [cell.strip() for cell in cells]
            yield begins, cells, names
        begins = reader.line_num + 1


def _bounded(findings: Iterator[str]) -> Iterator[str]:
    for position, finding in enumerate(findings):
        if position == _MOST_REPORTED:
            yield "and more"
            return
        yield finding


def _shown(cell: str) -> str:
    text = cell.encode("utf-8", "replace").decode()
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")
