"""All protocols of a world in one process, over HTTP and HTTPS, on loopback.

Ports are chosen once and remembered in the world's directory, so that settings stay valid from
one start to the next.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import psutil
import uvicorn
from filelock import FileLock, Timeout
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from infra.sandbox import control, credentials, endpoints, protocols
from infra.sandbox.bitrix24 import http as bitrix24_http
from infra.sandbox.bitrix24.limits import PLANS, Plan
from infra.sandbox.bitrix24.portal import Portal
from infra.sandbox.faults import FaultInjection, FaultPlan
from infra.sandbox.google_ads import http as google_http
from infra.sandbox.store import Store
from infra.sandbox.tls import certificates
from infra.sandbox.yandex_direct import http as yandex_http

HOST = "127.0.0.1"
STORE_NAME = "store.sqlite"
STATE_NAME = "server.json"
LOCK_NAME = "server.lock"
DEFAULT_PLAN = "enterprise"
DEFAULT_RATE = 20.0
"""How many times faster than the real portal the demo's limits drain."""

DEMO_PLAN = PLANS[DEFAULT_PLAN].times(DEFAULT_RATE)

_PORTS_NAME = "ports.json"


class CannotServe(RuntimeError):
    """The world cannot be served; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a world is served.

    Args:
        plan: the portal's tariff, with its limits.
        http_port: a fixed port; None takes the remembered one or a free one.
        https_port: likewise.
    """

    plan: Plan = DEMO_PLAN
    http_port: int | None = None
    https_port: int | None = None


class _Server(uvicorn.Server):
    """A server that leaves signals to the process, which runs two of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def application(store: Store, portal: Portal) -> ASGIApp:
    """Return the application that serves a world and its portal."""
    faults = FaultPlan()
    return Starlette(
        routes=[
            *control.routes(store, faults, portal.bucket),
            *bitrix24_http.routes(portal),
            *yandex_http.routes(store),
            *google_http.routes(store),
            *protocols.routes(store),
        ],
        middleware=[Middleware(FaultInjection, plan=faults)],
    )


class Sandbox:
    """A served world.

    Args:
        directory: where the world was built.
        options: how to serve it.

    Raises:
        CannotServe: there is no world, or a port that was asked for is taken.
    """

    def __init__(self, directory: Path, options: Options) -> None:
        self.directory = directory
        path = directory / STORE_NAME
        if not path.is_file():
            msg = f"no world in {directory}: build one first (python -m infra.sandbox build)"
            raise CannotServe(msg)
        # Secrets go into the store: close it first, its journal inherits the mode.
        path.chmod(0o600)
        self.store = Store.open(path)
        credentials.complete(self.store)
        self.certificates = certificates(directory)
        self._sockets = _listen(directory, options)
        self.http_url, self.https_url = (
            f"{scheme}://{HOST}:{listener.getsockname()[1]}"
            for scheme, listener in zip(("http", "https"), self._sockets, strict=True)
        )
        self.portal = bitrix24_http.portal(self.store, options.plan)
        app = application(self.store, self.portal)
        server_pem = str(self.certificates.server)
        self._servers = [
            _Server(_config(app)),
            _Server(_config(app, ssl_certfile=server_pem, ssl_keyfile=server_pem)),
        ]

    def settings(self) -> dict[str, str]:
        """Return the product's settings for this world."""
        return endpoints.environment(self.directory, self.store, self.http_url)

    async def serve(self, on_ready: Callable[[], None]) -> None:
        """Serve until `stop` is called."""
        running = [
            asyncio.ensure_future(server.serve([listener]))
            for server, listener in zip(self._servers, self._sockets, strict=True)
        ]
        while not all(server.started for server in self._servers):
            if any(task.done() for task in running):
                break
            await asyncio.sleep(0.01)
        else:
            on_ready()
        await asyncio.gather(*running)
        self.store.close()

    def stop(self) -> None:
        """Ask both servers to finish what they are answering and end."""
        for server in self._servers:
            server.should_exit = True


def serve(directory: Path, options: Options, on_ready: Callable[[Sandbox], None]) -> None:
    """Serve a world until SIGTERM or SIGINT.

    Args:
        directory: where the world was built.
        options: how to serve it.
        on_ready: called once both ports answer.

    Raises:
        CannotServe: it is being served already, or cannot be.
    """
    if not directory.is_dir():
        msg = f"there is no directory {directory}: build a world in it first"
        raise CannotServe(msg)
    try:
        held = FileLock(directory / LOCK_NAME).acquire(timeout=0)
    except Timeout:
        msg = f"the world in {directory} is being served already"
        raise CannotServe(msg) from None
    state = directory / STATE_NAME
    with held:
        sandbox = Sandbox(directory, options)

        def ready() -> None:
            endpoints.write(directory, sandbox.settings())
            state.write_text(json.dumps(_state(sandbox)))
            on_ready(sandbox)

        try:
            asyncio.run(_until_signalled(sandbox, ready))
        finally:
            state.unlink(missing_ok=True)


async def _until_signalled(sandbox: Sandbox, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, sandbox.stop)
    await sandbox.serve(ready)


def _state(sandbox: Sandbox) -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "created": psutil.Process().create_time(),
        "http_url": sandbox.http_url,
        "https_url": sandbox.https_url,
    }


def _config(app: ASGIApp, **tls: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=75,
        ssl_certfile=tls.get("ssl_certfile"),
        ssl_keyfile=tls.get("ssl_keyfile"),
    )


def _listen(directory: Path, options: Options) -> list[socket.socket]:
    remembered = _remembered_ports(directory)
    asked = {"http": options.http_port, "https": options.https_port}
    listeners = {
        scheme: _bind(port, remembered.get(scheme), scheme) for scheme, port in asked.items()
    }
    ports = {scheme: listener.getsockname()[1] for scheme, listener in listeners.items()}
    (directory / _PORTS_NAME).write_text(json.dumps(ports))
    return list(listeners.values())


def _remembered_ports(directory: Path) -> dict[str, int]:
    try:
        return cast("dict[str, int]", json.loads((directory / _PORTS_NAME).read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _bind(asked: int | None, remembered: int | None, scheme: str) -> socket.socket:
    """Listen on the port asked for, else on the remembered one, else on a free one."""
    for port in (asked,) if asked is not None else (remembered or 0, 0):
        # asyncio switches Nagle's delay off only for sockets that name their protocol.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            listener.close()
            continue
        return listener
    msg = f"port {asked} is taken: choose another with --{scheme}-port, or leave it out"
    raise CannotServe(msg)
