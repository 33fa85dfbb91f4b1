"""An answer while it arrives: counted, decoded, bounded, and cut short loudly.

Here is also what each way in which httpx gives up means for us. Its exceptions quote addresses,
so they are translated here and go no further.

Not here: sending and repeating (`http.py`), what a status or a body says (each `client.py`).
"""

from __future__ import annotations

import re
import ssl
import zlib
from collections.abc import Callable, Iterator

import httpx

from connectors import redaction
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Misconfigured,
    Moved,
    Rejected,
    TimedOut,
    Unavailable,
)
from connectors.stream import Traffic

_DECODED_AT_ONCE = 1 << 20
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?")
_UNSENDABLE = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError)

BROKEN = (httpx.HTTPError, httpx.StreamError, zlib.error, *_UNSENDABLE)
"""Every exception that may come out of sending a request and reading its answer."""


class Answer:
    """An answer that is still arriving; valid only inside of `read`."""

    def __init__(
        self,
        response: httpx.Response,
        *,
        source: str,
        method: str,
        traffic: Traffic,
        is_late: Callable[[], bool],
        max_bytes: int,
    ) -> None:
        self._response = response
        self._source = source
        self._method = method
        self._traffic = traffic
        self._late = is_late
        self._max_bytes = max_bytes

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """The answer's headers."""
        return self._response.headers

    def chunks(self) -> Iterator[bytes]:
        """Yield the decoded body as it arrives, a megabyte at a time at most.

        Raises:
            Unavailable: the body ended before it was complete.
            TimedOut: it did not arrive in time.
            ContractBroken: it is larger than `max_answer_bytes`, or in an unknown encoding.
        """
        total = 0
        try:
            for chunk in self._decoded():
                total += len(chunk)
                if total > self._max_bytes:
                    msg = f"the answer is larger than {self._max_bytes:,} bytes"
                    raise self._broken(msg)
                yield chunk
        except BROKEN as error:
            failure = verdict(error, self._source, self._method)
        else:
            return
        raise failure

    def body(self) -> bytes:
        """Return the whole body; for small answers only. Raises as `chunks` does."""
        return b"".join(self.chunks())

    def _raw(self) -> Iterator[bytes]:
        stream = self._response.stream
        if not isinstance(stream, httpx.SyncByteStream):
            msg = "an answer of a synchronous client is read synchronously"
            raise TypeError(msg)
        for chunk in stream:
            self._traffic.add(bytes_received=len(chunk))
            if self._late():
                msg = "the answer did not arrive in time"
                raise TimedOut(msg, source=self._source, method=self._method)
            yield chunk

    def _decoded(self) -> Iterator[bytes]:
        """Decode here, because httpx takes a gzip body that was cut short for a whole one."""
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding in ("identity", ""):
            yield from self._raw()
            return
        if encoding not in ("gzip", "x-gzip", "deflate"):
            msg = "the answer has a content encoding that was not asked for"
            raise self._broken(msg)
        decoder = zlib.decompressobj(wbits=47)  # zlib or gzip, told by the header
        empty = True
        for chunk in self._raw():
            empty = False
            rest = chunk
            while rest and not decoder.eof:
                yield decoder.decompress(rest, _DECODED_AT_ONCE)
                rest = decoder.unconsumed_tail
        if not empty and not decoder.eof:
            msg = "the answer was cut short"
            raise Unavailable(msg, source=self._source, method=self._method)

    def _broken(self, said: str) -> ContractBroken:
        return ContractBroken(said, source=self._source, method=self._method)


def verdict(error: Exception, source: str, method: str) -> ConnectorError:
    """Return the error of ours that says what one of `BROKEN` means; it remembers nothing of it."""
    untrusted = _untrusted(error)
    if untrusted is not None:
        msg = (
            f"the server's certificate is not trusted ({untrusted}); "
            "a private authority is named by SSL_CERT_FILE"
        )
        return Misconfigured(msg, source=source, method=method)
    if isinstance(error, httpx.TimeoutException):
        return TimedOut("no answer in time", source=source, method=method)
    if isinstance(error, _UNSENDABLE):
        msg = "a setting holds something that a request cannot carry"
        return Misconfigured(msg, source=source, method=method)
    said = "the connection broke before the answer was complete"
    if isinstance(error, httpx.ProxyError):
        said = "the proxy did not let the request through"
    elif isinstance(error, httpx.ConnectError):
        said = "no connection to the server"
    return Unavailable(said, source=source, method=method)


def redirected(response: httpx.Response, source: str, method: str, setting: str) -> Rejected:
    """Return the error of a redirect; of where it leads nothing but the host is shown.

    Args:
        response: the redirect.
        source: the source's name.
        method: what was called.
        setting: where the address that was asked comes from.
    """
    said = f"the server answered with a redirect (HTTP {response.status_code})"
    host = _other_host(response)
    if host is None:
        return Rejected(said, source=source, method=method)
    said += f" to {host}: if it has moved there, write that host into {setting}"
    return Moved(said, source=source, method=method)


def _other_host(response: httpx.Response) -> str | None:
    """Return the host that a redirect leads to, with its port; None where it is the one asked."""
    try:
        there = response.url.join(response.headers.get("location", ""))
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return None
    named = there.netloc.decode("ascii", "replace").rpartition("@")[2]
    same = there.netloc.lower() == response.url.netloc.lower()
    return None if same or not _HOST.fullmatch(named) else redaction.clean(named)


def _untrusted(error: BaseException | None) -> str | None:
    """Return what is wrong with the server's certificate, without the server's name."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message.partition(",")[0]
        error = error.__cause__ or error.__context__
    return None
