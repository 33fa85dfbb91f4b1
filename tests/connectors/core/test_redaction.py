"""Secrets in log records, in every spelling, whoever writes the line."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from connectors import redaction
from connectors.redaction import RedactingFilter, clean, protect

SECRET = "s3cr3t key/with+signs=и"


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let each test protect its own secrets."""
    monkeypatch.setattr(redaction, "_spellings", set[str]())
    return


@given(before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_a_secret_inside_base64_is_found_wherever_it_begins(before: bytes, after: bytes) -> None:
    protect(SecretStr(SECRET))
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        text = encode(before + SECRET.encode() + after).decode()
        core = encode(bytes(len(before) % 3) + SECRET.encode()).decode()[8:-8]
        assert core in text
        assert core not in clean(text)


@pytest.mark.parametrize("spell", [str, quote, quote_plus, lambda text: quote(text, safe="")])
def test_every_spelling_is_replaced(spell: object) -> None:
    protect(SecretStr(SECRET))
    assert callable(spell)
    assert clean(f"before {spell(SECRET)} after") == "before [secret] after"


def test_the_secret_part_of_a_webhook_is_found_without_its_address() -> None:
    protect(SecretStr("https://portal.test/rest/1/abc123def456/"))
    assert clean("the key abc123def456 again") == "the key [secret] again"


def test_a_public_address_is_no_secret() -> None:
    protect(SecretStr("https://googleads.googleapis.com"))
    text = "no answer from https://googleads.googleapis.com"
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "POST https://portal.test/rest/17/unknown0secret/crm.deal.list",
        "POST https://portal.test/rest/api/17/unknown0secret/tasks",
        "?access_token=unknown0secret&x=1",
        '{"refresh_token": "unknown0secret"}',
        "client_secret=unknown0secret",
        "Authorization: Bearer unknown0secret",
    ],
)
def test_what_stands_where_secrets_stand_is_replaced_unseen(text: str) -> None:
    assert "unknown0secret" not in clean(text)


def test_short_words_are_not_blackened() -> None:
    protect(SecretStr("1"), SecretStr(""))
    assert clean("1 of 11 rows") == "1 of 11 rows"


def test_messages_arguments_and_tracebacks_of_any_logger_are_clean(
    caplog: pytest.LogCaptureFixture,
) -> None:
    protect(SecretStr(SECRET))
    log = logging.getLogger("some.library")
    with caplog.at_level(logging.DEBUG):
        log.info("asked %s with %r", "host", {"key": SECRET})
        try:
            int(SECRET)
        except ValueError:
            log.exception("failed")
        log.info("plain %d", 1)
        log.debug(SECRET)
    assert SECRET not in caplog.text
    assert "invalid literal for int() with base 10: '[secret]'" in caplog.text
    assert "plain 1" in caplog.text


def test_protecting_twice_wraps_the_factory_once() -> None:
    protect(SecretStr(SECRET))
    once = logging.getLogRecordFactory()
    protect(SecretStr(f"{SECRET}2"))
    assert logging.getLogRecordFactory() is once


def test_a_filter_cleans_records_that_were_made_before() -> None:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "key %s", (SECRET,), None)
    protect(SecretStr(SECRET))
    assert RedactingFilter().filter(record)
    assert record.getMessage() == "key [secret]"
