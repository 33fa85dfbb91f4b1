"""JSON read in any split, and what jsonb would refuse."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.json_stream import NotJson, record_json, values

SURROGATE = re.compile("[\ud800-\udfff]")

texts = st.text(
    st.one_of(st.characters(), st.sampled_from('\x00\\"u0d8\ud800\udbff\udc00\ufdd0😀я')),
    max_size=12,
)
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def split(body: bytes, cuts: list[int]) -> Iterator[bytes]:
    places = sorted({cut % (len(body) + 1) for cut in cuts})
    for first, last in zip([0, *places], [*places, len(body)], strict=True):
        yield body[first:last]


def cleaned(value: object) -> object:
    """What a value becomes when each refused character is replaced."""
    if isinstance(value, str):
        # JSON's own reading: two escapes that form a pair are one character.
        whole = json.loads(json.dumps(value))
        return SURROGATE.sub("\ufffd", whole).replace("\x00", "\ufffd")
    if isinstance(value, list):
        return [cleaned(inner) for inner in value]
    if isinstance(value, dict):
        return {cleaned(name): cleaned(inner) for name, inner in value.items()}
    return value


@given(tree=trees, cuts=st.lists(st.integers(0, 10**6), max_size=8), ascii_only=st.booleans())
def test_any_split_gives_the_same_value_with_refused_characters_replaced(
    tree: object, cuts: list[int], ascii_only: bool
) -> None:
    spelled = json.dumps({"result": [tree]}, ensure_ascii=True)
    if not ascii_only:
        # Raw UTF-8 wherever it can be: what has no escape is what PHP sends with its flag set.
        spelled = re.sub(
            r"(?<!\\)((?:\\\\)*)\\u(fdd0|044f)",
            lambda found: found[1] + chr(int(found[2], 16)),
            spelled,
        )
    body = spelled.encode()
    [(path, value)] = values(split(body, cuts), lambda path: path == "result.item")
    written = record_json(value)
    assert path == "result.item"
    assert json.loads(written.payload) == cleaned(tree)
    if written.original is None:
        assert written.replaced == 0
        assert json.loads(written.payload) == tree
    else:
        assert json.loads(written.original) == json.loads(json.dumps(tree))
        assert written.replaced > 0


@given(tree=trees)
def test_plain_data_is_cleaned_like_parsed_data(tree: object) -> None:
    if "\ufdd0" in json.dumps(tree, ensure_ascii=False):
        return  # only a parsed value has its markers marked
    written = record_json(tree)
    if SURROGATE.search(json.dumps(tree, ensure_ascii=False)) is None:
        assert json.loads(written.payload) == cleaned(tree)
    assert b"\x00" not in written.payload
    written.payload.decode()


@pytest.mark.parametrize(
    ("spelled", "payload", "original", "replaced"),
    [
        (rb'"a\u0000b"', '"a\ufffdb"', rb'"a\u0000b"', 1),
        (rb'"\ud83d"', '"\ufffd"', rb'"\ud83d"', 1),
        (rb'"\uD83D\uDE00"', '"😀"', None, 0),
        (rb'"\ude00\ud83d"', '"\ufffd\ufffd"', rb'"\ude00\ud83d"', 2),
        (rb'"\\u0000"', r'"\\u0000"', None, 0),
        (rb'"\\\u0000"', '"\\\\\ufffd"', rb'"\\\u0000"', 1),
        (rb'"\ufdd00000"', '"\ufdd00000"', None, 0),
        ('"\ufdd0d800"'.encode(), '"\ufdd0d800"', None, 0),
    ],
)
def test_escapes_that_jsonb_refuses(
    spelled: bytes, payload: str, original: bytes | None, replaced: int
) -> None:
    for size in range(1, len(spelled) + 1):
        chunks = [spelled[at : at + size] for at in range(0, len(spelled), size)]
        [(_, value)] = values(chunks, lambda path: path == "")
        written = record_json(value)
        assert written.payload.decode() == payload
        assert written.original == original
        assert written.replaced == replaced


def test_numbers_keep_the_spelling_of_the_api() -> None:
    body = b'{"a":19999.90,"b":12345678901234567890123,"c":-0.000001,"d":100}'
    [(_, value)] = values([body], lambda path: path == "")
    assert value["a"] == Decimal("19999.90")
    assert isinstance(value["d"], int)
    assert record_json(value).payload == body


def test_paths_are_asked_for_outside_of_wanted_values_only() -> None:
    body = (
        b'{"result":{"result":{"p0":{"items":[{"id":1,"items":[2]}]}},"error":[]},"time":{"a":1}}'
    )
    asked: list[str] = []

    def wanted(path: str) -> bool:
        asked.append(path)
        return path in ("result.result.p0.items.item", "result.error", "time")

    found = list(values([body], wanted))
    assert found == [
        ("result.result.p0.items.item", {"id": 1, "items": [2]}),
        ("result.error", []),
        ("time", {"a": 1}),
    ]
    assert "result.result.p0.items.item.id" not in asked


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Maintenance</body></html>",
        b'{"result":[1,2',
        b'{"result":[1]} tail',
        b'{"a":"\xff"}',
        b'{"a":"\x00"}',
        b'{"a":1,}',
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_one_json_value_is_refused_without_being_quoted(body: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        list(values([body], lambda path: path == "a"))
    assert "Maintenance" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_long_body_is_read_in_the_memory_of_one_record() -> None:
    record = json.dumps({"id": 1, "title": "сделка " * 200, "opportunity": 1.5}).encode()
    chunk = b",".join([record] * 16)
    repeats = (64 << 20) // len(chunk)

    def body() -> Iterator[bytes]:
        yield b'{"result":['
        for position in range(repeats):
            yield chunk if position == 0 else b"," + chunk
        yield b"]}"

    tracemalloc.start()
    try:
        seen = sum(1 for _ in values(body(), lambda path: path == "result.item"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seen == repeats * 16
    assert peak < 4 << 20
