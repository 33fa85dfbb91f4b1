"""What keeps secrets out of logs, whoever writes the line.

Opening a client protects its secrets for the life of the process: every log record made
afterwards, by any library, is searched for them before a handler sees it. They are found plain,
URL-encoded and inside base64; so are the places where secrets stand by convention, such as a
webhook's path or a token in a query.

This is the second line of defence: the first is that nobody puts a secret into a message.
"""

from __future__ import annotations

import base64
import logging
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from pydantic import SecretStr

SHOWN = "[secret]"

_SHORTEST = 6  # anything shorter would blacken ordinary words
_CONVENTIONS = (
    (re.compile(r"(/rest/(?:api/)?\d+/)[^/\s\"'<>]+"), rf"\1{SHOWN}"),
    (
        re.compile(
            r"(?i)\b((?:access|refresh)_token|client_secret|clientApiId|developer[-_]token|auth|code)"
            r"(\"?\s*[=:]\s*\"?)[^\s&\"',;}]{6,}"
        ),
        rf"\1\2{SHOWN}",
    ),
    (re.compile(r"(?i)\b(bearer|oauth)\s+[\w.~+/=-]{6,}"), rf"\1 {SHOWN}"),
)
_WEBHOOK = re.compile(r"/rest/(?:api/)?\d+/([^/?#]+)")

_spellings: set[str] = set()
_lock = threading.Lock()


def protect(*secrets: SecretStr) -> None:
    """Keep these secrets out of every log record of this process from now on."""
    fresh = {
        spelling
        for secret in secrets
        for part in _parts(secret.get_secret_value())
        for spelling in _spelled(part)
    }
    with _lock:
        _spellings.update(fresh)
        current = logging.getLogRecordFactory()
        if not isinstance(current, _RedactingFactory):
            logging.setLogRecordFactory(_RedactingFactory(current))


def clean(text: str) -> str:
    """Return the text without the protected secrets and without what looks like one."""
    for spelling in sorted(_spellings, key=len, reverse=True):
        text = text.replace(spelling, SHOWN)
    for pattern, replacement in _CONVENTIONS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFilter(logging.Filter):
    """Cleans the message and the traceback of a record; for handlers set up elsewhere."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; every record passes."""
        _clean_record(record)
        return True


class _RedactingFactory:
    """Cleans every record as it is made, before any handler sees it."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = self._make(*args, **kwargs)
        _clean_record(record)
        return record


def _clean_record(record: logging.LogRecord) -> None:
    try:
        said = record.getMessage()
    except (TypeError, ValueError):
        return  # a malformed call: logging itself reports it
    cleaned = clean(said)
    if cleaned != said:
        record.msg, record.args = cleaned, ()
    if record.exc_info:
        record.exc_text = clean(logging.Formatter().formatException(record.exc_info))


def _parts(secret: str) -> Iterator[str]:
    """Yield a secret and, where it is an address, what in it is secret."""
    secret = secret.strip()
    if "://" not in secret:
        yield secret
        return
    try:
        address = urlsplit(secret)
    except ValueError:  # not an address after all
        yield secret
        return
    webhook = _WEBHOOK.search(address.path)
    if webhook:
        yield webhook[1]
    if address.password:
        yield address.password
    if webhook or address.password or address.query:
        yield secret


def _spelled(secret: str) -> Iterator[str]:
    if len(secret) < _SHORTEST:
        return
    yield secret
    yield quote(secret)
    yield quote(secret, safe="")
    yield quote_plus(secret)
    raw = secret.encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        # Inside a longer text the secret may begin at any of three places of a group.
        for before in range(3):
            whole = encode(bytes(before) + raw).decode()
            first = -(-before * 8 // 6)
            last = (before + len(raw)) * 8 // 6
            if last - first >= _SHORTEST:
                yield whole[first:last]
