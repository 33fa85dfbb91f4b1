"""Asking a server: verdicts, waits, and the limits of an answer."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Iterator

import httpx
import pytest
from pydantic import SecretStr

from connectors.errors import (
    ContractBroken,
    Deferred,
    Misconfigured,
    Moved,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.http import Answer, HttpClient, Patience, Request
from connectors.limiter import Unlimited
from connectors.stream import Traffic

ASK = Request(name="crm.item.list", path="crm.item.list", json={"start": -1})


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Watched(Unlimited):
    def __init__(self) -> None:
        self.penalties: list[float] = []
        self.asked = 0

    def acquire(self) -> float:
        self.asked += 1
        return 0.25

    def penalise(self, seconds: float) -> None:
        self.penalties.append(seconds)


class House:
    """A client whose network is a function."""

    def __init__(
        self, answer: Callable[[httpx.Request], httpx.Response], **options: object
    ) -> None:
        self.clock = Clock()
        self.traffic = Traffic()
        self.limiter = Watched()
        patience = Patience(clock=self.clock, sleep=self.clock.sleep, total_seconds=600)
        self.client = HttpClient(
            source="bitrix24",
            base_url=SecretStr("https://portal.test/rest/1/canary0secret/"),
            traffic=self.traffic,
            limiter=self.limiter,
            transport=httpx.MockTransport(answer),
            patience=patience,
            **options,  # pyright: ignore[reportArgumentType]
        )


def in_turn(*answers: httpx.Response | Exception) -> Callable[[httpx.Request], httpx.Response]:
    left = list(answers)

    def answer(_request: httpx.Request) -> httpx.Response:
        following = left.pop(0)
        if isinstance(following, Exception):
            raise following
        return following

    return answer


def body(answer: Answer) -> bytes:
    if answer.status == 429:
        asked = answer.headers.get("retry-after")
        msg = "too many requests"
        raise RateLimited(
            msg,
            source="bitrix24",
            retry_after=None if asked is None else float(asked),
        )
    if answer.status >= 500:
        msg = "the server failed"
        raise Unavailable(msg, source="bitrix24")
    if answer.status == 401:
        msg = "the key was refused"
        raise Unauthorized(msg, source="bitrix24")
    return answer.body()


def test_an_answer_comes_back_and_is_counted() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b'{"result":[]}')

    house = House(answer)
    assert house.client.fetch(ASK, body) == b'{"result":[]}'
    assert str(seen[0].url) == "https://portal.test/rest/1/canary0secret/crm.item.list"
    assert seen[0].headers["user-agent"].startswith("bitrix24-bi-warehouse")
    assert house.traffic == Traffic(requests=1, seconds_slept=0.25, bytes_received=13)


def test_five_refusals_then_an_answer() -> None:
    busy = [httpx.Response(503) for _ in range(5)]
    house = House(in_turn(*busy, httpx.Response(200, content=b"done")))
    assert house.client.fetch(ASK, body) == b"done"
    assert house.clock.slept == [1, 2, 4, 8, 16]
    assert (house.traffic.requests, house.traffic.retries) == (6, 5)
    assert house.limiter.asked == 6


def test_patience_ends_with_the_last_failure() -> None:
    house = House(lambda _request: httpx.Response(503))
    with pytest.raises(Unavailable, match="the server failed"):
        house.client.fetch(ASK, body)
    assert house.traffic.requests == 6


def test_a_stated_wait_is_kept_to_the_second_and_holds_nobody_else_back() -> None:
    house = House(in_turn(httpx.Response(429, headers={"retry-after": "90"}), httpx.Response(200)))
    house.client.fetch(ASK, body)
    assert house.clock.slept == [90]
    assert house.limiter.penalties == []


def test_too_much_without_a_stated_wait_holds_everybody_back() -> None:
    house = House(in_turn(httpx.Response(429), httpx.Response(429), httpx.Response(200)))
    house.client.fetch(ASK, body)
    assert house.limiter.penalties == [1, 2]


def test_a_wait_beyond_patience_is_deferred_without_another_request() -> None:
    house = House(lambda _request: httpx.Response(429, headers={"retry-after": "40591"}))
    with pytest.raises(Deferred, match="40591 s") as caught:
        house.client.fetch(ASK, body)
    assert caught.value.retry_after == 40591
    assert house.traffic.requests == 1
    assert house.clock.slept == []


def test_what_will_not_pass_is_not_repeated() -> None:
    house = House(lambda _request: httpx.Response(401))
    with pytest.raises(Unauthorized):
        house.client.fetch(ASK, body)
    assert house.traffic.requests == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_refused_and_the_other_host_never_asked(status: int) -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(status, headers={"location": "https://elsewhere.test/in/path?q"})

    house = House(answer)
    with pytest.raises(Moved, match=f"HTTP {status}.* elsewhere.test: .* BASE_URL") as caught:
        house.client.fetch(ASK, body)
    assert hosts == ["portal.test"]
    assert "path" not in str(caught.value)


@pytest.mark.parametrize("location", ["/login", "", "https://portal.test/x", "?again"])
def test_a_redirect_that_leads_to_no_other_host_names_none(location: str) -> None:
    house = House(lambda _request: httpx.Response(302, headers={"location": location}))
    with pytest.raises(Rejected, match=r"redirect \(HTTP 302\)$") as caught:
        house.client.fetch(ASK, body)
    assert not isinstance(caught.value, Moved)


def test_a_request_may_be_made_anew_for_each_attempt() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.rpartition("/")[2])
        return httpx.Response(503 if len(asked) == 1 else 200)

    sizes = iter(("of50", "of25"))
    House(answer).client.fetch(lambda: Request(name="batch", path=next(sizes)), body)
    assert asked == ["of50", "of25"]


def test_gzip_is_decoded_in_bounded_pieces() -> None:
    plain = b"0" * (8 << 20)
    house = House(
        lambda _request: httpx.Response(
            200,
            headers={"content-encoding": "gzip"},
            stream=Stream([gzip.compress(plain)]),
        )
    )
    sizes = house.client.fetch(ASK, lambda answer: [len(chunk) for chunk in answer.chunks()])
    assert sum(sizes) == len(plain)
    assert max(sizes) <= 1 << 20
    assert house.traffic.bytes_received < 20_000


@pytest.mark.parametrize("cut", [1, 5, 12, 40])
def test_gzip_that_is_cut_short_is_asked_for_again(cut: int) -> None:
    whole = gzip.compress(b'{"result":[1,2,3]}' * 50)
    headers = {"content-encoding": "gzip"}
    house = House(
        in_turn(
            httpx.Response(200, headers=headers, stream=Stream([whole[:cut]])),
            httpx.Response(200, headers=headers, stream=Stream([whole])),
        )
    )
    assert house.client.fetch(ASK, body) == b'{"result":[1,2,3]}' * 50
    assert house.traffic.retries == 1


def test_garbage_that_says_it_is_gzip_is_a_broken_answer() -> None:
    house = House(
        lambda _request: httpx.Response(
            200, headers={"content-encoding": "gzip"}, stream=Stream([b"<html>not gzip</html>"])
        )
    )
    with pytest.raises(Unavailable):
        house.client.fetch(ASK, body)


def test_an_encoding_nobody_asked_for_is_refused() -> None:
    house = House(
        lambda _request: httpx.Response(
            200, headers={"content-encoding": "br"}, stream=Stream([b"x"])
        )
    )
    with pytest.raises(ContractBroken, match="encoding"):
        house.client.fetch(ASK, body)
    assert house.traffic.requests == 1


def test_an_answer_that_never_ends_is_cut_off() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(65_536)

    house = House(
        lambda _request: httpx.Response(200, stream=Stream(endless())), max_answer_bytes=1 << 20
    )
    with pytest.raises(ContractBroken, match="larger than 1,048,576 bytes"):
        house.client.fetch(ASK, body)
    assert house.traffic.bytes_received < 2 << 20


def test_an_answer_that_drips_is_given_up() -> None:
    def dripping(clock: Clock) -> Iterator[bytes]:
        while True:
            clock.now += 10
            yield b" "

    houses: list[House] = []
    houses.append(
        House(lambda _request: httpx.Response(200, stream=Stream(dripping(houses[0].clock))))
    )
    with pytest.raises(TimedOut, match="did not arrive in time"):
        houses[0].client.fetch(ASK, body)
    assert houses[0].clock.now < 1000


@pytest.mark.parametrize(
    ("failure", "verdict"),
    [
        (httpx.ConnectError("dns: canary0secret"), Unavailable),
        (httpx.ConnectTimeout("canary0secret"), TimedOut),
        (httpx.ReadTimeout("canary0secret"), TimedOut),
        (httpx.RemoteProtocolError("canary0secret"), Unavailable),
        (httpx.ProxyError("canary0secret"), Unavailable),
        (httpx.LocalProtocolError("canary0secret"), Misconfigured),
        (httpx.UnsupportedProtocol("canary0secret"), Misconfigured),
        (httpx.DecodingError("canary0secret"), Unavailable),
    ],
)
def test_each_way_in_which_the_network_fails_has_a_verdict(
    failure: Exception, verdict: type[Exception]
) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise failure

    house = House(answer)
    with pytest.raises(verdict) as caught:
        house.client.fetch(ASK, body)
    assert "canary0secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_fault_of_ours_is_not_taken_for_one_of_the_network() -> None:
    def read(_answer: Answer) -> None:
        raise OSError(28, "No space left on device")

    house = House(lambda _request: httpx.Response(200))
    with pytest.raises(OSError, match="No space"):
        house.client.fetch(ASK, read)
    assert house.traffic.requests == 1


@pytest.mark.parametrize("address", ["", "portal.test/rest", "ftp://portal.test", "https://[::1"])
def test_a_base_url_that_is_none_is_a_wrong_setting(address: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        HttpClient(
            source="bitrix24",
            base_url=SecretStr(address),
            traffic=Traffic(),
            limiter=Unlimited(),
        )
    assert caught.value.__context__ is None
    assert address == "" or address not in str(caught.value)


def test_the_loggers_that_print_addresses_are_silenced(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("httpx").setLevel(logging.DEBUG)
    house = House(lambda _request: httpx.Response(200))
    with caplog.at_level(logging.DEBUG):
        house.client.fetch(ASK, body)
    assert [record for record in caplog.records if record.name.startswith("http")] == []


class Stream(httpx.SyncByteStream):
    def __init__(self, chunks: list[bytes] | Iterator[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks
