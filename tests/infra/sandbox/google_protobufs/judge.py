"""Parses answers with Google's own message classes; runs in an environment of its own.

Reads a list of `[name, kind, document]` from standard input and writes an object of what is wrong,
by name. A document has to be understood without a remainder, and to be spelled as Google's own JSON
printer spells it: an int64 as text, an enum by its name.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure
from google.ads.googleads.v26.services.types.google_ads_service import (
    SearchGoogleAdsResponse,
    SearchGoogleAdsStreamResponse,
)
from google.protobuf import json_format
from google.rpc.status_pb2 import Status

# Parsing the message makes its class known to the pool, where an error's `@type` finds it.
CLASSES = {
    "stream": SearchGoogleAdsStreamResponse.pb(),
    "search": SearchGoogleAdsResponse.pb(),
    "failure": GoogleAdsFailure.pb(),
    "status": Status,
}


def wrong(kind: str, document: dict[str, Any]) -> str | None:
    """Return what Google's classes have against a document, None if nothing."""
    try:
        message = json_format.Parse(json.dumps(document), CLASSES[kind]())
    except json_format.ParseError as error:
        return str(error)
    printed = json.loads(json_format.MessageToJson(message))
    return None if printed == document else f"Google would print {json.dumps(printed)}"


def main() -> None:
    """Judge what stands in standard input."""
    found = {name: wrong(kind, document) for name, kind, document in json.load(sys.stdin)}
    json.dump({name: said for name, said in found.items() if said}, sys.stdout)


if __name__ == "__main__":
    main()
