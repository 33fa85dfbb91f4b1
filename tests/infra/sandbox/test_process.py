"""Serving as a process: start, ports, files, a clean stop."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from infra.sandbox import endpoints, process
from infra.sandbox.__main__ import main
from infra.sandbox.server import STATE_NAME, STORE_NAME
from infra.sandbox.store import Store
from tests.infra.sandbox.tiny_world import META, build


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    build(tmp_path / STORE_NAME)
    (tmp_path / "csv_spend").mkdir()
    yield tmp_path
    process.stop(tmp_path)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_start_serve_stop(directory: Path) -> None:
    assert not process.is_running(directory)
    running = process.start(directory)
    assert process.is_running(directory)
    assert process.start(directory) == running
    assert httpx.get(f"{running.http_url}/_sandbox/health").json()["world"] == "tiny"
    trusting = ssl.create_default_context(cafile=str(running.authority))
    assert httpx.get(f"{running.https_url}/_sandbox/health", verify=trusting).is_success
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.https_url}/_sandbox/health")

    process.stop(directory)
    assert not process.is_running(directory)
    assert not psutil.pid_exists(running.pid) or _is_zombie(running.pid)
    assert not (directory / STATE_NAME).exists()

    again = process.start(directory)
    assert (again.http_url, again.https_url) == (running.http_url, running.https_url)
    assert again.settings == running.settings


def test_only_loopback_listens(directory: Path) -> None:
    running = process.start(directory)
    addresses = {
        connection.laddr.ip
        for connection in psutil.Process(running.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


def test_settings_are_for_the_owner_alone(directory: Path) -> None:
    settings = process.start(directory).settings
    assert mode(directory / endpoints.FILE_NAME) == 0o600
    assert mode(directory / STORE_NAME) == 0o600
    assert mode(directory / "tls" / "server.pem") == 0o600
    assert endpoints.read(directory) == settings
    assert settings["BITRIX24_WEBHOOK_URL"].endswith("/rest/1/tinysecret000001/")
    assert settings["CSV_SPEND__MAIN__FOLDER"] == str(directory / "csv_spend")
    assert "COMPANY__MAIN__FOLDER" not in settings
    assert settings["GOOGLE_ADS__MAIN__CUSTOMER_ID"] == "2000000002"
    assert settings["AS_OF"] == "2026-11-22"


def test_no_secret_in_the_command_line_or_the_log(directory: Path) -> None:
    running = process.start(directory)
    httpx.get(running.settings["BITRIX24_WEBHOOK_URL"] + "scope")
    words = " ".join(psutil.Process(running.pid).cmdline())
    process.stop(directory)
    log = (directory / process.LOG_NAME).read_text()
    for secret in ("tinysecret000001", "tiny-refresh", "tiny-token"):
        assert secret not in words
        assert secret not in log


def test_secrets_are_made_once_for_each_directory(tmp_path: Path) -> None:
    secrets = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with Store.create(tmp_path / name / STORE_NAME) as store:
            store.set_meta({key: META[key] for key in META if "_" not in key or key == "as_of"})
            store.set_meta({"base_currency": "RUB", "portal_mode": "1"})
        try:
            first = process.start(tmp_path / name).settings["BITRIX24_WEBHOOK_URL"]
            process.stop(tmp_path / name)
            assert process.start(tmp_path / name).settings["BITRIX24_WEBHOOK_URL"] == first
        finally:
            process.stop(tmp_path / name)
        secrets.add(first.rsplit("/", 2)[1])
    assert len(secrets) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_in_order(directory: Path, number: signal.Signals) -> None:
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "infra.sandbox", "serve", "--dir", str(directory)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline().startswith("serving http://127.0.0.1:")
    assert time.perf_counter() - started < 10
    child.send_signal(number)
    assert child.wait(10) == 0
    assert not (directory / STATE_NAME).exists()


def test_a_world_is_served_once(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    process.start(directory)
    assert main(["serve", "--dir", str(directory)]) == 1
    assert "being served already" in capsys.readouterr().err


def test_a_taken_port_is_named(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--dir", str(directory), "--http-port", str(port)]) == 1
    error = capsys.readouterr().err
    assert str(port) in error
    assert "--http-port" in error


def test_a_remembered_port_that_is_taken_is_given_up(directory: Path) -> None:
    before = process.start(directory)
    process.stop(directory)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", httpx.URL(before.http_url).port or 0))
        taken.listen()
        after = process.start(directory)
        assert after.http_url != before.http_url
        assert after.settings["BITRIX24_WEBHOOK_URL"].startswith(after.http_url)


def test_nothing_to_serve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(process.SandboxFailed, match="no directory"):
        process.start(tmp_path / "nowhere")
    assert main(["serve", "--dir", str(tmp_path / "nowhere")]) == 1
    assert "no directory" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(process.SandboxFailed, match="build one first"):
        process.start(tmp_path)


def test_a_stale_state_is_no_server(directory: Path) -> None:
    """A process that has our number by chance is left alone."""
    (directory / STATE_NAME).write_text(f'{{"pid": {os.getpid()}, "created": 1.0}}')
    assert not process.is_running(directory)
    process.stop(directory)


def _is_zombie(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
