"""JSON read while it arrives, and written again without a character that PostgreSQL refuses.

`values` walks a body once, in the memory of one wanted value. `record_json` spells a value as
canonical JSON text: no spaces, names in the order of the answer, numbers as the API spelled
them.

PostgreSQL's jsonb takes neither U+0000 nor a lone surrogate, and one of them aborts a whole COPY
(https://www.postgresql.org/docs/current/datatype-json.html). The parser would turn a lone
surrogate into a question mark without a word, so such escapes are marked before it sees them:
the marker is the noncharacter U+FDD0 followed by the four digits of the escape. `record_json`
takes the marks out again, once as U+FFFD for the payload and once as sent for the original.

Not here: which paths a source wants, and what an unexpected value means (each `client.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import ijson  # pyright: ignore[reportMissingTypeStubs]
import msgspec

_SLICE = 65_536
_MARK = "\ufdd0"
_MARK_BYTES = _MARK.encode()
_REPLACEMENT = "\ufffd".encode()

_SUSPECT = re.compile(
    rb"\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF][dD][dD]0)|" + _MARK_BYTES,
)
_ESCAPE = re.compile(
    rb"(?P<kept>\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|\\u(?P<digits>0000|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF][dD][dD]0)"
    rb"|" + _MARK_BYTES,
)
_HIGH_SURROGATE = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\Z")
_LONGEST_UNFINISHED = 11  # a pair of surrogate escapes short of its last digit

_WRITTEN = re.compile(
    rb"(?P<kept>\\\\)|(?P<nul>\\u0000)|"
    + _MARK_BYTES
    + rb"(?P<digits>0000|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF][dD][dD]0)",
)
_SURROGATE = re.compile("[\ud800-\udfff]")

_encoder = msgspec.json.Encoder(decimal_format="number")


class NotJson(ValueError):
    """The text is not JSON, or ends before its value does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordJson:
    """A record's JSON text.

    Args:
        payload: UTF-8, acceptable to jsonb.
        original: the same with the escapes as they were sent; None where nothing was replaced.
        replaced: how many characters were replaced by U+FFFD.
    """

    payload: bytes
    original: bytes | None
    replaced: int


def values(chunks: Iterable[bytes], wanted: Callable[[str], bool]) -> Iterator[tuple[str, Any]]:
    """Yield each value whose path is wanted, in the order of the body, in one pass.

    Paths are written as `result.items.item`: names joined by dots, `item` for an element of a
    list, the empty text for the body itself. A value inside a wanted one is not yielded again.
    Whole numbers arrive as int, fractions as Decimal.

    Args:
        chunks: the body in any split.
        wanted: says whether the value at a path is to be built; asked once for each value
            outside of wanted ones.

    Raises:
        NotJson: the body is not one complete JSON value.
    """
    walk = _Walk(wanted)
    events = cast("list[tuple[str, Any]]", ijson.sendable_list())
    parser = ijson.basic_parse_coro(events)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    try:
        for piece in _pieces(_marked(chunks)):
            parser.send(piece)  # pyright: ignore[reportUnknownMemberType]
            yield from walk.through(events)
            events.clear()
        parser.close()  # pyright: ignore[reportUnknownMemberType]
    except (ijson.JSONError, ValueError, SystemError) as error:
        # The parser's own text quotes the body. The last two are numbers of thousands of digits.
        msg = f"not JSON ({type(error).__name__})"
        failure = NotJson(msg)
    else:
        yield from walk.through(events)
        return
    raise failure


def record_json(value: object) -> RecordJson:
    """Spell a value as canonical JSON text that jsonb accepts.

    Args:
        value: what `values` yielded, or plain data of text, numbers, lists and dicts.
    """
    try:
        written = _encoder.encode(value)
    except UnicodeEncodeError:
        written = _encoder.encode(_marked_text(value))
    if _MARK_BYTES not in written and b"\\u0000" not in written:
        return RecordJson(payload=written, original=None, replaced=0)
    replaced = 0

    def payload(match: re.Match[bytes]) -> bytes:
        nonlocal replaced
        if match["kept"]:
            return match["kept"]
        if (match["digits"] or b"").lower() == b"fdd0":
            return _MARK_BYTES
        replaced += 1
        return _REPLACEMENT

    def original(match: re.Match[bytes]) -> bytes:
        if match["kept"]:
            return match["kept"]
        if (match["digits"] or b"").lower() == b"fdd0":
            return _MARK_BYTES
        return b"\\u" + (match["digits"] or b"0000")

    clean = _WRITTEN.sub(payload, written)
    if not replaced:
        return RecordJson(payload=clean, original=None, replaced=0)
    return RecordJson(payload=clean, original=_WRITTEN.sub(original, written), replaced=replaced)


