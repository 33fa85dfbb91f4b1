"""Tables of Google Sheets as files: brought here, then held against the same rules.

A sheet that anyone with the link may view is exported as CSV at docs.google.com, which sends on to
a host of googleusercontent.com; to no other host the request goes. A sheet that is not shared sends
on to Google's login, or shows a page in place of CSV.

Not here: what is right in a row (`format.py`) and how files are read (`connectors/csv_folder.py`).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
from pydantic import SecretStr

from connectors.csv_folder import CsvFolder
from connectors.errors import ConnectorError, ContractBroken, Rejected, Unauthorized, Unavailable
from connectors.http import DEFAULT_PATIENCE, Answer, HttpClient, Patience, Request
from connectors.limiter import Unlimited
from connectors.stream import Page, SourceTotal, Stream, Traffic, Window

_OK, _REDIRECTS = 200, range(300, 400)
_NOT_SHARED, _ABSENT = (401, 403), (400, 404, 410)
_TOO_MANY, _SERVER_FAILED = 429, 500
_MOST_BYTES = 32 << 20
_CONTENT_HOST = re.compile(r"(?:[a-z0-9-]+\.)+googleusercontent\.com")
_LOGIN_HOST = "accounts.google.com"
_METHOD = "sheet"


class Sheets:
    """The sheets of one account; a `stream.Client`.

    Args:
        source: the source's name, for errors.
        links: by the name of a stream, the export link and the setting that holds it.
        file_names: by the name of a stream, the name under which its sheet is read.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
    """

    def __init__(
        self,
        *,
        source: str,
        links: Mapping[str, tuple[SecretStr, str]],
        file_names: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        self._source = source
        self._links = links
        self._file_names = file_names
        self._traffic = Traffic()
        self._folder = Path(tempfile.mkdtemp(prefix="sheets-"))
        self._http = HttpClient(
            source=source,
            base_url=SecretStr("https://docs.google.com"),
            traffic=self._traffic,
            limiter=Unlimited(),
            secrets=[link for link, _ in links.values()],
            transport=transport,
            patience=patience,
            max_answer_bytes=_MOST_BYTES,
        )

    @property
    def traffic(self) -> Traffic:
        """What this client has cost so far."""
        return self._traffic

    def unavailable(self) -> Mapping[str, str]:
        """Return nothing: a stream without a sheet is an empty one."""
        return {}

    def pages(self, stream: Stream, window: Window) -> Iterator[Page]:
        """Yield all rows of a stream's sheet, after the whole of it was found to be right.

        Raises:
            Unauthorized: the sheet is not shared.
            Rejected: there is no such sheet.
            ContractBroken: lists what is wrong with the rows.
        """
        if stream.name not in self._links:
            yield Page(records=())
            return
        link, setting = self._links[stream.name]
        (self._folder / self._file_names[stream.name]).write_bytes(self._brought(link, setting))
        folder = CsvFolder(source=self._source, folder=self._folder, setting=setting)
        yield from folder.pages(stream, window)

    def keys(self, stream: Stream) -> Iterator[tuple[str, ...]]:
        """Refuse: a sheet is read whole, not compared by keys."""
        msg = f"{stream.name} is replaced, not compared by keys"
        raise ValueError(msg)

    def totals(self, stream: Stream, window: Window) -> tuple[SourceTotal, ...]:
        """Return nothing: sheets state no totals apart from their rows."""
        del stream, window
        return ()

    def close(self) -> None:
        """Release connections, and leave no copy of a sheet behind."""
        self._http.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _brought(self, link: SecretStr, setting: str) -> bytes:
        def read(answer: Answer) -> bytes | SecretStr:
            return self._read(answer, setting)

        asked = Request(name=_METHOD, path="", base_url=link, verb="GET", reads_redirect=True)
        found = self._http.fetch(asked, read)
        if isinstance(found, SecretStr):
            there = Request(name=_METHOD, path="", base_url=found, verb="GET")
            found = self._http.fetch(there, read)
        if isinstance(found, SecretStr):
            msg = f"{setting}: the sheet sends on again and again"
            raise ContractBroken(msg, source=self._source, method=_METHOD)
        return found

    def _read(self, answer: Answer, setting: str) -> bytes | SecretStr:
        if answer.status in _REDIRECTS:
            return self._sent_on(answer.headers.get("location", ""), setting)
        if answer.status != _OK:
            raise self._refusal(answer.status, setting)
        body = answer.body()
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "text/html" or body.lstrip().lower().startswith((b"<!doctype", b"<html")):
            raise self._not_shared(setting)
        return body

    def _sent_on(self, location: str, setting: str) -> SecretStr:
        try:
            there = httpx.URL(location)
        except (httpx.InvalidURL, ValueError):
            there = httpx.URL("")
        if there.host == _LOGIN_HOST:
            raise self._not_shared(setting)
        is_known = there.scheme == "https" and there.port is None and not there.userinfo
        if is_known and _CONTENT_HOST.fullmatch(there.host):
            return SecretStr(location)
        msg = f"{setting}: the sheet sends on to a host that is not Google's for content"
        raise Rejected(msg, source=self._source, method=_METHOD)

    def _not_shared(self, setting: str) -> Unauthorized:
        msg = (
            f"{setting}: Google shows its login in place of the sheet; "
            "share the sheet: anyone with the link, as a viewer"
        )
        return Unauthorized(msg, source=self._source, method=_METHOD)

    def _refusal(self, status: int, setting: str) -> ConnectorError:
        if status in _NOT_SHARED:
            return self._not_shared(setting)
        code = str(status)
        if status >= _SERVER_FAILED or status == _TOO_MANY:
            msg = f"Google Sheets failed (HTTP {status})"
            return Unavailable(msg, source=self._source, method=_METHOD, code=code)
        said = f"Google Sheets refused (HTTP {status})"
        if status in _ABSENT:
            said = "there is no such sheet, or no such tab (gid) in it"
        msg = f"{setting}: {said}"
        return Rejected(msg, source=self._source, method=_METHOD, code=code)
