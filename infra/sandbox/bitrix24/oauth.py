"""OAuth 2.0: one application installed on the portal, and the server that issues its tokens.

Codes live thirty seconds and tokens an hour; each renewal gives a new refresh token and spends the
old one, and `client_endpoint` names the portal. All of it is kept in memory and in real time.
Source: github.com/bitrix24/b24restdocs, settings/oauth and settings/how-to-call-rest-api.

Not documented, so a switch: whether a refresh token that was just spent is still taken once, as
some servers do for an answer that got lost.
"""

from __future__ import annotations

import asyncio
import html
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.sandbox.bitrix24.answer import ApiError
from infra.sandbox.bitrix24.params import from_query
from infra.sandbox.faults import CONTROL_PREFIX
from infra.sandbox.store import Store

_CODE_SECONDS = 30.0
_AUTH = "auth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the servers behave; changed by POST to `/_sandbox/oauth`.

    Args:
        expires_in: seconds that an access token lives.
        honours_spent_once: whether a spent refresh token is taken one more time.
        answer_seconds: how long the answer takes after the tokens have changed.
        address: the portal's host after it has moved; requests to another are redirected there.
        is_paid: whether the portal's paid period lasts.
    """

    expires_in: int = 3600
    honours_spent_once: bool = False
    answer_seconds: float = 0.0
    address: str | None = None
    is_paid: bool = True


@dataclass(slots=True)
class Counts:
    """What has happened since the portal is served.

    Args:
        exchanged: codes that gave tokens.
        refreshed: renewals that gave tokens.
        refused: requests for tokens that gave none.
        expired: calls of methods with a token that had ended.
    """

    exchanged: int = 0
    refreshed: int = 0
    refused: int = 0
    expired: int = 0


class Refused(Exception):
    """A request for tokens that gives none; the text is the server's code."""


@dataclass(slots=True)
class Application:
    """An application on one portal, with the tokens that are out.

    Args:
        store: the world, with the application's id and secret.
        clock: seconds, steadily growing.
    """

    store: Store
    clock: Callable[[], float] = time.monotonic
    manners: Manners = field(default_factory=Manners)
    counts: Counts = field(default_factory=Counts)
    _codes: dict[str, float] = field(default_factory=dict)
    _access: dict[str, float] = field(default_factory=dict)
    _refresh: set[str] = field(default_factory=set)
    _spent: set[str] = field(default_factory=set)

    def grant(self, client_id: str) -> str:
        """Return a code, as when a person lets the application in.

        Raises:
            Refused: there is no such application.
        """
        if client_id != self.store.meta("bitrix24_client_id"):
            msg = "invalid_client"
            raise Refused(msg)
        code = secrets.token_hex(16)
        self._codes[code] = self.clock() + _CODE_SECONDS
        return code

    def issue(self, params: Mapping[str, Any], origin: str) -> dict[str, object]:
        """Answer a request for tokens.

        Args:
            params: as sent.
            origin: the portal's address, without a path.

        Raises:
            Refused: no tokens.
        """
        try:
            self._spend(params)
        except Refused:
            self.counts.refused += 1
            raise
        access, refresh = secrets.token_hex(35), secrets.token_hex(35)
        self._access[access] = self.clock() + self.manners.expires_in
        self._refresh.add(refresh)
        scheme, _, host = origin.partition("://")
        return {
            "access_token": access,
            "client_endpoint": f"{scheme}://{self.manners.address or host}/rest/",
            "domain": host,
            "expires_in": self.manners.expires_in,
            "member_id": self.store.meta("bitrix24_member_id"),
            "refresh_token": refresh,
            "scope": "app",
            "server_endpoint": f"{origin}/rest/",
            "status": "L",
        }

    def admit(self, token: object) -> None:
        """Let a call with a valid access token pass.

        Raises:
            ApiError: it is none, or has ended.
        """
        if not token:
            raise ApiError(code="NO_AUTH_FOUND", description="Wrong authorization data", status=401)
        ends = self._access.get(str(token))
        if ends is None:
            raise ApiError(
                code="invalid_token",
                description="Unable to get application by token",
                status=401,
            )
        if self.clock() >= ends:
            self.counts.expired += 1
            raise ApiError(
                code="expired_token",
                description="The access token provided has expired.",
                status=401,
            )

    def reset(self) -> None:
        """Forget all tokens, counts and manners, as if the portal had just been served."""
        self.manners, self.counts = Manners(), Counts()
        for known in (self._codes, self._access, self._refresh, self._spent):
            known.clear()

    def expire(self) -> None:
        """End every access token that is out."""
        self._access = dict.fromkeys(self._access, self.clock())

    def _spend(self, params: Mapping[str, Any]) -> None:
        given = {str(name): str(value) for name, value in params.items()}
        application = (given.get("client_id"), given.get("client_secret"))
        meta = self.store.all_meta()
        if application != (meta["bitrix24_client_id"], meta["bitrix24_client_secret"]):
            code = "invalid_client"
        elif not self.manners.is_paid:
            code = "PAYMENT_REQUIRED"
        elif given.get("grant_type") == "authorization_code":
            ends = self._codes.pop(given.get("code", ""), None)
            code = "" if ends is not None and self.clock() < ends else "invalid_grant"
            self.counts.exchanged += not code
        elif given.get("grant_type") == "refresh_token":
            code = self._spend_refresh(given.get("refresh_token", ""))
            self.counts.refreshed += not code
        else:
            code = "invalid_request"
        if code:
            raise Refused(code)

    def _spend_refresh(self, token: str) -> str:
        """Use a refresh token up; return the error's code, empty where it was valid."""
        if token in self._refresh:
            self._refresh.discard(token)
            self._spent.add(token)
            return ""
        if self.manners.honours_spent_once and token in self._spent:
            self._spent.discard(token)
            return ""
        return "invalid_grant"


