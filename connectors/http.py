"""The one way to ask a server: paced, retried by verdict, and silent about secrets.

A source says what it wants (`Request`) and how to read an answer (`read`, which raises the
errors of `errors.py`); here the request is paced, sent, read and, where the verdict is
`Retryable`, sent again. Reading happens inside the retry, so an answer that breaks off after half
of it is asked for anew and nothing of it gets out.

The base URL may hold a secret (a Bitrix24 webhook does), and httpx puts URLs into its log lines
and exceptions. So its logger is silenced, and no exception of httpx leaves this module, neither as
itself nor as the cause or context of another: whoever prints those would print the secret.
Redirects are not followed, because they would carry it to another host; the host is named.

Proxies (HTTPS_PROXY and its family) and a private authority (SSL_CERT_FILE) are honoured by httpx;
this machine's own addresses are never asked through a proxy.

Not here: how a body is decoded and what a broken connection means (`answer.py`), status tables
(each `client.py`), the pace itself (`limiter.py`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

import httpx
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception

from connectors import redaction
from connectors.answer import BROKEN, Answer, redirected, verdict
from connectors.errors import (
    ConnectorError,
    Deferred,
    Misconfigured,
    RateLimited,
    Retryable,
)
from connectors.limiter import Limiter
from connectors.stream import Traffic

__all__ = ["DEFAULT_PATIENCE", "Answer", "HttpClient", "Patience", "Request"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call of an API; its repr leaves out all that may be secret.

    Args:
        name: the API's own name of the method, for errors and counters; never a URL.
        path: what follows the base URL; the empty text where the base URL is the address.
        base_url: in place of the client's, where the server itself says where to ask.
        verb: the HTTP method.
        json: body to send as JSON.
        form: body to send as a form.
        params: query parameters.
        headers: further headers.
        reads_redirect: whether `read` looks at a redirect itself; otherwise one is an error.
    """

    name: str
    path: str
    base_url: SecretStr | None = None
    verb: str = "POST"
    json: object | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    reads_redirect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to go on asking.

    Args:
        attempts: how often one request is sent at most.
        total_seconds: what one request may take with all its waits; a server that asks for a
            longer wait than is left ends it as `Deferred`.
        answer_seconds: how long one answer may take to arrive, however steadily it drips.
        connect_seconds: how long a connection may take.
        read_seconds: the longest silence within an answer.
        first_wait: wait before the second attempt; doubled for each further one.
        longest_wait: where the doubling stops.
        clock: seconds, steadily growing.
        sleep: waits so many seconds.
    """

    attempts: int = 6
    total_seconds: float = 1800.0
    answer_seconds: float = 300.0
    connect_seconds: float = 15.0
    read_seconds: float = 75.0
    first_wait: float = 1.0
    longest_wait: float = 60.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


DEFAULT_PATIENCE = Patience()


class HttpClient:
    """Talks to one base URL on behalf of one account.

    Args:
        source: the source's name, for errors.
        base_url: address that paths are appended to; may hold a secret.
        traffic: where requests, retries, waits and bytes are counted.
        limiter: asked before each attempt; told to hold back when the server says that it was
            too much without saying for how long.
        secrets: what else must never be shown.
        address_setting: where the base URL comes from, for whoever has to change it.
        transport: stands in for the network in tests.
        patience: how long to go on asking.
        max_answer_bytes: what one decoded answer may measure.

    Raises:
        Misconfigured: the base URL is none, or the file of SSL_CERT_FILE cannot be read.
    """

    def __init__(
        self,
        *,
        source: str,
        base_url: SecretStr,
        traffic: Traffic,
        limiter: Limiter,
        secrets: Sequence[SecretStr] = (),
        address_setting: str = "BASE_URL",
        transport: httpx.BaseTransport | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        max_answer_bytes: int = 256 << 20,
    ) -> None:
        redaction.protect(base_url, *secrets)
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._source = source
        self._base_url = base_url
        self._address_setting = address_setting
        self._traffic = traffic
        self._limiter = limiter
        self._patience = patience
        self._max_answer_bytes = max_answer_bytes
        self._client = _opened(source, base_url, transport, patience)

    def fetch(self, request: Request | Callable[[], Request], read: Callable[[Answer], T]) -> T:
        """Send a request and return what `read` makes of the answer.

        Args:
            request: what to ask; a callable is asked anew for each attempt, so that a source may
                ask for less after a failure.
            read: looks at status, headers and body; raises `Retryable` for one more attempt, any
                other `ConnectorError` to give up. Called once per attempt.

        Raises:
            Retryable: the last attempt's failure, when patience ended.
            Deferred: the server asked for a longer wait than patience has left.
            Permanent: as `read` said, a redirect, or a setting that cannot work.
        """
        started = self._patience.clock()
        attempts = Retrying(
            retry=retry_if_exception(_worth_repeating),
            stop=lambda state: self._ended(state, started),
            wait=self._wait,
            before_sleep=self._before_sleep,
            sleep=self._patience.sleep,
            reraise=True,
        )
        try:
            return attempts(self._attempt, request, read)
        except ConnectorError as error:
            # A cause that holds a URL leaks its secret.
            error.__cause__ = error.__context__ = None
            failure = error
        raise self._deferred(failure, self._patience.clock() - started) or failure

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _attempt(self, request: Request | Callable[[], Request], read: Callable[[Answer], T]) -> T:
        if not isinstance(request, Request):
            request = request()
        self._traffic.add(seconds_slept=self._limiter.acquire(), requests=1)
        ends = self._patience.clock() + self._patience.answer_seconds
        try:
            with self._sent(request) as response:
                if response.status_code in range(300, 400) and not request.reads_redirect:
                    setting = self._address_setting
                    raise redirected(response, self._source, request.name, setting)
                answer = Answer(
                    response,
                    source=self._source,
                    method=request.name,
                    traffic=self._traffic,
                    is_late=lambda: self._patience.clock() > ends,
                    max_bytes=self._max_answer_bytes,
                )
                return read(answer)
        except BROKEN as error:
            failure = verdict(error, self._source, request.name)
        raise failure

    @contextmanager
    def _sent(self, request: Request) -> Generator[httpx.Response]:
        base = (request.base_url or self._base_url).get_secret_value()
        url = f"{base.rstrip('/')}/{request.path.lstrip('/')}" if request.path else base
        with self._client.stream(
            request.verb,
            url,
            json=request.json,
            data=request.form,
            params=request.params,
            headers=request.headers,
        ) as response:
            yield response

    def _wait(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        if isinstance(failure, Retryable) and failure.retry_after is not None:
            return max(0.0, failure.retry_after)
        doubled = self._patience.first_wait * 2.0 ** (state.attempt_number - 1)
        return min(doubled, self._patience.longest_wait)

    def _ended(self, state: RetryCallState, started: float) -> bool:
        if state.attempt_number >= self._patience.attempts:
            return True
        spent = self._patience.clock() - started
        return spent + self._wait(state) > self._patience.total_seconds

    def _before_sleep(self, state: RetryCallState) -> None:
        wait = state.next_action.sleep if state.next_action else 0.0
        self._traffic.add(retries=1, seconds_slept=wait)
        failure = state.outcome.exception() if state.outcome else None
        if isinstance(failure, RateLimited) and failure.retry_after is None:
            self._limiter.penalise(wait)

    def _deferred(self, failure: ConnectorError, spent: float) -> Deferred | None:
        """Return what to raise instead where the server asks for more than patience has left."""
        wait = failure.retry_after if isinstance(failure, Retryable) else None
        if isinstance(failure, Deferred) or wait is None:
            return None
        if spent + wait <= self._patience.total_seconds:
            return None
        return Deferred(
            f"{failure.message}; the server asks to wait for {wait:.0f} s",
            source=failure.source,
            method=failure.method,
            code=failure.code,
            request_id=failure.request_id,
            retry_after=wait,
        )


def _opened(
    source: str,
    base_url: SecretStr,
    transport: httpx.BaseTransport | None,
    patience: Patience,
) -> httpx.Client:
    """Open the connection pool; the exceptions of httpx quote the address, so they stay here."""
    try:
        proper = httpx.URL(base_url.get_secret_value()).scheme in ("http", "https")
    except (httpx.InvalidURL, UnicodeError):
        proper = False
    if not proper:
        msg = "the base URL has to be an address that begins with http:// or https://"
        raise Misconfigured(msg, source=source)
    loopback = ("127.0.0.1", "localhost", "[::1]") if transport is None else ()
    try:
        return httpx.Client(
            transport=transport,
            follow_redirects=False,
            headers={"User-Agent": _user_agent(), "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(patience.read_seconds, connect=patience.connect_seconds),
            mounts={f"all://{host}": None for host in loopback},
        )
    except (OSError, ValueError):
        msg = "SSL_CERT_FILE or a proxy setting cannot be used"
    raise Misconfigured(msg, source=source)


def _worth_repeating(error: BaseException) -> bool:
    return isinstance(error, Retryable) and not isinstance(error, Deferred)


def _user_agent() -> str:
    try:
        return f"bitrix24-bi-warehouse/{version('bitrix24-bi-warehouse')}"
    except PackageNotFoundError:
        return "bitrix24-bi-warehouse"
