"""Failures on demand: what the product must survive, in each API's own words.

A fault answers in place of a protocol, delays it, or cuts its body. Faults wait in a list; the
first one that matches a request is used up by it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.sandbox import protocols
from infra.sandbox.bitrix24.answer import ApiError
from infra.sandbox.google_ads.answer import GoogleError
from infra.sandbox.yandex_direct.answer import DirectError, request_id

CONTROL_PREFIX = "/_sandbox"
_LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>nginx</body></html>"
)


class FaultKind(StrEnum):
    """What goes wrong."""

    UNAVAILABLE = "unavailable"
    """503: the rate limit of Bitrix24, an overloaded server elsewhere."""

    UNAUTHORIZED = "unauthorized"
    """401, or the code that the API has for refused credentials."""

    DENIED = "denied"
    """403: credentials without the right."""

    EXHAUSTED = "exhausted"
    """429: a quota or a time budget is spent."""

    BROKEN = "broken"
    """500."""

    HTML = "html"
    """A page of a proxy where JSON was expected; `status` says under which status."""

    SLOW = "slow"
    """The true answer, after `seconds`; none where the client is gone by then."""

    CUT = "cut"
    """The first half of the true answer, then the connection closes."""

    HEAVY = "heavy"
    """The portal's minute: a batch of more than `commands` commands ends, after `seconds`, in the
    page of a proxy under 504; lighter requests are answered. It stays until it is cleared."""

    BODY = "body"
    """The given `status` and `body`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned failure.

    Args:
        kind: what goes wrong.
        match: text that the request's path contains; empty matches every protocol request.
        times: how many requests it meets; None meets all until it is cleared.
        skip: how many matching requests pass before it.
        seconds: the delay of a slow answer, and of the end of a heavy request.
        commands: how many commands of a batch are not too heavy.
        status: the HTTP status of `html` and `body`.
        body: the JSON document of `body`.
    """

    kind: FaultKind
    match: str = ""
    times: int | None = 1
    skip: int = 0
    seconds: float = 1.0
    commands: int = 0
    status: int = 200
    body: Any = None

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Fault:
        """Read a fault from JSON.

        Raises:
            ValueError: an unknown kind or an unknown member.
        """
        try:
            return cls(**{**given, "kind": FaultKind(given["kind"])})
        except (KeyError, TypeError) as error:
            msg = f"not a fault: {error}"
            raise ValueError(msg) from error


@dataclass(slots=True)
class FaultPlan:
    """The faults that wait, and how many requests have met one."""

    faults: list[Fault] = field(default_factory=list)
    met: int = 0

    def take(self, path: str) -> Fault | None:
        """Return the fault that meets a request, if one does, and use it up."""
        for index, fault in enumerate(self.faults):
            if fault.match not in path:
                continue
            if fault.skip > 0:
                self.faults[index] = replace(fault, skip=fault.skip - 1)
                continue
            self.met += 1
            if fault.kind is not FaultKind.HEAVY and fault.times is not None:
                self.faults[index] = replace(fault, times=fault.times - 1)
                self.faults = [left for left in self.faults if left.times != 0]
            return fault
        return None


class ConnectionCut(Exception):
    """Tells the server to close the connection in the middle of an answer."""


@dataclass(frozen=True, slots=True)
class FaultInjection:
    """Stands before the protocols and lets the planned faults happen."""

    app: ASGIApp
    plan: FaultPlan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or fail it as planned."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PREFIX):
            await self.app(scope, receive, send)
            return
        fault = self.plan.take(scope["path"])
        if fault is not None and fault.kind is FaultKind.HEAVY:
            receive, weight = await _weighed(receive)
            if weight <= fault.commands:
                fault = None
        if fault is None:
            await self.app(scope, receive, send)
        elif fault.kind is FaultKind.HEAVY:
            await asyncio.sleep(fault.seconds)
            await _answer(send, 504, _LOGIN_PAGE, "text/html")
        elif fault.kind is FaultKind.SLOW:
            body = await _whole(receive)
            if await _is_patient(receive, fault.seconds):
                await self.app(scope, _again(body, receive), send)
        elif fault.kind is FaultKind.CUT:
            await self.app(scope, receive, _half(send))
        else:
            await _answer(send, *_failure(fault, scope["path"]))


async def _weighed(receive: Receive) -> tuple[Receive, int]:
    """Return how many commands a request's batch has, and a way to read its body once more."""
    body = await _whole(receive)
    again = _again(body, receive)
    try:
        return again, len(json.loads(body)["cmd"])
    except (ValueError, KeyError, TypeError):
        return again, 0


