"""What a portal tells about itself: `scope`, `server.time`, `app.info`, `methods`.

Source: api-reference/common/system in the vendor's documentation.
"""

from __future__ import annotations

import json

from infra.sandbox.bitrix24.answer import Answer, ApiError
from infra.sandbox.bitrix24.params import Params
from infra.sandbox.bitrix24.portal import Method, Portal


def scope(portal: Portal, _params: Params) -> Answer:
    """Serve `scope`: the rights that the webhook was made with."""
    return Answer(result=portal.scopes())


def server_time(portal: Portal, _params: Params) -> Answer:
    """Serve `server.time`."""
    return Answer(result=portal.now().isoformat(timespec="seconds"))


def app_info(portal: Portal, _params: Params) -> Answer:
    """Serve `app.info`: a webhook belongs to no application, and is told so."""
    stored = portal.store.all_meta().get("app_info")
    if stored is None:
        raise ApiError(
            code="ACCESS_DENIED",
            description="Access denied! Application context required",
            status=403,
        )
    return Answer(result=json.loads(stored))


def list_methods(portal: Portal, _params: Params) -> Answer:
    """Serve `methods`: what the webhook may call."""
    granted = {*portal.scopes(), None}
    return Answer(
        result=sorted(name for name, method in portal.methods.items() if method.scope in granted)
    )


METHODS = {
    "scope": Method(run=scope, scope=None),
    "server.time": Method(run=server_time, scope=None),
    "app.info": Method(run=app_info, scope=None),
    "methods": Method(run=list_methods, scope=None),
}
