"""A report's text, read strictly while it arrives.

First the column names, then rows, last `Total rows: N`
(yandex.com/dev/direct/doc/en/report-format). The last line is asked for on purpose: a report that
was cut short lacks it, or has fewer rows than it says. `--` stands where Direct has no value.
Nothing is quoted: a quotation mark in a campaign's name is a quotation mark.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from connectors.errors import ContractBroken, Unavailable
from connectors.yandex_direct.verdicts import METHOD, SOURCE_NAME

Cells = Mapping[str, str | None]

_TOTAL = re.compile(r"Total rows: ([0-9]+)")
_NO_VALUE = "--"


def rows(chunks: Iterable[bytes], columns: Sequence[str]) -> Iterator[Cells]:
    """Yield each row by column name, None where Direct has no value.

    Args:
        chunks: the report in any split, without its title line.
        columns: what has to be there, in any order.

    Raises:
        Unavailable: the report ended before it was complete.
        ContractBroken: columns, cells or encoding are not as documented.
    """
    lines = _lines(chunks)
    names = next(lines, "").split("\t")
    if names == [""]:
        raise _cut_short()
    if not set(columns) <= set(names) or len(set(names)) < len(names):
        msg = "the report's columns are not those that were asked for"
        raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
    for count, line in enumerate(lines):
        total = _TOTAL.fullmatch(line)
        if total:
            _end(lines, stated=int(total[1]), count=count)
            return
        cells = line.split("\t")
        if len(cells) != len(names):
            msg = f"row {count + 1} of the report has {len(cells)} cells, expected {len(names)}"
            raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
        yield {
            name: None if cell == _NO_VALUE else cell
            for name, cell in zip(names, cells, strict=True)
        }
    raise _cut_short()


def _end(lines: Iterator[str], *, stated: int, count: int) -> None:
    """Hold the stated number of rows against those that came."""
    if next(lines, None) is not None:
        msg = "the report goes on after its last line"
        raise ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
    if stated != count:
        raise _cut_short()


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield lines; only a line feed ends one, whatever else a campaign's name holds."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    try:
        for chunk in chunks:
            *whole, rest = (rest + decoder.decode(chunk)).split("\n")
            yield from (line.removesuffix("\r") for line in whole)
    except UnicodeDecodeError:
        msg = "the report is not UTF-8"
        failure = ContractBroken(msg, source=SOURCE_NAME, method=METHOD)
    else:
        # What no line feed ends was cut, in the middle of a cell or even of a character.
        if _TOTAL.fullmatch(rest):
            yield rest
            return
        is_whole = not rest and not decoder.getstate()[0]
        if is_whole:
            return
        failure = _cut_short()
    raise failure


def _cut_short() -> Unavailable:
    msg = "the report ended before it was complete"
    return Unavailable(msg, source=SOURCE_NAME, method=METHOD)
