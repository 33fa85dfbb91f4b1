"""Errors of the Yandex Direct API."""

from __future__ import annotations

import itertools

_REQUESTS = itertools.count(1)


class DirectError(Exception):
    """A refused request.

    Args:
        code: the `error_code`.
        text: the `error_string`.
        detail: the `error_detail`.
        status: the HTTP status; the object services answer 200 even then.
    """

    def __init__(self, *, code: int, text: str, detail: str = "", status: int = 400) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.detail = detail
        self.status = status

    def document(self, request: str) -> dict[str, object]:
        """Return the body for the request of that id."""
        return {
            "error": {
                "request_id": request,
                "error_code": self.code,
                "error_string": self.text,
                "error_detail": self.detail,
            }
        }


def request_id() -> str:
    """Return the id of an answer, which the vendor's support would ask for."""
    return str(8_695_244_274_068_608_000 + next(_REQUESTS))
