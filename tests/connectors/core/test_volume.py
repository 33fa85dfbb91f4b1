"""From a socket to the landing in constant memory, and the next page while the last one lands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from connectors.read_ahead import read_ahead

MEGABYTES = 100
ANSWER_BYTES = 5 << 20

PROGRAM = """
import importlib.util, os, resource, sys, time
from datetime import UTC, date, datetime

spec = importlib.util.spec_from_file_location("fake", sys.argv[1])
fake = importlib.util.module_from_spec(spec)
sys.modules["fake"] = fake
spec.loader.exec_module(fake)
from pydantic import SecretStr
from connectors.extract import sync
from connectors.http import HttpClient, Request
from connectors.json_stream import record_json, values
from connectors.landing import Landing
from connectors.limiter import Unlimited
from connectors.stream import Account, Page, Record

account, port, answers = sys.argv[2], sys.argv[3], int(sys.argv[4])
at = datetime(2026, 11, 20, tzinfo=UTC)

class Client(fake.Fake):
    def open(self):
        self.http = HttpClient(source="fake", base_url=SecretStr(f"http://127.0.0.1:{port}/"),
                               traffic=self.traffic, limiter=Unlimited())

    def read(self, answer):
        records = []
        for _, value in values(answer.chunks(), lambda path: path == "result.items.item"):
            written = record_json(value)
            records.append(Record(key=str(value["id"]), payload=written.payload, cursor=at))
        return tuple(records)

    def pages(self, stream, window):
        for number in range(answers):
            request = Request(name="list", path=f"{number}")
            records = self.http.fetch(request, self.read)
            yield Page(records=records, served_at=at, resume_key=records[-1].key)

client = Client()
client.open()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report = sync(
    fake.SOURCE, Account(name=account, settings=fake.NoSettings(), shared=""),
    fake.STREAMS["deals"], client=client, landing=Landing(os.environ["DSN"]), run_id="big",
    as_of=date(2026, 11, 23), on_progress=lambda words: None,
)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(report.rows_inserted, report.bytes_received, grown, round(report.seconds, 1))
"""


def answer(number: int, rows: int) -> bytes:
    """Return a page of ids of its own; one record is as wide as a deal with many fields."""
    fields = {f"ufCrmField{n}": "значение" * 8 for n in range(120)}
    items = [{"id": number * rows + n + 1, "opportunity": 1.5, **fields} for n in range(rows)]
    return json.dumps({"result": {"items": items}}, ensure_ascii=False).encode()


@pytest.fixture
def served() -> Iterator[int]:
    rows = ANSWER_BYTES // len(answer(0, 1))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = answer(int(self.path.strip("/")), rows)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_hundred_megabytes_pass_in_constant_memory(house: Any, served: int) -> None:
    answers = MEGABYTES * (1 << 20) // ANSWER_BYTES
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM,
            str(Path(__file__).with_name("conftest.py")),
            house.account.name,
            str(served),
            str(answers),
        ],
        env={**os.environ, "DSN": house.warehouse.dsn("loader")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows, received, grown_kilobytes = (int(word) for word in done.stdout.split()[:3])
    assert rows == house.landing.count("fake", "deals")
    assert received > 0.95 * MEGABYTES * (1 << 20)
    # Sixteen megabytes wait for their commit, three answers of five are on their way.
    assert grown_kilobytes < 70 * 1024


def test_the_next_item_is_drawn_while_the_last_one_is_used() -> None:
    def slow() -> Iterator[int]:
        for number in range(5):
            time.sleep(0.05)
            yield number

    started = time.monotonic()
    with read_ahead(slow()) as items:
        for _ in items:
            time.sleep(0.05)
    assert time.monotonic() - started < 0.42  # one after the other it is half a second


def test_no_more_is_drawn_than_may_wait() -> None:
    drawn: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            drawn.append(number)
            yield number

    with read_ahead(items(), waiting=2) as ready:
        next(ready)
        time.sleep(0.3)
        assert len(drawn) <= 4
    time.sleep(0.2)
    assert len(drawn) <= 4


def test_a_failure_comes_where_its_item_would_have() -> None:
    def fails() -> Iterator[int]:
        yield 1
        yield 2
        message = "third"
        raise LookupError(message)

    seen: list[int] = []

    def draw() -> None:
        with read_ahead(fails()) as items:
            seen.extend(items)

    with pytest.raises(LookupError, match="third"):
        draw()
    taken: list[int] = []
    with read_ahead(fails()) as items:
        taken.append(next(items))
        taken.append(next(items))
        with pytest.raises(LookupError):
            next(items)
    assert taken == [1, 2]


def test_leaving_early_ends_the_thread() -> None:
    def endless() -> Iterator[int]:
        while True:
            yield 1

    with read_ahead(endless()) as items:
        next(items)
    assert not [thread for thread in threading.enumerate() if thread.name == "read-ahead"]
