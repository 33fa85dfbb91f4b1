"""What is small is read whole: dictionaries, those of each kind of item, and the rates of a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import cast

from connectors.bitrix24.chains import slices
from connectors.bitrix24.listings import (
    SOURCE_NAME,
    Daily,
    Dictionary,
    DictionaryPerType,
    command,
)
from connectors.bitrix24.portal import Parts
from connectors.bitrix24.raw_rows import RawRows
from connectors.bitrix24.reading import Reading
from connectors.errors import ContractBroken, Retryable, Unauthorized
from connectors.raw_json import Json
from connectors.stream import Page, Record

_TYPES_AT_ONCE = 20
"""Kinds of item in one request: the fields of one take some hundred kilobytes."""


def whole_pages(reading: Reading, dictionary: Dictionary) -> Iterator[Page]:
    """Yield a dictionary; further pages only where the portal names one.

    A row that comes twice, because rows moved between two pages, counts as it came last.

    Raises:
        ContractBroken: a key is missing, or a further page holds nothing that is new.
        ConnectorError: see `portal.py`.
    """
    seen: set[str] = set()
    start = 0
    while True:
        params = dict(dictionary.fixed)
        if start:
            params[dictionary.start] = start
        answer = reading.portal.call(dictionary.method, params)
        records = _entries(dictionary, answer.json)
        keys = {record.key for record in records}
        if start and records and keys <= seen:
            msg = f"the portal ignores {dictionary.start} and serves the same page again"
            raise ContractBroken(msg, source=SOURCE_NAME, method=dictionary.method)
        seen |= keys
        yield Page(records=records, served_at=answer.time.started_at)
        if answer.next is None or answer.next <= start or not records:
            return
        start = answer.next


def pages_per_type(reading: Reading, shape: DictionaryPerType) -> Iterator[Page]:
    """Yield the dictionaries of each kind of item and each type of smart process.

    Of a kind that the webhook may not see nothing is said; one that the portal lacks is passed
    over.

    Raises:
        ConnectorError: see `portal.py`.
    """
    types = [one.entity_type_id for one in reading.capabilities().types if one.has(shape.flag)]
    for some in slices([*shape.kinds, *types], _TYPES_AT_ONCE):
        yield _typed(reading, shape, some)


def daily_pages(reading: Reading, shape: Daily) -> Iterator[Page]:
    """Yield a dictionary as the state of the portal's present day.

    Raises:
        ConnectorError: see `portal.py`.
    """
    for page in whole_pages(reading, shape.dictionary):
        today = (page.served_at or datetime.now(reading.capabilities().zone)).date()
        midnight = datetime.combine(today, time.min, UTC)
        yield Page(
            records=tuple(
                Record(
                    key=f"{today.isoformat()}:{entry.key}",
                    payload=entry.payload,
                    cursor=midnight,
                    original=entry.original,
                )
                for entry in page.records
            ),
            served_at=page.served_at,
        )


def _typed(reading: Reading, shape: DictionaryPerType, types: Sequence[int]) -> Page:
    asked = {f"t{number}": shape.of(number) for number in types}
    method = shape.of(types[0]).method

    def build(_has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
        return {name: command(one.method, one.fixed) for name, one in asked.items()}

    def convert(name: str, result: Json) -> tuple[Record, ...]:
        prefix = f"{name.removeprefix('t')}/"
        return _entries(asked[name], result, prefix=prefix)

    def conclude(parts: Parts[tuple[Record, ...]]) -> Page:
        silent: list[str] = []
        for name, refused in parts.refusals.items():
            error = reading.portal.error(refused, method, parts.time)
            if isinstance(error, Retryable):
                raise error
            if isinstance(error, Unauthorized):
                silent.append(f"{name.removeprefix('t')}/")
        if len(silent) == len(types):
            raise reading.portal.error(next(iter(parts.refusals.values())), method, parts.time)
        return Page(
            records=tuple(record for name in asked for record in parts.results.get(name, ())),
            served_at=parts.time.started_at,
            unanswered=tuple(silent),
        )

    return reading.portal.batch(method, build, convert, conclude, halt=False)


def _entries(dictionary: Dictionary, page: Json, *, prefix: str = "") -> tuple[Record, ...]:
    rows = RawRows(dictionary.method, "", dictionary.wrapper)
    return tuple(_entry(dictionary, row, prefix) for row in rows.cut(page))


def _entry(dictionary: Dictionary, row: Json, prefix: str) -> Record:
    fields = row.plain()
    if not isinstance(fields, Mapping):
        msg = "a page holds something else than rows"
        raise ContractBroken(msg, source=SOURCE_NAME, method=dictionary.method)
    key = cast("Mapping[str, object]", fields).get(dictionary.key)
    if key is None or isinstance(key, bool) or not str(key).strip():
        msg = f"a row has no {dictionary.key}"
        raise ContractBroken(msg, source=SOURCE_NAME, method=dictionary.method)
    text = str(key).strip()
    written = row.record()
    number = str(int(text)) if text.isascii() and text.isdigit() else text
    return Record(key=prefix + number, payload=written.payload, original=written.original)
