"""Rows that belong to an owner, whose rows come together and replace what was landed of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.sql import SQL, Identifier

from connectors.errors import Unavailable
from connectors.landing_sql import MARK_LEFT
from connectors.stream import Changes, Page, Record, Stream, Traffic

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Lines:
    """A server of lines, asked for by their deals; a page holds all lines of its deals.

    Args:
        deals: when a deal was saved, and its lines.
        again: a deal that comes a second time at the end, as saved meanwhile.
    """

    deals: dict[int, tuple[datetime, dict[int, str]]] = field(default_factory=dict)
    now: datetime = NOON
    page_size: int = 2
    fails_after: int | None = None
    again: tuple[int, dict[int, str]] | None = None
    asked: list[Changes] = field(default_factory=list)
    traffic: Traffic = field(default_factory=Traffic)

    def save(self, deal: int, lines: dict[int, str]) -> None:
        self.deals[deal] = (self.now, lines)

    def unavailable(self) -> dict[str, str]:
        return {}

    def pages(self, _stream: Stream, window: Changes) -> Iterator[Page]:
        self.asked.append(window)
        newest, since = int(window.newest_keys.get("", 0)), window.since
        wanted = [
            deal
            for deal in sorted(self.deals)
            if deal > int(window.after_key or 0)
            and (since is None or deal > newest or self.deals[deal][0] >= since)
        ]
        for at in range(0, max(1, len(wanted)), self.page_size):
            if self.fails_after is not None and at >= self.fails_after:
                self.fails_after = None
                message = "gone"
                raise Unavailable(message, source="fake")
            yield self._page({deal: self.deals[deal][1] for deal in wanted[at:][: self.page_size]})
        if self.again is not None:
            yield self._page(dict([self.again]))

    def _page(self, deals: dict[int, dict[int, str]]) -> Page:
        records = tuple(
            Record(key=f"{deal}:{line}", payload=json.dumps(text).encode())
            for deal, lines in deals.items()
            for line, text in lines.items()
        )
        last = str(max(deals)) if deals else None
        owners = tuple(map(str, deals))
        return Page(
            records=records, served_at=self.now, resume_key=last, newest_key=last, owners=owners
        )

    def totals(self, _stream: Stream, _window: Changes) -> tuple[()]:
        return ()


@pytest.fixture
def owning(house: Any) -> Any:
    house.server = Lines()
    for deal in (1, 2, 10, 100):
        house.server.save(deal, {deal * 1000 + n: f"line {n}" for n in range(1, 4)})
    return house


def lines(house: Any) -> set[str]:
    return set(house.payloads("lines"))


def source(house: Any) -> set[str]:
    deals = house.server.deals.items()
    return {f"{deal}:{line}" for deal, (_, lines) in deals for line in lines}


def test_a_saved_owner_replaces_its_rows_and_nobody_elses(owning: Any) -> None:
    report = owning.sync("lines")
    assert (report.mode, report.rows_inserted, report.landed_rows) == ("first", 12, 12)
    assert owning.position("lines")["newest_keys"] == {"": "100"}
    owning.server.now += HOUR
    owning.server.save(10, {10_003: "line 3", 10_009: "new"})
    owning.server.save(1, {})
    owning.server.save(200, {200_001: "of a new deal"})
    report = owning.sync("lines")
    assert owning.server.asked[-1] == Changes(
        since=NOON - timedelta(minutes=15), newest_keys={"": "100"}
    )
    assert (report.rows_inserted, report.rows_unchanged, report.rows_deleted) == (2, 7, 5)
    assert (lines(owning), report.landed_rows) == (source(owning), 9)
    row = owning.landed("lines")["10:10001"]
    assert (row["_payload"], row["_run_id"]) == ("line 1", "run2")
    again = owning.sync("lines")
    assert (again.rows_inserted, again.rows_updated, again.rows_deleted) == (0, 0, 0)


def test_a_row_that_came_back_to_its_owner_is_live_again(owning: Any) -> None:
    owning.sync("lines")
    for kept in ({}, {2_002: "line 2"}):
        owning.server.now += HOUR
        owning.server.save(2, kept)
        owning.sync("lines")
    assert lines(owning) == source(owning)


def test_an_owner_that_comes_twice_ends_as_it_came_last(owning: Any) -> None:
    owning.server.again = (2, {2_002: "line 2", 2_007: "saved meanwhile"})
    report = owning.sync("lines")
    landed = {key for key in lines(owning) if key.startswith("2:")}
    assert landed == {"2:2002", "2:2007"}
    assert report.rows_deleted == 2


def test_rows_and_marks_are_committed_together(
    owning: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    owning.sync("lines")
    before = owning.landed("lines")
    owning.server.now += HOUR
    owning.server.save(1, {1_009: "new"})

    def fails(*_arguments: object) -> None:
        message = "failpoint"
        raise RuntimeError(message)

    with monkeypatch.context() as patch:
        patch.setattr("connectors.landing.StreamLanding._move", fails)
        with pytest.raises(RuntimeError):
            owning.sync("lines")
    assert owning.landed("lines") == before
    owning.sync("lines")
    assert lines(owning) == source(owning)


def test_a_first_load_goes_on_behind_the_last_owner(
    owning: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.batch.BATCH_ROWS", 6)
    for deal in range(101, 110):
        owning.server.save(deal, {})  # an owner without rows is read too
    owning.server.save(110, {110_001: "last"})
    owning.server.fails_after = 8
    with pytest.raises(Unavailable):
        owning.sync("lines")
    position = owning.position("lines")
    assert (position["resume_key"], position["newest_keys"]) == ("100", {"": "100"})
    owning.server.now += HOUR
    owning.server.save(1, {1_001: "line 1"})
    report = owning.sync("lines")
    assert owning.server.asked[-1] == Changes(after_key="100")
    assert (report.mode, report.rows_read) == ("first", 1)
    assert owning.position("lines")["newest_keys"] == {"": "110"}
    owning.sync("lines")
    assert lines(owning) == source(owning)


def test_owners_are_found_by_an_index(owning: Any) -> None:
    owning.sync("lines")
    owning.sql(
        "insert into raw_fake.lines (_account, _key, _payload, _hash, _extracted_at, _run_id)"
        " select %(account)s, (n / 10 + 1000) || ':' || n, '1', sha256('1'), now(), 'x'"
        " from generate_series(1, 50000) as n"
    )
    name = owning.account.name
    with owning.landing.opened("fake", name, "lines", run_id="later") as place:
        query = SQL("explain {}").format(MARK_LEFT.format(table=Identifier("raw_fake", "lines")))
        values = {"account": name, "run_id": "later", "owners": ["1005", "1006"]}
        plan = str(place._connection.execute(query, values).fetchall())
        place.upsert([], None, owners=values["owners"])
    assert "lines_owner_idx" in plan
    assert len(lines(owning)) == 12 + 50_000 - 20
