"""The REST spelling of rows and errors."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

VERSION = "v26"

_REQUESTS = itertools.count(1)


class GoogleError(Exception):
    """A refused request.

    Args:
        kind: the member of `errorCode`, such as `queryError`.
        code: its value, such as `UNRECOGNIZED_FIELD`.
        message: what Google would say.
        status: the HTTP status.
        field: what the query named wrongly, shown as the trigger.
    """

    def __init__(
        self, *, kind: str, code: str, message: str, status: int = 400, field: str | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.code = code
        self.message = message
        self.status = status
        self.field = field

    def document(self) -> dict[str, object]:
        """Return the error document, with the request's id."""
        error: dict[str, object] = {
            "errorCode": {self.kind: self.code},
            "message": self.message,
        }
        if self.field is not None:
            error["trigger"] = {"stringValue": self.field}
            error["location"] = {"fieldPathElements": [{"fieldName": "query"}]}
        names = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED"}
        summaries = {
            401: "Request had invalid authentication credentials.",
            403: "The caller does not have permission",
            429: "Resource has been exhausted (e.g. check quota).",
        }
        return {
            "error": {
                "code": self.status,
                "message": summaries.get(self.status, "Request contains an invalid argument."),
                "status": names.get(self.status, "INVALID_ARGUMENT"),
                "details": [
                    {
                        "@type": "type.googleapis.com/google.ads.googleads."
                        f"{VERSION}.errors.GoogleAdsFailure",
                        "errors": [error],
                        "requestId": request_id(),
                    }
                ],
            }
        }


def request_id() -> str:
    """Return the id of an answer, which Google's support would ask for."""
    return f"sandbox{next(_REQUESTS):015d}"


def camel(name: str) -> str:
    """Spell a part of a GAQL name as REST does: `cost_micros` as `costMicros`."""
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


def nested(row: Mapping[str, object]) -> dict[str, object]:
    """Turn `{"campaign.id": …}` into `{"campaign": {"id": …}}`, in the REST spelling."""
    tree: dict[str, object] = {}
    for path, value in row.items():
        node = tree
        *branches, leaf = [camel(part) for part in path.split(".")]
        for branch in branches:
            node = node.setdefault(branch, {})  # type: ignore[assignment]
        node[leaf] = value
    return tree
