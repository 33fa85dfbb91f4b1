"""JSON that travels as the bytes it came in: checked once, cut up, and never spelled anew.

A body is checked as a whole, then its values are handed on as slices of it; only what somebody
reads becomes an object. Whatever a record holds (numbers of any length, a name that comes twice,
the order of fields) therefore lands as the server sent it.

PostgreSQL's jsonb takes neither U+0000 nor a lone surrogate, and one of them aborts a whole COPY
(https://www.postgresql.org/docs/current/datatype-json.html). Such escapes are marked in the body
before anything is cut from it: the marker is the noncharacter U+FDD0 followed by the four digits
of the escape. `Json.record` takes the marks out again, once as U+FFFD for the payload and once as
sent for the original.

Not here: bodies that are read while they arrive (`json_stream.py`).
"""

from __future__ import annotations

import codecs
import re
from decimal import Decimal
from typing import TypeVar, cast

import msgspec

from connectors.json_stream import NotJson, RecordJson

T = TypeVar("T")

_MARK = "\ufdd0".encode()
_REPLACEMENT = "\ufffd".encode()
_NUL = b"\\u0000"
_REFUSED = re.compile(
    rb"(?P<kept>\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|\\u(?P<digits>0000|[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|" + _MARK,
)
_MARKED = re.compile(_MARK + rb"(?P<digits>0000|[dD][89a-fA-F][0-9a-fA-F]{2}|fdd0)")
_SLICE = 1 << 20

_objects = msgspec.json.Decoder(float_hook=Decimal)


class Json(msgspec.Struct, frozen=True, gc=False):
    """One value of a body, as its bytes; there is one for each row.

    Args:
        raw: the slice; keeps the whole body alive.
        is_marked: the body had escapes that jsonb refuses, so this value may hold marks.
    """

    raw: msgspec.Raw
    is_marked: bool = False

    def plain(self) -> object:
        """Return the value as text, int, Decimal, bool, None, list and dict.

        Raises:
            NotJson: it is no JSON.
        """
        try:
            return cast("object", _objects.decode(self.raw))
        except msgspec.DecodeError as error:
            failure = _not_json(error)
        raise failure

    def record(self) -> RecordJson:
        """Return a copy of the bytes, acceptable to jsonb."""
        sent = bytes(self.raw)
        if not self.is_marked or _MARK not in sent:
            return RecordJson(payload=sent, original=None, replaced=0)
        replaced = len(_MARKED.findall(sent)) - sent.count(_MARK + b"fdd0")
        payload = _MARKED.sub(lambda mark: _spelled(mark, is_payload=True), sent)
        if not replaced:
            return RecordJson(payload=payload, original=None, replaced=0)
        original = _MARKED.sub(lambda mark: _spelled(mark, is_payload=False), sent)
        return RecordJson(payload=payload, original=original, replaced=replaced)


def decoded(body: bytes | bytearray, decoder: msgspec.json.Decoder[T]) -> tuple[T, bool]:
    """Check a body and decode what `decoder` wants of it; say whether it was marked.

    Raises:
        NotJson: the body is not one complete JSON value in UTF-8, or not of the decoder's type.
    """
    _check_encoding(body)
    if _NUL not in body:
        try:
            return decoder.decode(body), False
        except msgspec.DecodeError:
            # A lone surrogate is an error to this decoder; any other is one the second time too.
            pass
    marked = _REFUSED.sub(_mark, body)
    try:
        return decoder.decode(marked), True
    except msgspec.DecodeError as error:
        failure = _not_json(error)
    raise failure


def _check_encoding(body: bytes | bytearray) -> None:
    if body.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(body)
    try:
        for start in range(0, len(body), _SLICE):
            decoder.decode(view[start : start + _SLICE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        failure = _not_json(error)
    else:
        return
    raise failure


def _not_json(error: Exception) -> NotJson:
    # The decoder's own text may quote the body.
    return NotJson(f"not JSON ({type(error).__name__})")


def _mark(match: re.Match[bytes]) -> bytes:
    if match["kept"]:
        return match["kept"]
    return _MARK + (match["digits"] or b"fdd0")


def _spelled(mark: re.Match[bytes], *, is_payload: bool) -> bytes:
    if mark["digits"] == b"fdd0":
        return _MARK
    return _REPLACEMENT if is_payload else b"\\u" + mark["digits"]
