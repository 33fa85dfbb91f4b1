"""JSON kept as bytes: it lands as it came, but for what jsonb refuses."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.json_stream import NotJson
from connectors.raw_json import Json, decoded

WHOLE = msgspec.json.Decoder(msgspec.Raw)
MANY = msgspec.json.Decoder(list[msgspec.Raw])


def read(body: bytes) -> Json:
    """Return a body as one value."""
    return Json(*decoded(body, WHOLE))


@pytest.mark.parametrize(
    "sent",
    [
        b'{"a": 1,"a":2}',
        b'{"n":123456789012345678901234567890, "x":1.10, "e":1e-7}',
        b'{"t":"\\u0416\\u00e9 \\ud83d\\ude00 \\/ \\"q\\" \\\\u0000"}',
        '{"t":"Ж😀\ufdd00000"}'.encode(),
        b"[]",
        b"false",
    ],
)
def test_what_jsonb_takes_stays_as_it_was_sent(sent: bytes) -> None:
    record = read(sent).record()
    assert (record.payload, record.original, record.replaced) == (sent, None, 0)


@pytest.mark.parametrize(
    ("sent", "payload", "replaced"),
    [
        (b'{"t":"a\\u0000b"}', '{"t":"a\ufffdb"}', 1),
        (b'{"t":"\\ud800"}', '{"t":"\ufffd"}', 1),
        (b'{"t":"\\udc00\\ud800x"}', '{"t":"\ufffd\ufffdx"}', 2),
        (b'{"t":"\\ud83d\\ud83d\\ude00"}', '{"t":"\ufffd\\ud83d\\ude00"}', 1),
        (b'{"\\u0000":"\\\\u0000"}', '{"\ufffd":"\\\\u0000"}', 1),
        ('{"t":"\ufdd0 \\u0000"}'.encode(), '{"t":"\ufdd0 \ufffd"}', 1),
    ],
)
def test_what_jsonb_refuses_is_replaced_and_kept(sent: bytes, payload: str, replaced: int) -> None:
    record = read(sent).record()
    assert record.payload == payload.encode()
    assert record.original == sent
    assert record.replaced == replaced


def test_rows_beside_a_replaced_one_keep_their_bytes() -> None:
    rows, is_marked = decoded('[{"t":"\\u0000"}, {"t":"\ufdd0"},{"u": 1}]'.encode(), MANY)
    records = [Json(row, is_marked).record() for row in rows]
    assert [record.replaced for record in records] == [1, 0, 0]
    assert [record.payload for record in records[1:]] == ['{"t":"\ufdd0"}'.encode(), b'{"u": 1}']
    assert records[1].original is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b'{"a":',
        b'{"a":1}}',
        b'{"a":1}{',
        b'{"a":tru}',
        b'{"a":"\x01"}',
        b'{"a":"\xff"}',
        b'{"a":"\xc3"}',
        b'{"a":"\\q"}',
        b'{"a":"\\ud8"}',
        b'{"a":01}',
    ],
)
def test_what_is_no_json_is_refused(broken: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        decoded(broken, WHOLE)
    assert caught.value.__context__ is None


def test_plain_data_has_exact_numbers() -> None:
    assert read(b'[1, 2.50, "3", null, {"a": true}]').plain() == [
        1,
        Decimal("2.50"),
        "3",
        None,
        {"a": True},
    ]


@given(st.text(st.characters(codec=None), max_size=20))
def test_any_text_keeps_its_meaning(text: str) -> None:
    """Whatever a server escapes, the payload says the same, U+FFFD where jsonb takes nothing."""
    sent = b'"%s"' % b"".join(_escaped(ord(letter)) for letter in text)
    record = read(sent).record()
    meant = re.sub("[\0\ud800-\udfff]", "\ufffd", json.loads(sent))
    assert json.loads(record.payload) == meant
    assert (record.original or record.payload) == sent


def _escaped(code: int) -> bytes:
    if code < 0x10000:
        return b"\\u%04x" % code
    code -= 0x10000
    return b"\\u%04x\\u%04x" % (0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF))
