"""A report's text, read strictly while it arrives.

First the column names, then rows, last `Total rows: N`
(yandex.com/dev/direct/doc/en/report-format). The last line is kept on purpose: a download that was
cut short lacks it, or has fewer rows than it says. `--` stands for what Direct does not know.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from connectors.errors import ContractBroken, Unavailable
from connectors.yandex_direct.verdicts import SOURCE_NAME

_TOTAL = re.compile(r"Total rows: (\d+)")
_UNKNOWN = "--"
_METHOD = "reports"


def rows(chunks: Iterable[bytes], columns: Sequence[str]) -> Iterator[Mapping[str, str | None]]:
    """Yield each row by column name; what Direct does not know is None.

    Args:
        chunks: the report in any split, without its header line.
        columns: the columns that were asked for, all of which have to come.

    Raises:
        Unavailable: the report ended before it was complete.
        ContractBroken: columns, cells or encoding are not as asked for.
    """
    reader = csv.reader(_lines(chunks), delimiter="\t", quoting=csv.QUOTE_NONE)
    names = next(reader, None)
    if names is None:
        raise _cut_short()
    if sorted(names) != sorted(columns):
        msg = "the report's columns are not those that were asked for"
        raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)
    for count, cells in enumerate(reader):
        if len(cells) == 1 and (total := _TOTAL.fullmatch(cells[0])):
            if int(total[1]) != count or next(reader, None) is not None:
                raise _cut_short()
            return
        if len(cells) != len(names):
            msg = f"row {count + 1} of the report has {len(cells)} cells, expected {len(names)}"
            raise ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)
        yield {
            name: None if cell == _UNKNOWN else cell
            for name, cell in zip(names, cells, strict=True)
        }
    raise _cut_short()


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield lines; only a line feed ends one, whatever else a campaign's name holds."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    try:
        for chunk in chunks:
            *whole, rest = (rest + decoder.decode(chunk)).split("\n")
            yield from (line.removesuffix("\r") for line in whole)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        msg = "the report is not UTF-8"
        failure = ContractBroken(msg, source=SOURCE_NAME, method=_METHOD)
    else:
        if rest:
            yield rest
        return
    raise failure


def _cut_short() -> Unavailable:
    msg = "the report ended before it was complete"
    return Unavailable(msg, source=SOURCE_NAME, method=_METHOD)
