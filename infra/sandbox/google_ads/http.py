"""The routes of the Google Ads API and of Google's token endpoint."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from infra.sandbox.google_ads.access import TOKEN_SECONDS, Customers, Tokens
from infra.sandbox.google_ads.answer import VERSION, GoogleError, camel, nested, request_id
from infra.sandbox.google_ads.gaql import Query, read_query
from infra.sandbox.google_ads.report import rows
from infra.sandbox.google_ads.signing import JWT_GRANT, is_signed
from infra.sandbox.store import Store

CHUNK_ROWS = 1_000
PAGE_ROWS = 10_000

_SUNSET = (
    "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title>"
    "<p><b>404.</b> <ins>That's an error.</ins><p>The requested URL was not found on this server."
)


@dataclass(frozen=True, slots=True)
class GoogleAds:
    """Serves the advertising accounts of a world.

    Args:
        store: the world.
        tokens: the access tokens in use.
    """

    store: Store
    tokens: Tokens = field(default_factory=Tokens)

    async def token(self, request: Request) -> Response:
        """Exchange a refresh token, or a service account's signature, for an access token."""
        form = parse_qs((await request.body()).decode())
        given = {name: values[0] for name, values in form.items()}
        meta = self.store.all_meta()
        if given.get("grant_type") == JWT_GRANT:
            if not is_signed(given.get("assertion", ""), meta, audience=str(request.url)):
                return _oauth_error("invalid_grant", "Invalid JWT Signature.", 400)
            return self._issued()
        if any(
            given.get(name) != meta[f"google_{name}"] for name in ("client_id", "client_secret")
        ):
            return _oauth_error("invalid_client", "Unauthorized", 401)
        if given.get("grant_type") != "refresh_token":
            return _oauth_error("unsupported_grant_type", "Invalid grant_type", 400)
        if given.get("refresh_token") != meta["google_refresh_token"]:
            return _oauth_error("invalid_grant", "Token has been expired or revoked.", 400)
        return self._issued()

    def _issued(self) -> Response:
        return JSONResponse(
            {
                "access_token": self.tokens.issue(),
                "expires_in": TOKEN_SECONDS,
                "scope": "https://www.googleapis.com/auth/adwords",
                "token_type": "Bearer",
            }
        )

    async def accessible_customers(self, request: Request) -> Response:
        """Serve `customers:listAccessibleCustomers`."""
        self.tokens.check(request.headers.get("authorization", ""))
        names = [f"customers/{number}" for number in Customers(self.store).directly_accessible()]
        return JSONResponse({"resourceNames": names})

    async def search_stream(self, request: Request) -> Response:
        """Serve `googleAds:searchStream`: chunks in an array, an empty one for no rows."""
        query, _, found = await self._report(request)
        starts = range(0, len(found), CHUNK_ROWS) if found else (0,)
        chunks = [_chunk(query, found[start : start + CHUNK_ROWS]) for start in starts]
        chunks[-1]["queryResourceConsumption"] = str(len(found))
        return JSONResponse(chunks, headers={"request-id": request_id()})

    async def search(self, request: Request) -> Response:
        """Serve `googleAds:search`: one page, and the token of the next."""
        query, body, found = await self._report(request)
        if "pageSize" in body:
            raise GoogleError(
                kind="requestError",
                code="PAGE_SIZE_NOT_SUPPORTED",
                message="Setting the page size is not supported.",
            )
        token = body.get("pageToken") or "0"
        if not str(token).isdigit():
            raise GoogleError(
                kind="requestError", code="INVALID_PAGE_TOKEN", message="Page token is invalid."
            )
        start = int(token)
        page = _chunk(query, found[start : start + PAGE_ROWS])
        del page["requestId"]  # of a page it stands in the header alone
        page["totalResultsCount"] = str(len(found))
        if start + PAGE_ROWS < len(found):
            page["nextPageToken"] = str(start + PAGE_ROWS)
        return JSONResponse(page, headers={"request-id": request_id()})

    async def _report(
        self, request: Request
    ) -> tuple[Query, Mapping[str, Any], list[dict[str, Any]]]:
        self.tokens.check(request.headers.get("authorization", ""))
        customer_id = request.path_params["customer"]
        Customers(self.store).check(customer_id, request.headers.get("login-customer-id"))
        try:
            body = json.loads(await request.body())
        except ValueError:
            body = None
        if not isinstance(body, dict) or not body.get("query"):
            message = "A required field was not specified or is an empty string."
            raise GoogleError(kind="requestError", code="REQUIRED_FIELD_MISSING", message=message)
        query = read_query(body["query"])
        return query, body, rows(self.store, customer_id, query)


def routes(store: Store) -> list[Route]:
    """Return the routes of a world's Google accounts."""
    ads = GoogleAds(store)
    prefix = f"/{VERSION}/customers"
    search = f"{prefix}/{{customer}}/googleAds:search"
    return [
        Route("/token", ads.token, methods=["POST"]),
        Route(f"{prefix}:listAccessibleCustomers", _guarded(ads.accessible_customers)),
        Route(f"{search}Stream", _guarded(ads.search_stream, array=True), methods=["POST"]),
        Route(search, _guarded(ads.search), methods=["POST"]),
        Route("/v{version:int}/{rest:path}", _sunset, methods=["GET", "POST"]),
    ]


def _guarded(
    handle: Callable[[Request], Awaitable[Response]], *, array: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """Spell errors as Google does; a stream wraps its error in an array."""

    async def answer(request: Request) -> Response:
        try:
            return await handle(request)
        except GoogleError as error:
            document = error.document()
            return JSONResponse([document] if array else document, status_code=error.status)

    return answer


async def _sunset(_request: Request) -> Response:
    return HTMLResponse(_SUNSET, status_code=404)


def _chunk(query: Query, found: list[dict[str, Any]]) -> dict[str, Any]:
    chunk: dict[str, Any] = {"results": [nested(row) for row in found]} if found else {}
    mask = (".".join(camel(part) for part in name.split(".")) for name in query.select)
    return chunk | {"fieldMask": ",".join(mask), "requestId": request_id()}


def _oauth_error(error: str, description: str, status: int) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=status)
