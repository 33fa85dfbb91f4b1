"""The routes under `/rest/`, over a webhook and with a token: a request to a method and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.sandbox.bitrix24 import (
    activities,
    calls,
    classic,
    directory,
    history,
    invoices,
    items,
    links,
    oauth,
    people,
    product_rows,
    system,
)
from infra.sandbox.bitrix24.answer import ApiError
from infra.sandbox.bitrix24.batch import method_name, run_batch
from infra.sandbox.bitrix24.limits import Plan
from infra.sandbox.bitrix24.params import Params, from_json, from_query
from infra.sandbox.bitrix24.portal import Portal
from infra.sandbox.store import Store

METHODS = {
    **activities.METHODS,
    **calls.METHODS,
    **classic.METHODS,
    **directory.METHODS,
    **history.METHODS,
    **invoices.METHODS,
    **items.METHODS,
    **links.METHODS,
    **people.METHODS,
    **product_rows.METHODS,
    **system.METHODS,
}

_ENCODER = msgspec.json.Encoder()
_BATCH_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Serves a portal over HTTP, to a webhook and to an application."""

    portal: Portal
    application: oauth.Application

    async def __call__(self, request: Request) -> Response:
        """Answer one request, GET or POST."""
        body = await request.body()
        redirect = oauth.moved(self.application, request)
        if redirect is not None:
            return redirect
        try:
            answer = await self._answer(request, body)
        except ApiError as error:
            return json_response(error.body(), error.status)
        return json_response(answer)

    async def _answer(self, request: Request, body: bytes) -> dict[str, object]:
        self.portal.bucket.take()
        path = request.path_params
        params = from_query(request.url.query) | _body_params(request, body)
        if "secret" not in path:
            self.application.admit(oauth.taken_token(params))
        elif not self.portal.admits(path["user"], path["secret"]):
            raise ApiError(
                code="INVALID_CREDENTIALS", description="Invalid request credentials", status=401
            )
        name = method_name(path["method"])
        pace = self.portal.pace()
        if name == "batch":
            result = await run_batch(self.portal, params, pace)
            seconds = pace.elapsed if pace.is_real else _BATCH_SECONDS
            return {"result": result, "time": self.portal.clock_block("batch", seconds)}
        timed = self.portal.call(name, params)
        await pace.command()
        answer: dict[str, object] = {"result": timed.answer.result}
        if timed.answer.next is not None:
            answer["next"] = timed.answer.next
        if timed.answer.total is not None:
            answer["total"] = timed.answer.total
        answer["time"] = timed.time
        return answer


def portal(store: Store, plan: Plan) -> Portal:
    """Return the portal of a world, with every method that is served."""
    return Portal(store, METHODS, plan)


def routes(served: Portal) -> list[Route]:
    """Return the portal's routes, and those of the server that authorises its application."""
    application = oauth.Application(served.store)
    handle = _handler(Endpoint(served, application))
    return [
        Route("/rest/{user}/{secret}/{method}", handle, methods=["GET", "POST"]),
        Route("/rest/{method}", handle, methods=["GET", "POST"]),
        *oauth.routes(application),
    ]


def json_response(content: object, status: int = 200) -> Response:
    """Return a JSON answer; raw rows inside it are copied as they stand."""
    return Response(
        _ENCODER.encode(content), status_code=status, media_type="application/json; charset=utf-8"
    )


def _handler(endpoint: Endpoint) -> Any:
    async def handle(request: Request) -> Response:
        return await endpoint(request)

    return handle


def _body_params(request: Request, body: bytes) -> Params:
    if not body:
        return {}
    kind = request.headers.get("content-type", "")
    if "json" in kind:
        return from_json(body)
    return from_query(body.decode("utf-8", "replace"))