async def _whole(receive: Receive) -> bytes:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what tells a body that was read, then whatever comes after it."""
    told = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return told.pop() if told else await receive()

    return again


async def _is_patient(receive: Receive, seconds: float) -> bool:
    """Wait, and say whether the client waited too; its request was read whole."""
    leaving = asyncio.ensure_future(receive())
    left, _ = await asyncio.wait({leaving}, timeout=seconds)
    leaving.cancel()
    return not left


def _half(send: Send) -> Send:
    async def cutting(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            await send({**message, "body": body[: len(body) // 2], "more_body": True})
            raise ConnectionCut
        await send(message)

    return cutting


def _failure(fault: Fault, path: str) -> tuple[int, bytes, str]:
    if fault.kind is FaultKind.HTML:
        return fault.status, _LOGIN_PAGE, "text/html"
    if fault.kind is FaultKind.BODY:
        return fault.status, json.dumps(fault.body).encode(), "application/json"
    if path.startswith("/rest/"):
        status, document = _bitrix24(fault.kind)
    elif path.startswith("/json/"):
        status, document = _yandex(fault.kind)
    elif (told := protocols.failure(path, fault.kind.value)) is not None:
        status, document = told
    else:
        status, document = _google(fault.kind)
        document = [document] if path.endswith(":searchStream") else document
    return status, json.dumps(document).encode(), "application/json"


def _bitrix24(kind: FaultKind) -> tuple[int, Any]:
    error = {
        FaultKind.UNAVAILABLE: ApiError(
            code="QUERY_LIMIT_EXCEEDED", description="Too many requests", status=503
        ),
        FaultKind.UNAUTHORIZED: ApiError(
            code="INVALID_CREDENTIALS", description="Invalid request credentials", status=401
        ),
        FaultKind.DENIED: ApiError(code="ACCESS_DENIED", description="Access denied!", status=403),
        FaultKind.EXHAUSTED: ApiError(
            code="OPERATION_TIME_LIMIT",
            description="Method is blocked due to operation time limit",
            status=429,
        ),
        FaultKind.BROKEN: ApiError(
            code="INTERNAL_SERVER_ERROR", description="Internal server error", status=500
        ),
    }[kind]
    return error.status, error.body()


def _google(kind: FaultKind) -> tuple[int, Any]:
    if kind in {FaultKind.UNAVAILABLE, FaultKind.BROKEN}:
        status, name = (503, "UNAVAILABLE") if kind is FaultKind.UNAVAILABLE else (500, "INTERNAL")
        message = "The service is currently unavailable."
        return status, {"error": {"code": status, "message": message, "status": name}}
    error = {
        FaultKind.UNAUTHORIZED: GoogleError(
            kind="authenticationError",
            code="OAUTH_TOKEN_INVALID",
            message="Invalid credentials.",
            status=401,
        ),
        FaultKind.DENIED: GoogleError(
            kind="authorizationError",
            code="USER_PERMISSION_DENIED",
            message="No permission.",
            status=403,
        ),
        FaultKind.EXHAUSTED: GoogleError(
            kind="quotaError", code="RESOURCE_EXHAUSTED", message="Too many requests.", status=429
        ),
    }[kind]
    document: dict[str, Any] = error.document()
    if kind is FaultKind.EXHAUSTED:
        quota = {"rateScope": "DEVELOPER", "rateName": "operations", "retryDelay": "2s"}
        document["error"]["details"][0]["errors"][0]["details"] = {"quotaErrorDetails": quota}
    return error.status, document


def _yandex(kind: FaultKind) -> tuple[int, Any]:
    error = {
        FaultKind.UNAVAILABLE: DirectError(code=1000, text="Server unavailable", status=503),
        FaultKind.UNAUTHORIZED: DirectError(
            code=53, text="Authorization error", detail="Invalid OAuth token"
        ),
        FaultKind.DENIED: DirectError(code=54, text="No rights"),
        FaultKind.EXHAUSTED: DirectError(code=152, text="Not enough units"),
        FaultKind.BROKEN: DirectError(code=1002, text="Internal server error", status=500),
    }[kind]
    return error.status, error.document(request_id())


async def _answer(send: Send, status: int, body: bytes, content_type: str) -> None:
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
