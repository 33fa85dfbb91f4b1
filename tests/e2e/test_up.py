"""`make up` and `make down` on the warehouse that the demo left."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from infra import postgres
from infra.sandbox import process as sandbox
from tests.e2e.running import World, begin, run

pytestmark = pytest.mark.timeout(600)
PATIENCE = 90.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def up(world: World, port: int) -> Iterator[subprocess.Popen[str]]:
    """The command, once its UI answers."""
    command = begin("up", warehouses=world.home.parent, PORT=str(port))
    try:
        _until(lambda: _answers(port), command)
        yield command
    finally:
        if command.poll() is None:
            command.send_signal(signal.SIGINT)
        command.wait(60)


def _until(condition: Any, command: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert command.poll() is None, command.stdout.read() if command.stdout else ""
        if condition():
            return
        time.sleep(0.2)
    pytest.fail("it did not come up in time")


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=2).read()
    except (urllib.error.URLError, ConnectionError):
        return False
    return True


def ask(port: int, query: str) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)["data"]


def family(command: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(command.pid).children(recursive=True)


def test_it_keeps_the_schedule_and_stops_what_it_started(demo_world: World) -> None:
    port = free_port()
    with up(demo_world, port) as command:
        schedules = ask(
            port,
            "{repositoriesOrError{... on RepositoryConnection{nodes{schedules{name"
            " executionTimezone scheduleState{status}}}}}}",
        )["repositoriesOrError"]["nodes"][0]["schedules"]
        assert schedules == [
            {
                "name": "daily_at_six",
                "executionTimezone": "Europe/Moscow",
                "scheduleState": {"status": "RUNNING"},
            }
        ]
        runs = ask(port, "{runsOrError{... on Runs{results{status jobName}}}}")
        assert {"status": "SUCCESS", "jobName": "daily"} in runs["runsOrError"]["results"]

        started = family(command)
        listening = {
            connection.laddr.ip
            for process in started
            for connection in process.net_connections(kind="tcp")
            if connection.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}

        second = run("up", warehouses=demo_world.home.parent, PORT=str(free_port()))
        assert second.code == 1
        assert "up already" in second.output

        command.send_signal(signal.SIGINT)
        assert command.wait(60) == 0
    gone, alive = psutil.wait_procs(started, timeout=10)
    assert gone
    assert not alive
    assert postgres.is_running(demo_world.home), "the demo started it, not this command"
    assert sandbox.is_running(demo_world.home / "sandbox")


def test_down_stops_everything_wherever_it_was_started(demo_world: World) -> None:
    try:
        with up(demo_world, free_port()) as command:
            started = family(command)
            down = run("down", warehouses=demo_world.home.parent)
            assert down.code == 0
            assert command.wait(60) == 0
        for thing in ("Dagster", "sandbox", "PostgreSQL"):
            assert f"demo: {thing}" in down.output
        _, alive = psutil.wait_procs(started, timeout=10)
        assert not alive
        assert not postgres.is_running(demo_world.home)
        assert not sandbox.is_running(demo_world.home / "sandbox")
        again = run("down", warehouses=demo_world.home.parent)
        assert (again.code, again.output.strip()) == (0, "Nothing was running.")
    finally:
        postgres.start(demo_world.home)
        sandbox.start(demo_world.home / "sandbox")
