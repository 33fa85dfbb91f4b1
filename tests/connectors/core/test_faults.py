"""The webhook's secret on every way out, over real sockets; proxies and private authorities.

The secret is a canary: it is looked for plain, URL-encoded and in base64, in the exception's whole
chain and traceback, and in everything that was logged. Each search is first shown to find it.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from socket import create_server, socket
from urllib.parse import quote

import pytest
import trustme
from pydantic import SecretStr

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Misconfigured,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.http import Answer, HttpClient, Patience, Request
from connectors.json_stream import NotJson, values
from connectors.limiter import Unlimited
from connectors.stream import Traffic

CANARY = "zq7canary+/ключ9x"
PATH = f"/rest/1/{quote(CANARY, safe='')}"
ASK = Request(name="crm.item.list", path="crm.item.list", json={"start": -1})
QUICK = Patience(
    attempts=2, first_wait=0.01, connect_seconds=2, read_seconds=0.4, answer_seconds=0.8
)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

Handler = Callable[[socket, bytes], None]


@contextlib.contextmanager
def served(handler: Handler, *, tls: ssl.SSLContext | None = None) -> Generator[int]:
    """Serve each connection by a function that sees the request's head; yield the port."""
    listener = create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def attend(connection: socket) -> None:
        with contextlib.suppress(OSError):
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True)
            with connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    more = connection.recv(65_536)
                    if not more:
                        return
                    head += more
                handler(connection, head)

    def accept() -> None:
        while not stop.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                threading.Thread(target=attend, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        with contextlib.suppress(OSError), socket() as knock:
            knock.settimeout(1)
            knock.connect(listener.getsockname())
        thread.join(2)
        listener.close()


def says(answer: bytes) -> Handler:
    return lambda connection, _head: connection.sendall(answer)


def body_of(text: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
    return head.encode() + text


def drips(connection: socket, _head: bytes) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b" ")
        time.sleep(0.05)


def falls_silent(connection: socket, _head: bytes) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\n{")
    time.sleep(2)


def read(answer: Answer) -> list[object]:
    """Read as a source does: status first, then the body as it streams."""
    told = {"source": "bitrix24", "method": "crm.item.list"}
    if answer.status == 401:
        msg = "the webhook was refused"
        raise Unauthorized(msg, **told)
    if answer.status == 429:
        msg = "too many requests"
        raise RateLimited(msg, **told)
    if answer.status >= 500:
        msg = f"the server failed (HTTP {answer.status})"
        raise Unavailable(msg, **told)
    try:
        return [value for _, value in values(answer.chunks(), lambda path: path == "result.item")]
    except NotJson:
        msg = "the answer is not JSON"
    raise ContractBroken(msg, **told)


def client(port: int, *, scheme: str = "http", host: str = "127.0.0.1") -> HttpClient:
    return HttpClient(
        source="bitrix24",
        base_url=SecretStr(f"{scheme}://{host}:{port}{PATH}/"),
        traffic=Traffic(),
        limiter=Unlimited(),
        patience=QUICK,
    )


FAULTS: dict[str, tuple[Handler, type[ConnectorError]]] = {
    "503 storm": (says(body_of(b"{}", "503 Service Unavailable")), Unavailable),
    "429": (says(body_of(b"{}", "429 Too Many Requests")), RateLimited),
    "401": (says(body_of(b'{"error":"INVALID"}', "401 Unauthorized")), Unauthorized),
    "HTML instead of JSON": (says(body_of(b"<html>closed</html>")), ContractBroken),
    "JSON cut short, length kept": (says(body_of(b'{"result":[1')), ContractBroken),
    "body shorter than promised": (
        says(OK + b'Content-Length: 100\r\n\r\n{"result":[1'),
        Unavailable,
    ),
    "chunked body cut": (
        says(OK + b'Transfer-Encoding: chunked\r\n\r\n40\r\n{"result":[1'),
        Unavailable,
    ),
    "gzip cut": (
        says(OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n\x1f\x8b\x08\x00\x00"),
        Unavailable,
    ),
    "closed without an answer": (lambda _connection, _head: None, Unavailable),
    "not HTTP": (says(b"SSH-2.0-OpenSSH\r\n\r\n"), Unavailable),
    "drips": (drips, TimedOut),
    "falls silent": (falls_silent, TimedOut),
    "redirect": (
        says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"),
        Rejected,
    ),
}


def spellings() -> Iterator[str]:
    raw = CANARY.encode()
    yield CANARY
    yield quote(CANARY)
    yield quote(CANARY, safe="")
    yield repr(CANARY)[1:-1].encode("unicode_escape").decode()
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(bytes(before) + raw).decode()
            yield text[4:-4]


def leaks(text: str) -> list[str]:
    return [spelling for spelling in spellings() if spelling in text]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def everything(error: BaseException) -> str:
    told = [repr(link) + str(vars(link)) for link in chain(error)]
    return "\n".join([*told, "".join(traceback.format_exception(error))])


def test_the_search_finds_a_planted_leak() -> None:
    raw = CANARY.encode()
    for leak in (
        f"GET {PATH}",
        f"x{CANARY}x",
        base64.b64encode(b"ab" + raw + b"cd").decode(),
        base64.urlsafe_b64encode(b"a" + raw).decode(),
    ):
        assert leaks(leak), leak

    def leaking() -> None:
        try:
            urlopen_like(f"http://portal{PATH}")
        except ValueError:
            msg = "clean"
            raise Unavailable(msg, source="bitrix24")  # noqa: B904 - the leak that is looked for

    def urlopen_like(address: str) -> None:
        raise ValueError(address)

    with pytest.raises(Unavailable) as caught:
        leaking()
    assert leaks(everything(caught.value))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_has_its_verdict_and_shows_no_secret(
    fault: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    handler, verdict = FAULTS[fault]
    with served(handler) as port, caplog.at_level(logging.DEBUG):
        asking = client(port)
        for name in ("httpx", "httpcore"):  # as a careless host program would have it
            logging.getLogger(name).setLevel(logging.DEBUG)
        with pytest.raises(verdict) as caught:
            asking.fetch(ASK, read)
    assert leaks(everything(caught.value)) == []
    assert len(list(chain(caught.value))) == 1
    assert caplog.records, "the loggers were meant to talk"
    assert leaks(caplog.text) == []
    assert leaks("".join(capfd.readouterr())) == []


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("http://127.0.0.1:1", Unavailable),
        ("http://nowhere.invalid", Unavailable),
        ("http://127.0.0.1:99999", Unavailable),
        ("http://bad host", Unavailable),
        ("gopher://127.0.0.1", Misconfigured),
    ],
)
def test_an_address_that_leads_nowhere_shows_no_secret(
    address: str, verdict: type[ConnectorError]
) -> None:
    def ask() -> None:
        HttpClient(
            source="bitrix24",
            base_url=SecretStr(f"{address}{PATH}/"),
            traffic=Traffic(),
            limiter=Unlimited(),
            patience=QUICK,
        ).fetch(ASK, read)

    with pytest.raises(verdict) as caught:
        ask()
    assert leaks(everything(caught.value)) == []
    assert len(list(chain(caught.value))) == 1


def test_a_secret_that_no_header_can_carry_is_not_quoted() -> None:
    bad = Request(name="x", path="x", headers={"Authorization": f"Bearer {CANARY}\n"})
    with served(says(body_of(b"{}"))) as port, pytest.raises(Misconfigured) as caught:
        client(port).fetch(bad, read)
    assert leaks(everything(caught.value)) == []


def test_half_an_answer_is_read_again_from_its_beginning() -> None:
    answers = [
        OK + b'Content-Length: 100\r\n\r\n{"result":[1,2,',
        body_of(b'{"result":[1,2,3]}'),
    ]
    with served(lambda connection, _head: connection.sendall(answers.pop(0))) as port:
        assert client(port).fetch(ASK, read) == [1, 2, 3]


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, Path]:
    ca = trustme.CA()
    path = tmp_path / "authority.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, path


def tls_for(ca: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(context)
    return context


def test_a_private_authority_is_trusted_where_it_is_named(
    authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ca, path = authority
    with served(says(body_of(b'{"result":[1]}')), tls=tls_for(ca, "127.0.0.1")) as port:
        with pytest.raises(Misconfigured, match="SSL_CERT_FILE") as caught:
            client(port, scheme="https").fetch(ASK, read)
        assert leaks(everything(caught.value)) == []
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        assert client(port, scheme="https").fetch(ASK, read) == [1]


def test_a_certificate_of_another_name_is_refused(
    authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ca, path = authority
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    tls = tls_for(ca, "elsewhere.test")
    with served(says(body_of(b"{}")), tls=tls) as port, pytest.raises(Misconfigured):
        client(port, scheme="https").fetch(ASK, read)


def test_an_authority_file_that_cannot_be_read_is_a_wrong_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(broken))
    with pytest.raises(Misconfigured, match="SSL_CERT_FILE") as caught:
        client(1, scheme="https")
    assert len(list(chain(caught.value))) == 1


def test_a_proxy_carries_the_request_and_sees_no_secret_over_tls(
    authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ca, path = authority
    heads: list[bytes] = []
    server_side = tls_for(ca, "portal.test")

    def tunnel(connection: socket, head: bytes) -> None:
        heads.append(head)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with server_side.wrap_socket(connection, server_side=True) as inside:
            inner = b""
            while b"\r\n\r\n" not in inner:
                inner += inside.recv(65_536)
            heads.append(inner)
            inside.sendall(body_of(b'{"result":[7]}'))

    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with served(tunnel) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        assert client(443, scheme="https", host="portal.test").fetch(ASK, read) == [7]
    assert heads[0].startswith(b"CONNECT portal.test:443")
    assert leaks(heads[0].decode()) == []
    assert leaks(heads[1].decode())


def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with served(says(body_of(b'{"result":[1]}'))) as port:
        assert client(port).fetch(ASK, read) == [1]


def test_a_proxy_that_refuses_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with served(says(refusal)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{quote(CANARY, safe='')}@127.0.0.1:{port}")
        with pytest.raises(Unavailable, match="proxy") as caught:
            client(443, scheme="https", host="portal.test").fetch(ASK, read)
    assert leaks(everything(caught.value)) == []
