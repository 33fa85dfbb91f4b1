"""Streams that are read by the ids of their rows, in one listing or one for each smart process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.bitrix24.chains import Chain, Chains
from connectors.bitrix24.envelope import moment
from connectors.bitrix24.listings import SOURCE_NAME, Listing, ListingPerType
from connectors.bitrix24.raw_rows import RawRow, RawRows
from connectors.bitrix24.reading import Conditions, Part, Reading
from connectors.bitrix24.walk import Span, Walk
from connectors.errors import ContractBroken
from connectors.stream import Changes, Page, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """A filter and a span of ids of one part."""

    part: Part
    conditions: Conditions
    span: Span

    def page(self, after: int) -> str:
        """Return the command for the page behind an id."""
        listing = self.part.listing
        return listing.page(within(listing, self.conditions, after, self.span.upto))


def pages(
    reading: Reading, stream: str, shape: Listing | ListingPerType, changes: Changes
) -> Iterator[Page]:
    """Yield the records of a window, batch by batch; those of a part in the order of their ids.

    Raises:
        ConnectorError: see `errors.py`.
    """
    parts = reading.parts(shape)
    passages = [
        _Passage(part=part, conditions=conditions, span=span)
        for part in parts
        for conditions, span in reading.passages(stream, parts, part, changes)
    ]
    # Of two passages of a part only one goes through the ids in order from the start.
    is_resumable = changes.since is None
    if not passages:
        yield Page(records=(), served_at=reading.capabilities().now)
    elif is_resumable or isinstance(shape, Listing):
        for passage in passages:
            yield from _walked(reading, stream, passage, is_resumable=is_resumable)
    else:
        yield from _glanced(reading, stream, passages)


def keys(
    reading: Reading, stream: str, shape: Listing | ListingPerType
) -> Iterator[tuple[str, ...]]:
    """Yield every key that the webhook sees now, without the rows where the method allows it."""
    for part in reading.parts(shape):
        walk = Walk(
            reading.portal,
            part.listing,
            {},
            lambda row, part=part: part.key(row.id),
            depth=reading.depth(f"{stream} keys"),
            in_flight=reading.in_flight,
            only_keys=True,
        )
        for chunk in walk.chunks(Span(after=0, upto=None)):
            yield chunk.rows


def raw_rows(listing: Listing, *, only_keys: bool = False) -> RawRows:
    """Return what reads the pages of a listing: ids, and the cursor unless only keys are asked."""
    return RawRows(
        listing.method, listing.key, listing.wrapper, () if only_keys else _cursor_field(listing)
    )


def record(part: Part, row: RawRow) -> Record:
    """Return the record of a row.

    Raises:
        ContractBroken: the time of its modification cannot be read.
    """
    written = row.json.record()
    changed = row.values[0] if row.values else None
    return Record(
        key=part.key(row.id),
        payload=written.payload,
        cursor=None if not changed else _cursor(part.listing, changed),
        original=written.original,
    )


def within(listing: Listing, conditions: Conditions, after: int, upto: int | None) -> Conditions:
    """Return conditions narrowed to ids above `after`, up to and including `upto`."""
    bounds: Conditions = {f">{listing.key}": after}
    if upto is not None:
        bounds[f"<={listing.key}"] = upto
    return {**conditions, **bounds}


def _walked(
    reading: Reading, stream: str, passage: _Passage, *, is_resumable: bool, after: int = 0
) -> Iterator[Page]:
    part = passage.part
    walk = Walk(
        reading.portal,
        part.listing,
        passage.conditions,
        lambda row: record(part, row),
        fields=_cursor_field(part.listing),
        depth=reading.depth(stream),
        in_flight=reading.in_flight,
    )
    for chunk in walk.chunks(Span(after=max(after, passage.span.after), upto=passage.span.upto)):
        resume = part.key(chunk.last) if is_resumable else None
        yield Page(records=chunk.rows, served_at=chunk.served_at, resume_key=resume)


def _glanced(reading: Reading, stream: str, passages: Sequence[_Passage]) -> Iterator[Page]:
    """Read the first page of each passage together: of most types nothing has changed."""
    listing = passages[0].part.listing
    chains = Chains(reading.portal, listing.method, raw_rows(listing), in_flight=reading.in_flight)
    glances = [Chain(page=one.page, after=one.span.after) for one in passages]
    served_at = chains.read(glances, most_rounds=1)
    for passage, glance in zip(passages, glances, strict=True):
        records = tuple(record(passage.part, row) for row in glance.rows)
        yield Page(records=records, served_at=served_at)
        if not glance.is_complete:
            yield from _walked(reading, stream, passage, is_resumable=False, after=glance.after)


def _cursor_field(listing: Listing) -> tuple[str, ...]:
    return () if listing.changed is None else (listing.changed,)


def _cursor(listing: Listing, value: object) -> datetime:
    at = moment(value)
    if at is None:
        msg = f"{listing.changed} is no instant with an offset"
        raise ContractBroken(msg, source=SOURCE_NAME, method=listing.method)
    return at.astimezone(UTC)
