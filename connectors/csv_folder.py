"""A folder of CSV files, checked whole before the first row is given out.

A folder with one wrong file gives nothing, and its error names what is wrong in all of its files:
half of a month's spend is worse than none, because nobody sees that it is half.

Not here: what is right in a cell (`csv_table.py`), what the rows mean (each source).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from connectors import json_stream
from connectors.csv_table import Column, Row, rows
from connectors.errors import ContractBroken, Misconfigured
from connectors.stream import Page, Record, SourceTotal, Stream, Traffic, Window

RowRule = Callable[[Mapping[str, str]], str | None]
"""Takes a row whose cells are right by themselves; returns what is wrong with them together."""

_ROWS_A_PAGE = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a stream reads from a folder; its `request` holds it under `files`.

    Args:
        pattern: which files, such as `*.csv`; upper and lower case are the same.
        columns: what each has.
        row: the rule for a whole row, where cells depend on each other.
        key: the columns that together identify a row; none identify it by file and line.
        beside: which other files of the folder are read by other streams.
        apart: which files that fit the pattern belong to another stream all the same.
    """

    pattern: str
    columns: tuple[Column, ...]
    row: RowRule | None = None
    key: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


class CsvFolder:
    """One configured folder; a `stream.Client`.

    Args:
        source: the source's name, for errors.
        folder: where the files lie; folders in it are not looked into.
        setting: the setting's name as people write it, for errors.
    """

    def __init__(self, *, source: str, folder: Path, setting: str) -> None:
        self._source = source
        self._folder = folder
        self._setting = setting
        self._traffic = Traffic()

    @property
    def traffic(self) -> Traffic:
        """Nothing but bytes: files cost no requests."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: a folder has every stream."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield all rows, whatever the window.

        Raises:
            Misconfigured: there is no such folder, or a file in it may not be read.
            ContractBroken: lists what is wrong with the files.
        """
        del window
        files = _files(stream)
        paths = self._paths(files)
        self._check(paths, files)
        is_empty = True
        for path in paths:
            self._traffic.add(bytes_received=path.stat().st_size)
            records = self._records(path, files)
            while page := tuple(islice(records, _ROWS_A_PAGE)):
                is_empty = False
                yield Page(records=page)
        if is_empty:
            yield Page(records=())

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: a folder is read whole, not compared by keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return nothing: files state no totals apart from their rows."""
        del stream, window
        return ()

    def close(self) -> None:
        """Do nothing: files are closed as they are read."""

    def _paths(self, files: Files) -> Sequence[Path]:
        try:
            found = sorted(path for path in self._folder.iterdir() if path.is_file())
        except OSError as error:
            msg = f"{self._setting} names no folder that can be read ({error.strerror})"
            raise Misconfigured(msg, source=self._source) from None
        apart = {path for path in found for name in files.apart if _fits(path, name)}
        chosen = [path for path in found if _fits(path, files.pattern) and path not in apart]
        known = {path for path in found for name in files.beside if _fits(path, name)}
        known.update(chosen, apart)
        left = [path.name for path in found if path not in known and path.name[0] not in ".~"]
        if left:
            _log.warning("%s: not read, because only %s is: %s", self._source, files.pattern, left)
        return chosen

    def _check(self, paths: Sequence[Path], files: Files) -> None:
        wrong: list[str] = []
        seen: dict[bytes, str] = {}
        for path in paths:
            try:
                wrong += self._wrong_together(path, files)
            except ContractBroken as error:
                wrong.append(error.message)
                continue
            same = seen.setdefault(hashlib.sha256(path.read_bytes()).digest(), path.name)
            if same != path.name:
                wrong.append(f"{path.name} is a copy of {same}: its rows would count twice")
        if wrong:
            raise ContractBroken("\n".join(wrong), source=self._source)

    def _wrong_together(self, path: Path, files: Files) -> list[str]:
        """Return what is wrong with rows whose cells are right."""
        wrong: list[str] = []
        first: dict[str, int] = {}
        for row in rows(path, files.columns, source=self._source):
            said = files.row(row.cells) if files.row else None
            if said:
                wrong.append(f"  line {row.line}: {said}")
            key = _key(row, files)
            if key and first.setdefault(key, row.line) != row.line:
                columns = f"column{'s' * (len(files.key) > 1)} {', '.join(files.key)}"
                wrong.append(
                    f"  line {row.line}, {columns}: stands on line {first[key]} already, "
                    "expected each once"
                )
        return [f"{path.name} is not as its format says:", *wrong] if wrong else []

    def _records(self, path: Path, files: Files) -> Iterator[Record]:
        for row in rows(path, files.columns, source=self._source):
            written = json_stream.record_json(row.cells)
            key = _key(row, files) or f"{path.name}:{row.line}"
            yield Record(key=key, payload=written.payload, original=written.original)


def _fits(path: Path, pattern: str) -> bool:
    return fnmatchcase(path.name.lower(), pattern)


def _key(row: Row, files: Files) -> str:
    return "/".join(row.cells[name] for name in files.key)


def _files(stream: Stream) -> Files:
    files = stream.request["files"]
    if not isinstance(files, Files):
        msg = f"{stream.name} does not say which files it reads"
        raise TypeError(msg)
    return files
