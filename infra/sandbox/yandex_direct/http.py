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
from infra.sandbox.yandex_direct.objects import (
    get_ad_groups,
    get_ads,
    get_agency_clients,
    get_campaigns,
    get_clients,
)
from infra.sandbox.yandex_direct.queue import ReportQueue
from infra.sandbox.yandex_direct.reports import Layout, build, read_definition

RETRY_SECONDS = 1
ONLINE_DAYS = 31
"""In the mode `auto` the server builds a short report while the client waits."""

_CALL_COSTS, _LEFT, _DAILY = 10, 20_838, 64_000
"""In points; of an advertiser before the first call, and of a day."""

_AGENCY = "agency"
_NEWEST = "v501"
_SERVICES: dict[str, Callable[..., dict[str, object]]] = {
    "campaigns": get_campaigns,
    "adgroups": get_ad_groups,
    "ads": get_ads,
}


@dataclass(frozen=True, slots=True)
class YandexDirect:
    """Serves the advertisers of a world.

    Args:
        store: the world.
        queues: the report queues, by login.
        points: what is left of them, by login.
    """

    store: Store
    queues: dict[str, ReportQueue] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)

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
        """Serve an object service; its errors come with HTTP 200."""
        headers = {"RequestId": request_id()}
        try:
            login = self._login(request)
            document: Mapping[str, object] = {"result": await self._serve(request, login)}
        except DirectError as error:
            document = error.document(headers["RequestId"])
        else:
            headers["Units"] = f"{_CALL_COSTS}/{self.points[login]}/{_DAILY}"
            headers["Units-Used-Login"] = login
        return JSONResponse(document, headers=headers)

    async def _serve(self, request: Request, login: str) -> Mapping[str, object]:
        body = await _body(request)
        service = request.path_params["service"]
        is_newest = request.url.path.startswith(f"/json/{_NEWEST}/")
        if body.get("method") != "get":
            raise DirectError(code=55, text="Operation not supported")
        params = body.get("params") or {}
        self._charge(login)
        if service == "agencyclients":
            if not self._is_agency(request):
                raise DirectError(code=54, text="No rights", detail="Not an agency")
            return get_agency_clients(self.store, params)
        if login == _AGENCY:
            if service == "clients":
                return {"Clients": [{"Login": _AGENCY, "Currency": "RUB", "Type": "AGENCY"}]}
            raise DirectError(code=8000, text="Invalid request", detail="Client-Login is missing")
        if service == "clients":
            return get_clients(self.store, login, params)
        serve = _SERVICES.get(service)
        if serve is None:
            raise DirectError(code=55, text="Operation not supported", detail="No such service")
        return serve(self.store, login, params, is_newest=is_newest)

    def _charge(self, login: str) -> None:
        left = self.points.get(login, _LEFT)
        if left < _CALL_COSTS:
            raise DirectError(code=152, text="Not enough units")
        self.points[login] = left - _CALL_COSTS

    def _is_agency(self, request: Request) -> bool:
        token = self.store.all_meta().get("yandex_agency_token")
        given = request.headers.get("authorization", "")
        return token is not None and given == f"Bearer {token}"

    async def _report(self, request: Request) -> Response:
        login = self._login(request)
        if login == _AGENCY:
            raise DirectError(code=8000, text="Invalid request", detail="Client-Login is missing")
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
        """Return the advertiser of a request; an agency that names none is itself.

        Raises:
            DirectError: 53 without the right token, 8800 for an advertiser that is not there.
        """
        given = request.headers.get("authorization", "")
        is_agency = self._is_agency(request)
        if not is_agency and given != f"Bearer {self.store.meta('yandex_token')}":
            raise DirectError(code=53, text="Authorization error", detail="Invalid OAuth token")
        logins = [
            login for (login,) in self.store.query("SELECT login FROM yandex_client ORDER BY login")
        ]
        usual = _AGENCY if is_agency else (logins[0] if logins else "")
        login = request.headers.get("client-login") or usual
        if is_agency and login == _AGENCY:
            return login
        if login not in logins:
            raise DirectError(
                code=8800, text="Object not found", detail="The advertiser is not found"
            )
        return login


def routes(store: Store) -> list[Route]:
    """Return the routes of a world's Yandex Direct accounts."""
    direct = YandexDirect(store)
    paths = [f"/json/{version}" for version in ("v5", _NEWEST)]
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