@dataclass(frozen=True, slots=True)
class _Server:
    application: Application

    async def authorise(self, request: Request) -> Response:
        """Show the code, as the portal does for an application without an address of its own."""
        try:
            code = self.application.grant(request.query_params.get("client_id", ""))
        except Refused as error:
            return HTMLResponse(f"<html><body>{error}</body></html>", status_code=400)
        return HTMLResponse(f"<html><body><code>{html.escape(code)}</code></body></html>")

    async def token(self, request: Request) -> Response:
        """Issue tokens, for a query as documented and for a form as it is taken too."""
        form = (await request.body()).decode("utf-8", "replace")
        params = from_query(request.url.query) | from_query(form)
        try:
            issued = self.application.issue(params, origin_of(request))
        except Refused as error:
            code = str(error)
            status = 402 if code == "PAYMENT_REQUIRED" else 400
            body = {"error": code, "error_description": "Refused"}
            return JSONResponse(body, status_code=status)
        await asyncio.sleep(self.application.manners.answer_seconds)
        return JSONResponse(issued)

    async def control(self, request: Request) -> Response:
        """Change the manners, end tokens or begin anew (POST); show what has happened."""
        application = self.application
        if request.method == "POST":
            given = dict(await request.json())
            if given.pop("reset", False):
                application.reset()
            if given.pop("expire_now", False):
                application.expire()
            try:
                application.manners = replace(application.manners, **given)
            except TypeError as error:
                return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({**asdict(application.counts), "manners": asdict(application.manners)})


def taken_token(params: dict[str, Any]) -> object:
    """Take the access token out of a call's parameters."""
    return params.pop(_AUTH, None)


def moved(application: Application, request: Request) -> Response | None:
    """Return the redirect of a portal that has moved, where a request goes to its old address."""
    address = application.manners.address
    if address is None or request.url.netloc == address:
        return None
    target = urlsplit(str(request.url))._replace(netloc=address).geturl()
    return RedirectResponse(target, status_code=302)


def origin_of(request: Request) -> str:
    """Return the address that a request came to, without its path."""
    return f"{request.url.scheme}://{request.url.netloc}"


def routes(application: Application) -> list[Route]:
    """Return the routes of the authorization server, and of its control."""
    server = _Server(application)
    return [
        Route("/oauth/authorize/", server.authorise, methods=["GET"]),
        Route("/oauth/token/", server.token, methods=["GET", "POST"]),
        Route(f"{CONTROL_PREFIX}/oauth", server.control, methods=["GET", "POST"]),
    ]
