"""A folder of CSV files, checked whole before the first row is given out.

A folder with one wrong file gives nothing, and its error names what is wrong in all of its files:
half of a month's spend is worse than none, because nobody sees that it is half.

Not here: what is right in a cell (`csv_table.py`), what the rows mean (each source).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from connectors import json_stream
from connectors.csv_table import Column, rows
from connectors.errors import ContractBroken, Misconfigured
from connectors.stream import Page, Record, SourceTotal, Stream, Traffic, Window

_ROWS_A_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a stream reads from a folder; its `request` holds it under `files`.

    Args:
        pattern: which files, such as `*.csv`.
        columns: what each has.
        key: the column that identifies a row; None identifies it by file and line.
    """

    pattern: str
    columns: tuple[Column, ...]
    key: str | None = None


class CsvFolder:
    """One configured folder; a `stream.Client`.

    Args:
        source: the source's name, for errors.
        folder: where the files lie.
        setting: the setting's name as people write it, for errors.
    """

    def __init__(self, *, source: str, folder: Path, setting: str) -> None:
        self._source = source
        self._folder = folder
        self._setting = setting
        self._traffic = Traffic()

    @property
    def traffic(self) -> Traffic:
        """Nothing: files cost no requests."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: a folder has every stream."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield all rows, whatever the window.

        Raises:
            Misconfigured: there is no such folder.
            ContractBroken: lists what is wrong with the files.
        """
        del window
        files = _files(stream)
        paths = self._paths(files)
        self._check(paths, files)
        records = (record for path in paths for record in self._records(path, files))
        page = tuple(islice(records, _ROWS_A_PAGE))
        yield Page(records=page)
        while page:
            page = tuple(islice(records, _ROWS_A_PAGE))
            if page:
                yield Page(records=page)

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Yield nothing: a folder is read whole."""
        del stream
        yield from ()

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return nothing: files state no totals."""
        del stream, window
        return ()

    def close(self) -> None:
        """Do nothing: files are closed as they are read."""

    def _paths(self, files: Files) -> Sequence[Path]:
        if not self._folder.is_dir():
            msg = f"{self._setting} names no folder: {self._folder}"
            raise Misconfigured(msg, source=self._source)
        return sorted(path for path in self._folder.glob(files.pattern) if path.is_file())

    def _check(self, paths: Sequence[Path], files: Files) -> None:
        wrong: list[str] = []
        for path in paths:
            seen: dict[str, int] = {}
            try:
                for row in rows(path, files.columns, source=self._source):
                    if files.key is None:
                        continue
                    first = seen.setdefault(row.cells[files.key], row.line)
                    if first != row.line:
                        wrong.append(
                            f"{path.name} line {row.line}, column {files.key}: "
                            f"stands on line {first} already, expected each once"
                        )
            except ContractBroken as error:
                wrong.append(error.message)
        if wrong:
            raise ContractBroken("\n".join(wrong), source=self._source)

    def _records(self, path: Path, files: Files) -> Iterator[Record]:
        for row in rows(path, files.columns, source=self._source):
            written = json_stream.record_json(dict(row.cells))
            key = f"{path.name}:{row.line}" if files.key is None else row.cells[files.key]
            yield Record(key=key, payload=written.payload, original=written.original)


def _files(stream: Stream) -> Files:
    files = stream.request["files"]
    if not isinstance(files, Files):
        msg = f"{stream.name} does not say which files it reads"
        raise TypeError(msg)
    return files
