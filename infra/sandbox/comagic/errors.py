"""Errors of the Data API: they come under HTTP 200."""

from __future__ import annotations

from typing import Any

_CODES = {
    "access_token_expired": -32001,
    "access_token_invalid": -32001,
    "auth_error": -32001,
    "ip_not_whitelisted": -32003,
    "forbidden": -32003,
    "method_component_disabled": -32008,
    "limit_exceeded": -32029,
    "internal_error": -32603,
    "invalid_request": -32600,
    "notifications_not_supported": -32099,
    "method_not_found": -32601,
}
_INVALID_PARAMS = -32602


class DataApiError(Exception):
    """An error.

    Args:
        mnemonic: the API's word for it.
        field: the parameter it is about.
        limits: what is left of the points.
    """

    def __init__(
        self,
        *,
        mnemonic: str,
        field: str | None = None,
        limits: dict[str, int] | None = None,
    ) -> None:
        super().__init__(mnemonic)
        self.mnemonic = mnemonic
        self.field = field
        self.limits = limits

    def document(self, request_id: object = None) -> dict[str, Any]:
        """Return the body; its texts quote the request, as the real ones do."""
        data: dict[str, Any] = {"mnemonic": self.mnemonic, "value": "canary of a request"}
        if self.field is not None:
            data["field"] = self.field
        data["metadata"] = {} if self.limits is None else {"limits": self.limits}
        error = {
            "code": _CODES.get(self.mnemonic, _INVALID_PARAMS),
            "message": "canary of a request",
            "data": data,
        }
        return {"jsonrpc": "2.0", "id": request_id, "error": error}
