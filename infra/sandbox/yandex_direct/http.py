"""The routes of the Yandex Direct API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from infra.sandbox.store import Store
from infra.sandbox.yandex_direct.answer import DirectError, request_id
from infra.sandbox.yandex_direct.objects import get_campaigns, get_clients
from infra.sandbox.yandex_direct.queue import ReportQueue
from infra.sandbox.yandex_direct.reports import Layout, build, read_definition

RETRY_SECONDS = 1
ONLINE_DAYS = 31
"""In the mode `auto` the server builds a short report while the client waits."""

_UNITS = "10/20828/64000"
_SERVICES: dict[str, Callable[[Store, str, Mapping[str, Any]], dict[str, object]]] = {
    "clients": get_clients,
    "campaigns": get_campaigns,
}


@dataclass(frozen=True, slots=True)
class YandexDirect:
    """Serves the advertisers of a world.

    Args:
        store: the world.
        queues: the report queues, by login.
    """

    store: Store
    queues: dict[str, ReportQueue] = field(default_factory=dict)

    async def reports(self, request: Request) -> Response:
        """Serve the Reports service: at once, or by way of the queue."""
        request_number = request_id()
        try:
            response = await self._report(request)
        except DirectError as error:
            response = JSONResponse(error.document(request_number), status_code=error.status)
        response.headers["RequestId"] = request_number
        return response

    async def service(self, request: Request) -> Response:
        """Serve `clients` and `campaigns`; their errors come with HTTP 200."""
        request_number = request_id()
        try:
            document: Mapping[str, object] = {"result": await self._serve(request)}
        except DirectError as error:
            document = error.document(request_number)
        return JSONResponse(
            document,
            headers={"RequestId": request_number, "Units": _UNITS},
        )

    async def _serve(self, request: Request) -> Mapping[str, object]:
        login = self._login(request)
        body = await _body(request)
        serve = _SERVICES.get(request.path_params["service"])
        if serve is None or body.get("method") != "get":
            raise DirectError(
                code=55,
                text="Operation not supported",
                detail="Only clients.get and campaigns.get are served",
            )
        return serve(self.store, login, body.get("params") or {})

    async def _report(self, request: Request) -> Response:
        login = self._login(request)
        params = (await _body(request)).get("params")
        definition = read_definition(params, self.store.now().date())
        layout = _layout(request)

        def make() -> str:
            return build(self.store, login, definition, layout)

        mode = request.headers.get("processingmode", "auto").lower()
        days = (definition.last - definition.first).days + 1
        if mode == "online" or (mode == "auto" and days <= ONLINE_DAYS):
            return _text(make())
        queue = self.queues.setdefault(login, ReportQueue())
        status, text = queue.ask(definition.name, _fingerprint(params, layout), make)
        if text is not None:
            return _text(text)
        waiting = {"retryIn": str(RETRY_SECONDS), "reportsInQueue": str(queue.waiting())}
        return Response(status_code=status, headers=waiting)

    def _login(self, request: Request) -> str:
        """Return the advertiser of a request.

        Raises:
            DirectError: 53 without the right token, 8800 for an advertiser that is not there.
        """
        given = request.headers.get("authorization", "")
        if given != f"Bearer {self.store.meta('yandex_token')}":
            raise DirectError(code=53, text="Authorization error", detail="Invalid OAuth token")
        logins = [
            login for (login,) in self.store.query("SELECT login FROM yandex_client ORDER BY login")
        ]
        login = request.headers.get("client-login") or (logins[0] if logins else "")
        if login not in logins:
            raise DirectError(
                code=8800, text="Object not found", detail="The advertiser is not found"
            )
        return login


def routes(store: Store) -> list[Route]:
    """Return the routes of a world's Yandex Direct accounts."""
    direct = YandexDirect(store)
    paths = [f"/json/{version}" for version in ("v5", "v501")]
    return [
        *(Route(f"{path}/reports", direct.reports, methods=["POST"]) for path in paths),
        *(Route(f"{path}/{{service}}", direct.service, methods=["POST"]) for path in paths),
    ]


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise DirectError(code=8000, text="Invalid request", detail="The body is not a JSON object")
    return body


def _layout(request: Request) -> Layout:
    def asked(name: str, default: str) -> bool:
        return request.headers.get(name, default).lower() == "true"

    return Layout(
        in_micros=asked("returnmoneyinmicros", "true"),
        header=not asked("skipreportheader", "false"),
        columns=not asked("skipcolumnheader", "false"),
        summary=not asked("skipreportsummary", "false"),
    )


def _fingerprint(params: object, layout: Layout) -> str:
    return hashlib.sha256(f"{json.dumps(params, sort_keys=True)}{layout}".encode()).hexdigest()


def _text(content: str) -> Response:
    return PlainTextResponse(content, media_type="text/tab-separated-values; charset=utf-8")
