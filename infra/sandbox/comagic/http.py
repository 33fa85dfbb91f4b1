"""The one route of the Data API: JSON-RPC 2.0 over POST."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.sandbox.comagic.errors import DataApiError
from infra.sandbox.comagic.reports import METHODS, limits, serve
from infra.sandbox.payload_text import encode
from infra.sandbox.store import Store

PATH = "/v2.0"


@dataclass(frozen=True, slots=True)
class DataApi:
    """Serves the account of a world.

    Args:
        store: the world.
        sessions: tokens that `login.user` gave out and that have not ended.
    """

    store: Store
    sessions: set[str] = field(default_factory=set)

    async def serve(self, request: Request) -> Response:
        """Answer one call; errors come under HTTP 200."""
        request_id: object = None
        try:
            body = await _body(request)
            request_id = body["id"]
            result = self._result(body.get("method"), body.get("params") or {})
            document: Mapping[str, Any] = {"jsonrpc": "2.0", "id": request_id, "result": result}
        except DataApiError as error:
            document = error.document(request_id)
        return Response(encode(document), media_type="application/json")

    def _result(self, method: object, params: Mapping[str, Any]) -> dict[str, Any]:
        meta = self.store.all_meta()
        if meta.get("comagic_is_whitelisted", "1") != "1":
            raise DataApiError(mnemonic="ip_not_whitelisted")
        if method == "login.user":
            return self._login(meta, params)
        token = params.get("access_token")
        if token != meta["comagic_token"] and token not in self.sessions:
            raise DataApiError(mnemonic="access_token_invalid", field="access_token")
        if method == "get.account":
            return {"data": [_account(meta)], "metadata": {"limits": limits()}}
        kind = METHODS.get(str(method))
        if kind is None:
            raise DataApiError(mnemonic="method_not_found")
        if kind in meta.get("comagic_closed_reports", "").split(","):
            raise DataApiError(mnemonic="method_component_disabled")
        return serve(self.store, kind, params)

    def _login(self, meta: Mapping[str, str], params: Mapping[str, Any]) -> dict[str, Any]:
        given = (params.get("login"), params.get("password"))
        if given != (meta.get("comagic_login", "reader"), meta["comagic_password"]):
            raise DataApiError(mnemonic="auth_error")
        token = secrets.token_hex(16)
        self.sessions.add(token)
        return {"data": {"access_token": token, "expire": 3600, "app_id": _account(meta)["app_id"]}}


def routes(store: Store) -> list[Route]:
    """Return the route of a world's account."""
    return [Route(PATH, DataApi(store).serve, methods=["POST"])]


def _account(meta: Mapping[str, str]) -> dict[str, Any]:
    return {
        "app_id": int(meta.get("comagic_app_id", "4001")),
        "name": meta.get("comagic_account_name", "Ромашка"),
        "timezone": meta.get("comagic_timezone", meta["timezone"]),
    }


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict) or body.get("jsonrpc") != "2.0":
        raise DataApiError(mnemonic="invalid_request")
    if body.get("id") is None:
        raise DataApiError(mnemonic="notifications_not_supported", field="id")
    return body
