"""Looks for a secret wherever an error or a log line may carry it: plain, URL-encoded, base64."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Iterable
from urllib.parse import quote, quote_plus


def spelled(secret: str) -> set[str]:
    """Return the spellings that a leak may have."""
    raw = secret.encode()
    # Inside a longer text a secret may begin at any of three places of a base64 group.
    shifted = {base64.b64encode(bytes(n) + raw).decode()[4 if n else 0 : -4] for n in range(3)}
    return {secret, quote(secret, safe=""), quote_plus(secret), *shifted}


def told(error: BaseException) -> str:
    """Return everything that a handler could print of an exception, its chain and its locals."""
    seen: set[int] = set()
    texts: list[str] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        texts += [str(current), repr(current), repr(vars(current)), repr(current.args)]
        texts += traceback.format_exception(current)
        waiting += [current.__cause__, current.__context__]
    return "\n".join(texts)


def leaked(secrets: Iterable[str], text: str) -> set[str]:
    """Return the secrets that stand in a text in any spelling."""
    return {secret for secret in secrets if any(form in text for form in spelled(secret))}
