"""The business objects of a company that is given as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from infra.sandbox.worlds.files.definition import SEMANTICS, Definition, Stage, WorldFileError
from infra.sandbox.worlds.files.reading import LeftOut, Reader, Unparsable

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A deal; marks are as written, empty ones None."""

    deal_id: int
    created: datetime
    owner: str | None
    closed: date | None
    stage: Stage
    source: str | None
    amount: Decimal
    contact_id: int | None
    title: str | None
    marks: dict[str, str | None]
    custom: dict[str, str | None]

    @property
    def semantics(self) -> str:
        """P, S or F."""
        return SEMANTICS[self.stage.semantics]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact; its name is not part of the export."""

    contact_id: int
    created: datetime
    modified: datetime
    owner: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that took place or was tried."""

    call_id: int
    started: datetime
    owner: str | None
    kind: str
    code: str
    seconds: int
    contact_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendRow:
    """One row of advertising, in the company's currency."""

    day: str
    source: str
    campaign: str
    ad_group: str
    ad: str
    impressions: int
    clicks: int
    spend: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """All that the files say, and what of them could not be kept."""

    deals: list[Deal]
    contacts: list[Contact]
    calls: list[Call]
    spend: list[SpendRow]
    left_out: LeftOut

    def owners(self) -> list[str]:
        """Everyone who is responsible for anything, by name."""
        named = {
            record.owner for part in (self.deals, self.contacts, self.calls) for record in part
        }
        return sorted(named - {None})


def read(definition: Definition, folder: Path) -> Company:
    """Read all files of an export.

    Raises:
        WorldFileError: a file, a column, a stage or a source is not as the world file says.
    """
    left_out: LeftOut = Counter()
    return Company(
        deals=_deals(definition, folder, left_out),
        contacts=_contacts(definition, folder, left_out),
        calls=_calls(definition, folder, left_out),
        spend=_spend(definition, folder, left_out),
        left_out=left_out,
    )


def _deals(definition: Definition, folder: Path, left_out: LeftOut) -> list[Deal]:
    table = definition.deals
    reader = Reader(folder, table, definition.timezone)
    stages = {stage.name: stage for stage in definition.stages}

    def deal(row: dict[str, str]) -> Deal:
        if row["source"]:
            _named(row["source"], definition.sources, "source")
        return Deal(
            deal_id=reader.whole(row["id"]),
            created=reader.instant(row["created"]),
            owner=row["owner"] or None,
            closed=reader.day(row["closed"]),
            stage=_named(row["stage"], stages, "stage"),
            source=row["source"] or None,
            amount=reader.amount(row["amount"]),
            contact_id=reader.whole(row["contact"]) if row["contact"] else None,
            title=row["title"] or None,
            marks={name: row[f"utm_{name}"] or None for name in _MARKS},
            custom={name: row[name] or None for name in table.custom_fields},
        )

    rows = reader.rows(table.columns.model_dump() | table.custom_fields)
    return _kept(_identified(rows, "deal", left_out), deal, "deal", left_out)


_MARKS = ("source", "medium", "campaign", "content", "term")


def _contacts(definition: Definition, folder: Path, left_out: LeftOut) -> list[Contact]:
    table = definition.contacts
    if table is None:
        return []
    reader = Reader(folder, table, definition.timezone)

    def contact(row: dict[str, str]) -> Contact:
        return Contact(
            contact_id=reader.whole(row["id"]),
            created=reader.instant(row["created"]),
            modified=reader.instant(row["modified"] or row["created"]),
            owner=row["owner"] or None,
        )

    rows = reader.rows(table.columns.model_dump())
    return _kept(_identified(rows, "contact", left_out), contact, "contact", left_out)


def _calls(definition: Definition, folder: Path, left_out: LeftOut) -> list[Call]:
    table = definition.calls
    if table is None:
        return []
    reader = Reader(folder, table, definition.timezone)
    kinds, outcomes = table.kinds, table.outcomes

    def call(row: dict[str, str]) -> Call | None:
        code = _named(row["outcome"], outcomes, "outcome of a call")
        if code is None:
            left_out["call", "never_made"] += 1
            return None
        return Call(
            call_id=reader.whole(row["id"]),
            started=reader.instant(row["started"]),
            owner=row["owner"] or None,
            kind=_named(row["kind"], kinds, "kind of call"),
            code=code,
            seconds=reader.whole(row["seconds"] or "0"),
            contact_id=reader.whole(row["contact"]) if row["contact"] else None,
        )

    rows = reader.rows(table.columns.model_dump())
    made = _kept(_identified(rows, "call", left_out), call, "call", left_out)
    return [one for one in made if one is not None]


def _spend(definition: Definition, folder: Path, left_out: LeftOut) -> list[SpendRow]:
    table = definition.spend
    if table is None:
        return []
    reader = Reader(folder, table, definition.timezone)

    def spent(row: dict[str, str]) -> SpendRow:
        _named(row["source"], definition.sources, "source")
        day = reader.day(row["day"])
        if day is None:
            raise Unparsable(row["day"])
        return SpendRow(
            day=day.isoformat(),
            source=row["source"],
            campaign=row["campaign"] or table.no_campaign,
            ad_group=row["ad_group"],
            ad=row["ad"],
            impressions=reader.whole(row["impressions"] or "0"),
            clicks=reader.whole(row["clicks"] or "0"),
            spend=reader.amount(row["spend"]),
        )

    # An identical row says nothing new: the export wrote it twice.
    seen: set[tuple[str, ...]] = set()
    fresh: list[dict[str, str]] = []
    for row in reader.rows(table.columns.model_dump()):
        key = tuple(row.values())
        if key in seen:
            left_out["spend", "exact_duplicate"] += 1
        else:
            seen.add(key)
            fresh.append(row)
    return _kept(fresh, spent, "spend", left_out)


def _identified(
    rows: Iterable[dict[str, str]], entity: str, left_out: LeftOut
) -> Iterator[dict[str, str]]:
    """Rows with an id that did not come before."""
    seen: set[str] = set()
    for row in rows:
        if not row["id"]:
            left_out[entity, "no_id"] += 1
        elif row["id"] in seen:
            left_out[entity, "repeated_id"] += 1
        else:
            seen.add(row["id"])
            yield row


def _kept(
    rows: Iterable[dict[str, str]],
    read_one: Callable[[dict[str, str]], T],
    entity: str,
    left_out: LeftOut,
) -> list[T]:
    """What can be read of the rows."""
    kept: list[T] = []
    for row in rows:
        try:
            kept.append(read_one(row))
        except Unparsable:
            left_out[entity, "unparsable"] += 1
    return kept


def _named(value: str, known: Mapping[str, T], what: str) -> T:
    """What the world file says of a value.

    Raises:
        Unparsable: there is no value.
        WorldFileError: the world file does not name it.
    """
    if not value:
        raise Unparsable(what)
    if value not in known:
        msg = f"the world file does not name the {what} {value!r}"
        raise WorldFileError(msg)
    return known[value]