class _Walk:
    """Builds wanted values out of parser events, keeping its place between chunks."""

    def __init__(self, wanted: Callable[[str], bool]) -> None:
        self._wanted = wanted
        self._open: list[str] = []  # what each open, unwanted container adds to a path
        self._name = ""  # the name that the next value has, outside of wanted values
        self._path = ""
        self._built: list[Any] = []  # the open containers of the wanted value
        self._keys: list[str] = []

    def through(self, events: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
        """Take events in; yield the wanted values that they completed."""
        for event, value in events:
            done = self._build(event, value) if self._built else self._step(event, value)
            if done is not None:
                yield done

    def _step(self, event: str, value: Any) -> tuple[str, Any] | None:
        """One event outside of a wanted value."""
        if event == "map_key":
            self._name = value
            return None
        if event in ("end_map", "end_array"):
            self._open.pop()
            self._name = "item"
            return None
        path = self._here()
        if event in ("start_map", "start_array"):
            if self._wanted(path):
                self._path = path
                self._built.append({} if event == "start_map" else [])
                self._keys.append("")
            else:
                self._open.append(self._name)
                self._name = "item"
            return None
        return (path, value) if self._wanted(path) else None

    def _build(self, event: str, value: Any) -> tuple[str, Any] | None:
        """One event inside of a wanted value."""
        if event == "map_key":
            self._keys[-1] = value
            return None
        if event in ("start_map", "start_array"):
            self._built.append({} if event == "start_map" else [])
            self._keys.append("")
            return None
        if event in ("end_map", "end_array"):
            value = self._built.pop()
            self._keys.pop()
            if not self._built:
                self._name = "item"
                return self._path, value
        into = self._built[-1]
        if isinstance(into, dict):
            into[self._keys[-1]] = value
        else:
            into.append(value)
        return None

    def _here(self) -> str:
        return ".".join((*self._open[1:], self._name)) if self._open else ""


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut large chunks, so that the events of one chunk stay few."""
    for chunk in chunks:
        for start in range(0, len(chunk), _SLICE):
            yield chunk[start : start + _SLICE]


def _marked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Mark what jsonb refuses, whatever the split; most chunks pass untouched."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        cut = _safe_cut(text)
        text, rest = text[:cut], text[cut:]
        yield _ESCAPE.sub(_mark, text) if _SUSPECT.search(text) else text
    yield _ESCAPE.sub(_mark, rest)


def _mark(match: re.Match[bytes]) -> bytes:
    if match["kept"]:
        return match["kept"]
    return _MARK_BYTES + (match["digits"] or b"fdd0")


def _safe_cut(text: bytes) -> int:
    """Return where the text may be cut without parting an escape, a pair or a marker."""
    cut = len(text)
    escape = text.find(b"\\", max(0, cut - _LONGEST_UNFINISHED))
    if escape >= 0:
        cut = _start_of_run(text, escape)
        while _HIGH_SURROGATE.search(text, max(0, cut - 6), cut):
            cut = _start_of_run(text, cut - 6)
    for length in (1, 2):
        if text[len(text) - length : cut] == _MARK_BYTES[:length]:
            return cut - length
    return cut


def _start_of_run(text: bytes, at: int) -> int:
    """Return the first of the backslashes that stand together: an escape begins there."""
    while at and text[at - 1 : at] == b"\\":
        at -= 1
    return at


def _marked_text(value: object) -> object:
    """Mark lone surrogates in data that did not come from `values`."""
    if isinstance(value, str):
        return _SURROGATE.sub(lambda found: f"{_MARK}{ord(found[0]):04x}", value)
    if isinstance(value, dict):
        items = cast("dict[object, object]", value).items()
        return {_marked_text(name): _marked_text(inner) for name, inner in items}
    if isinstance(value, list | tuple):
        return [_marked_text(inner) for inner in cast("list[object]", value)]
    return value
