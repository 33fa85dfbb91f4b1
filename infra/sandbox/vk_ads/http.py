"""The routes of the VK Ads API."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.sandbox.store import Store
from infra.sandbox.vk_ads import days, records
from infra.sandbox.vk_ads.records import BANNERS, GROUPS, PLANS, USERS
from infra.sandbox.vk_ads.tokens import Refused, Tokens

_IDS, _PAGE, _DEFAULT_PAGE, _DAYS = 200, 50, 20, 366
_DEFAULT_FIELDS = {
    PLANS: "id,name",
    GROUPS: "id,name,ad_plan_id,package_id",
    BANNERS: "id,ad_group_id,moderation_status",
}
_WRONG = {
    PLANS: "ERR_WRONG_ADPLANS",
    GROUPS: "ERR_WRONG_ADGROUPS",
    BANNERS: "ERR_WRONG_BANNERS",
    USERS: "ERR_WRONG_USERS",
}
_SPANS = (("RPS", 1, "50000"), ("Hourly", 3600, "1000000"), ("Daily", 86400, "5000000"))
"""Header, seconds, and the limit of a world that sets no `vk_limit_<header>` of its own."""


class ApiError(Exception):
    """An error under `error`.

    Args:
        status: the HTTP status.
        code: its code.
    """

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(slots=True)
class Limits:
    """How many requests a user has sent in each calendar span, by method.

    Args:
        store: the world, which may set limits.
    """

    store: Store
    counts: Counter[tuple[int, str, str, int]] = field(default_factory=Counter)

    def spend(self, user_id: int, method: str) -> tuple[bool, dict[str, str]]:
        """Count a request; return whether it is served, and the headers of the answer."""
        now = time.time()
        meta = self.store.all_meta()
        headers: dict[str, str] = {}
        served = True
        for name, seconds, usual in _SPANS:
            key = user_id, method, name, int(now // seconds)
            limit = int(meta.get(f"vk_limit_{name}", usual))
            served = served and self.counts[key] < limit
            self.counts[key] += 1
            headers[f"X-RateLimit-{name}-Limit"] = str(limit)
            headers[f"X-RateLimit-{name}-Remaining"] = str(max(0, limit - self.counts[key]))
        return served, headers


@dataclass(frozen=True, slots=True)
class VkAds:
    """Serves the advertisers of a world.

    Args:
        store: the world.
        tokens: of its application.
        limits: of its users.
    """

    store: Store
    tokens: Tokens
    limits: Limits

    async def token(self, request: Request) -> Response:
        """Serve `oauth2/token.json`."""
        form = await _form(request)
        try:
            return JSONResponse(self.tokens.give(form))
        except Refused as refused:
            return _refused(refused)

    async def delete_tokens(self, request: Request) -> Response:
        """Serve `oauth2/token/delete.json`."""
        form = await _form(request)
        try:
            self.tokens.delete(form)
        except Refused as refused:
            return _refused(refused)
        return Response(status_code=204)

    async def user(self, request: Request) -> Response:
        """Serve `user.json`."""
        return self._answered(request, "user", self._user)

    async def listed(self, request: Request) -> Response:
        """Serve a list of objects."""
        return self._answered(request, request.path_params["kind"], self._list)

    async def statistics(self, request: Request) -> Response:
        """Serve statistics by day."""
        kind = request.path_params["kind"]
        return self._answered(request, f"statistics.{kind}", self._days)

    def _answered(
        self, request: Request, method: str, serve: Callable[[Request, int], Mapping[str, Any]]
    ) -> Response:
        records.prepare(self.store)
        try:
            user_id = self.tokens.user_of(request.headers.get("authorization", ""))
        except Refused as refused:
            return _refused(refused)
        is_served, headers = self.limits.spend(user_id, method)
        if not is_served:
            error = {"error": {"code": "ERR_LIMIT_EXCEEDED", "message": "Too many requests"}}
            return JSONResponse(error, status_code=429, headers=headers)
        try:
            return JSONResponse(serve(request, user_id), headers=headers)
        except ApiError as error:
            document = {"error": {"code": error.code, "message": error.code}}
            return JSONResponse(document, status_code=error.status, headers=headers)

    def _user(self, request: Request, user_id: int) -> Mapping[str, Any]:
        return _only(request, records.users(self.store)[user_id], "id,username")

    def _list(self, request: Request, user_id: int) -> Mapping[str, Any]:
        kind = request.path_params["kind"]
        if kind not in _DEFAULT_FIELDS:
            raise ApiError(404, "ERR_WRONG_RESOURCE")
        limit = _number(request, "limit", _DEFAULT_PAGE)
        offset = _number(request, "offset", 0)
        if not 1 <= limit <= _PAGE:
            raise ApiError(400, "validation_failed")
        statuses = request.query_params.get("_status__in", "active,blocked").split(",")
        found = records.listed(self.store, user_id, kind, statuses)
        page = found[offset : offset + limit]
        items = [_only(request, one, _DEFAULT_FIELDS[kind]) for one in page]
        return {"count": len(found), "offset": offset, "items": items}

    def _days(self, request: Request, user_id: int) -> Mapping[str, Any]:
        kind = request.path_params["kind"]
        query = request.query_params
        if kind not in _WRONG:
            raise ApiError(404, "ERR_WRONG_RESOURCE")
        if query.get("attribution") not in {"conversion", "impression"} or not query.get("id"):
            raise ApiError(400, "ERR_WRONG_PARAMETER")
        ids = [int(one) for one in query["id"].split(",")]
        first, last = _day(query.get("date_from")), _day(query.get("date_to"))
        oldest = self.store.now().date() - timedelta(days=_DAYS - 1)
        if len(ids) > _IDS or first < oldest:
            raise ApiError(400, "ERR_LIMIT_EXCEEDED")
        if last < first:
            raise ApiError(400, "ERR_WRONG_DATE")
        known = {user_id}
        if kind != USERS:
            everything = ("active", "blocked", "deleted")
            known = {one["id"] for one in records.listed(self.store, user_id, kind, everything)}
        if not set(ids) <= known:
            raise ApiError(400, _WRONG[kind])
        return days.answer(self.store, kind, ids, first, last)


def routes(store: Store) -> list[Route]:
    """Return the routes of a world's VK Ads accounts."""
    api = VkAds(store, Tokens(store), Limits(store))
    return [
        Route("/api/v2/oauth2/token.json", api.token, methods=["POST"]),
        Route("/api/v2/oauth2/token/delete.json", api.delete_tokens, methods=["POST"]),
        Route("/api/v2/statistics/{kind}/day.json", api.statistics),
        Route("/api/v2/user.json", api.user),
        Route("/api/v2/{kind}.json", api.listed),
    ]


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))


def _refused(refused: Refused) -> Response:
    said = f'Bearer realm="api", error="{refused.code}", error_description="{refused.text}"'
    headers = {"WWW-Authenticate": said} if refused.status == 401 else {}
    document = {"code": refused.code, "message": refused.text}
    return JSONResponse(document, status_code=refused.status, headers=headers)


def _only(request: Request, payload: Mapping[str, Any], default: str) -> dict[str, Any]:
    fields = request.query_params.get("fields", default).split(",")
    return {name: payload[name] for name in fields if name in payload}


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isdecimal():
        raise ApiError(400, "validation_failed")
    return int(text)


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise ApiError(400, "ERR_WRONG_DATE") from None
