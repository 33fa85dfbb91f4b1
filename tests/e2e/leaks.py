"""Looks for a secret wherever a run may have left it, in every spelling a tool may have used."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psutil
import psycopg
from psycopg.sql import SQL, Identifier


def spellings(secret: str) -> set[bytes]:
    """A secret plain, URL-encoded, and in base64 wherever it begins within a longer text."""
    found = {secret.encode(), quote(secret, safe="").encode()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            text = encode(b"\0" * before + secret.encode())
            start = -(-before * 8 // 6)
            stop = (before + len(secret)) * 8 // 6
            found.add(text[start:stop])
    return found


def where(secrets: Mapping[str, str], places: Iterator[tuple[str, bytes]]) -> list[str]:
    """Name every place that holds a secret, by the secret's name."""
    wanted = {name: spellings(secret) for name, secret in secrets.items()}
    return [
        f"{name} in {place}"
        for place, content in places
        for name, forms in wanted.items()
        if any(form in content for form in forms)
    ]


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below these folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield str(path), path.read_bytes()


def tables(dsn: str) -> Iterator[tuple[str, bytes]]:
    """Every row of every table of a database, as text."""
    with psycopg.connect(dsn) as connection:
        names = connection.execute(
            "select schemaname, tablename from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for name in names:
            rows = connection.execute(SQL("select t::text from {} t").format(Identifier(*name)))
            yield ".".join(name), "\n".join(row[0] for row in rows).encode()


@dataclass
class CommandLines:
    """Notes the command line of every process of this machine while it is open."""

    seen: set[str] = field(default_factory=set)
    _closing: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> CommandLines:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        assert self._thread is not None
        self._thread.join()

    def _watch(self) -> None:
        while not self._closing.wait(0.1):
            for process in psutil.process_iter(["cmdline"]):
                self.seen.add("\0".join(process.info["cmdline"] or ()))

    def places(self) -> Iterator[tuple[str, bytes]]:
        yield "a command line", "\n".join(self.seen).encode()
