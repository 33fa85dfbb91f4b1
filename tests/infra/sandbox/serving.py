"""A sandbox served inside the test process, so that a test can look behind its own server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from infra.sandbox.bitrix24.limits import PLANS
from infra.sandbox.bitrix24.portal import Portal
from infra.sandbox.server import Options, Sandbox
from infra.sandbox.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A world that answers on loopback."""

    directory: Path
    store: Store
    portal: Portal
    http_url: str
    https_url: str
    authority: Path
    settings: dict[str, str]
    client: httpx.Client

    def rest(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a Bitrix24 method that must succeed."""
        response = self.rest_response(method, **params)
        assert response.status_code == 200, response.text
        return response.json()

    def rest_response(self, method: str, **params: Any) -> httpx.Response:
        """Call a Bitrix24 method with a JSON body."""
        return self.client.post(self.settings["BITRIX24_WEBHOOK_URL"] + method, json=params)


@contextmanager
def served(
    directory: Path, *, rate: float = 1000, command_seconds: float = 0.0
) -> Iterator[Served]:
    """Serve the world in a directory until the block ends."""
    plan = replace(PLANS["standard"].times(rate), command_seconds=command_seconds)
    sandbox = Sandbox(directory, Options(plan=plan))
    ready = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(sandbox.serve(ready.set)), daemon=True)
    thread.start()
    assert ready.wait(10), "the sandbox did not start"
    try:
        with httpx.Client(timeout=10) as client:
            yield Served(
                directory=directory,
                store=sandbox.store,
                portal=sandbox.portal,
                http_url=sandbox.http_url,
                https_url=sandbox.https_url,
                authority=sandbox.certificates.authority,
                settings=sandbox.settings(),
                client=client,
            )
    finally:
        sandbox.stop()
        thread.join(10)
