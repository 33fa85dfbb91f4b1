"""Whole days that platforms restate, and small dictionaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ContractBroken, Unavailable
from connectors.stream import Days, SourceTotal, Stream, WriteMode
from connectors.windows import DaysPosition, days_again, days_to_read

AS_OF = date(2026, 11, 23)
DAY = timedelta(days=1)
SEPTEMBER = Days(first=date(2026, 9, 1), last=date(2026, 9, 30))


def filled(house: Any, first: date, last: date) -> None:
    day = first
    while day <= last:
        house.server.put(f"1|{day}", day, spend="10.00")
        day += DAY


def test_a_first_load_reads_from_the_first_day_in_pieces(house: Any) -> None:
    filled(house, date(2024, 1, 1), AS_OF)
    report = house.sync("days", first_day=date(2024, 6, 1))
    assert house.server.asked == [
        Days(first=date(2024, 6, 1), last=date(2025, 6, 1)),
        Days(first=date(2025, 6, 2), last=date(2026, 6, 2)),
        Days(first=date(2026, 6, 3), last=AS_OF),
    ]
    assert report.mode == "first"
    assert report.window == "2024-06-01 … 2026-11-23"
    assert report.rows_inserted == (AS_OF - date(2024, 6, 1)).days + 1
    assert report.data_through is not None
    assert report.data_through.date() == AS_OF


def test_a_landed_window_equals_the_newest_answer(house: Any) -> None:
    filled(house, AS_OF - 40 * DAY, AS_OF)
    house.sync("days", first_day=AS_OF - 40 * DAY)
    house.server.put(f"1|{AS_OF - DAY}", AS_OF - DAY, spend="8.00")
    house.server.rows.pop(f"1|{AS_OF - 2 * DAY}")
    house.server.put(f"2|{AS_OF - 3 * DAY}", AS_OF - 3 * DAY, spend="1.00")
    house.server.rows.pop(f"1|{AS_OF - 30 * DAY}")  # before the days that are read again
    report = house.sync("days")
    assert house.server.asked[-1] == Days(first=AS_OF - 6 * DAY, last=AS_OF)
    assert (report.rows_inserted, report.rows_updated, report.rows_deleted) == (1, 1, 1)
    assert report.rows_unchanged == 5
    landed = house.landed("days")
    assert f"1|{AS_OF - 2 * DAY}" not in landed
    assert f"1|{AS_OF - 30 * DAY}" in landed
    assert landed[f"1|{AS_OF - DAY}"]["_payload"]["spend"] == "8.00"


def test_a_second_run_of_the_same_day_writes_nothing(house: Any) -> None:
    filled(house, AS_OF - 9 * DAY, AS_OF)
    house.sync("days", first_day=AS_OF - 9 * DAY)
    before = house.landed("days")
    report = house.sync("days")
    assert (report.rows_inserted, report.rows_updated, report.rows_deleted) == (0, 0, 0)
    assert house.landed("days") == before


def test_days_are_restated_together_with_their_totals_or_not_at_all(house: Any) -> None:
    """Else the total of yesterday stood beside the rows of today: a difference that is none."""

    def total(value: str) -> SourceTotal:
        return SourceTotal(
            **{"stream": "days", "measure": "spend", "value": value, "day": AS_OF},
            ad_account_id="1",
        )

    filled(house, AS_OF, AS_OF)
    house.server.source_totals = (total("10.00"),)
    house.sync("days", first_day=AS_OF)
    house.server.put(f"1|{AS_OF}", AS_OF, spend="8.00")
    house.server.source_totals = Unavailable("down", source="fake")
    with pytest.raises(Unavailable):
        house.sync("days")
    assert house.landed("days")[f"1|{AS_OF}"]["_payload"]["spend"] == "10.00"

    house.server.source_totals = (total("8.00"),)
    house.sync("days")
    assert house.landed("days")[f"1|{AS_OF}"]["_payload"]["spend"] == "8.00"
    kept = house.sql("select value::text from state.source_totals where account = %(account)s")
    assert [tuple(row.values()) for row in kept] == [("8.00",)]


def test_days_that_were_missed_are_made_up_for(house: Any) -> None:
    house.sync("days", first_day=AS_OF - 9 * DAY)
    house.sync("days", as_of=AS_OF + 4 * DAY)
    assert house.server.asked[-1] == Days(first=AS_OF - 6 * DAY, last=AS_OF + 4 * DAY)


def test_a_missed_month_is_made_up_for_beyond_what_is_restated(house: Any) -> None:
    filled(house, AS_OF - 9 * DAY, AS_OF + 30 * DAY)
    house.sync("days", first_day=AS_OF - 9 * DAY)
    house.sync("days", as_of=AS_OF + 30 * DAY)
    assert len(house.landed("days")) == 40
    assert house.position("days")["through"] == (AS_OF + 30 * DAY).isoformat()


def test_picked_days_are_replaced_and_no_other(house: Any) -> None:
    filled(house, date(2026, 8, 1), AS_OF)
    house.sync("days", first_day=date(2026, 8, 1))
    position, before = house.position("days"), house.landed("days")
    for day in (date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1)):
        house.server.put(f"1|{day}", day, spend="8.00")
    house.server.rows.pop("1|2026-09-15")
    report = house.sync("days", again=SEPTEMBER)
    assert house.server.asked[-1] == SEPTEMBER
    assert (report.mode, report.window) == ("backfill", "2026-09-01 … 2026-09-30")
    assert (report.rows_updated, report.rows_deleted, report.rows_unchanged) == (2, 1, 27)
    landed = house.landed("days")
    assert landed["1|2026-09-30"]["_payload"]["spend"] == "8.00"
    assert landed["1|2026-08-31"] == before["1|2026-08-31"]
    assert landed["1|2026-10-01"] == before["1|2026-10-01"]
    assert house.position("days") == position, "the daily load goes on where it stood"
    assert report.data_through is not None
    assert report.data_through.date() == AS_OF
    assert house.sync("days", again=SEPTEMBER).rows_unchanged == 29


def test_picked_days_before_the_first_load_leave_that_to_come(house: Any) -> None:
    filled(house, date(2026, 8, 1), AS_OF)
    assert house.sync("days", again=SEPTEMBER).rows_inserted == 30
    assert house.position("days") is None
    report = house.sync("days", first_day=date(2026, 8, 1))
    assert (report.mode, report.rows_unchanged) == ("first", 30)
    assert len(house.landed("days")) == len(house.server.rows)


@pytest.mark.parametrize(
    ("wanted", "first_day", "history", "read"),
    [
        (("2026-11-01", "2026-11-30"), None, None, ("2026-11-01", "2026-11-23")),
        (("2026-12-01", "2026-12-31"), None, None, None),
        (("2026-09-01", "2026-09-30"), "2026-09-10", None, ("2026-09-10", "2026-09-30")),
        (("2026-08-01", "2026-08-31"), None, 90, ("2026-08-25", "2026-08-31")),
        (("2026-07-01", "2026-07-31"), None, 90, None),
    ],
)
def test_picked_days_end_where_days_are_wanted_and_served(
    wanted: tuple[str, str],
    first_day: str | None,
    history: int | None,
    read: tuple[str, str] | None,
) -> None:
    stream = replace(STREAM, history=None if history is None else history * DAY)
    first = None if first_day is None else date.fromisoformat(first_day)
    assert days_again(spelled(wanted), stream, as_of=AS_OF, first_day=first) == (
        None if read is None else spelled(read)
    )


def spelled(days: tuple[str, str]) -> Days:
    return Days(first=date.fromisoformat(days[0]), last=date.fromisoformat(days[1]))


def test_once_a_week_older_days_are_read_again(house: Any) -> None:
    house.sync("days", first_day=AS_OF - 90 * DAY)
    for later in range(1, 9):
        house.sync("days", as_of=AS_OF + later * DAY)
    lengths = [(asked.last - asked.first).days + 1 for asked in house.server.asked[1:]]
    assert lengths == [8, 8, 8, 8, 8, 8, 36, 8]


def test_an_empty_answer_over_landed_rows_has_to_be_given_twice(house: Any) -> None:
    filled(house, AS_OF - 9 * DAY, AS_OF)
    house.sync("days", first_day=AS_OF - 9 * DAY)
    house.server.answers = [[]]
    report = house.sync("days")
    assert (report.rows_unchanged, report.rows_deleted) == (7, 0)
    assert len(house.server.asked) == 3
    assert any("asked once more" in words for words in house.said)

    house.server.answers = [[], []]
    assert house.sync("days").rows_deleted == 7
    assert len(house.landed("days")) == 3


def test_an_empty_answer_over_nothing_is_believed_at_once(house: Any) -> None:
    house.sync("days", first_day=AS_OF)
    assert len(house.server.asked) == 1
    assert house.position("days")["through"] == AS_OF.isoformat()


def test_a_row_outside_of_the_window_is_refused(house: Any, make_record: Any) -> None:
    for at in (datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC), None):
        house.server.answers = [[make_record("1", at, {})]]
        with pytest.raises(ContractBroken, match="outside of the days"):
            house.sync("days", first_day=AS_OF)
    assert house.landed("days") == {}
    assert house.position("days") is None


def test_a_window_that_breaks_off_leaves_the_landed_days(house: Any) -> None:
    filled(house, AS_OF - 9 * DAY, AS_OF)
    house.sync("days", first_day=AS_OF - 9 * DAY)
    before = house.landed("days"), house.position("days")
    for row in house.server.rows.values():
        row["values"]["spend"] = "0.01"
    house.server.fails_after = (2, Unavailable("cut", source="fake"))
    with pytest.raises(Unavailable):
        house.sync("days", as_of=AS_OF + DAY)
    assert (house.landed("days"), house.position("days")) == before


def test_a_first_load_that_breaks_off_resumes_between_windows(house: Any) -> None:
    filled(house, date(2025, 1, 1), AS_OF)
    house.server.page_size = 500
    house.server.answers = []
    real, calls = house.server.pages, []

    def pages(stream: Stream, window: Days) -> Any:
        calls.append(window)
        if len(calls) == 2:
            house.server.fails_after = (0, Unavailable("cut", source="fake"))
        return real(stream, window)

    house.server.pages = pages
    with pytest.raises(Unavailable):
        house.sync("days", first_day=date(2025, 1, 1))
    assert house.position("days")["through"] == "2026-01-01"
    assert house.sync("days", first_day=date(2025, 1, 1)).mode == "window"
    assert len(house.landed("days")) == len(house.server.rows)


def test_an_earlier_first_day_is_read_later(house: Any) -> None:
    filled(house, date(2024, 1, 1), AS_OF)
    house.sync("days", first_day=date(2026, 1, 1))
    house.sync("days", first_day=date(2024, 3, 1))
    assert house.server.asked[1:] == [
        Days(first=date(2025, 3, 2), last=date(2025, 12, 31)),
        Days(first=date(2024, 3, 1), last=date(2025, 3, 1)),
        Days(first=AS_OF - 6 * DAY, last=AS_OF),
    ]
    assert len(house.landed("days")) == (AS_OF - date(2024, 3, 1)).days + 1


def test_an_earlier_as_of_reads_no_later_day(house: Any) -> None:
    house.sync("days", first_day=AS_OF - 30 * DAY)
    report = house.sync("days", as_of=AS_OF - 10 * DAY)
    assert house.server.asked[-1] == Days(first=AS_OF - 16 * DAY, last=AS_OF - 10 * DAY)
    assert report.data_through is not None
    assert report.data_through.date() == AS_OF - 10 * DAY
    assert house.position("days")["through"] == AS_OF.isoformat()
    assert house.sync("days", as_of=AS_OF - 60 * DAY).window == "no day to read"


STREAM = Stream(
    name="days",
    description="One day.",
    write=WriteMode.REPLACE_WINDOW,
    lookback=5 * DAY,
    weekly_lookback=20 * DAY,
)


@given(
    runs=st.lists(
        st.tuples(
            st.integers(0, 900),  # as of
            st.none() | st.integers(0, 900),  # first day
            st.integers(1, 4),  # windows done before the run is cut off
        ),
        min_size=1,
        max_size=8,
    )
)
def test_landed_days_never_have_a_gap(runs: list[tuple[int, int | None, int]]) -> None:
    epoch = date(2024, 1, 1)
    read: set[date] = set()
    position: DaysPosition | None = None
    for as_of, first_day, cut in runs:
        first = None if first_day is None else epoch + first_day * DAY
        today = epoch + as_of * DAY
        asked: set[date] = set()
        planned = list(days_to_read(position, STREAM, as_of=today, first_day=first))
        for days, position in planned[:cut]:
            span = {days.first + n * DAY for n in range((days.last - days.first).days + 1)}
            assert not span & asked or position is not None
            assert days.last <= today
            asked |= span
            read |= span
            assert len(span) <= 366
        if position is not None:
            length = (position.through - position.first).days + 1
            assert {position.first + n * DAY for n in range(length)} <= read
        if cut >= len(planned) and position is not None and first is not None:
            assert position.first <= max(first, today + DAY) or position.first > today + DAY


def test_a_dictionary_follows_its_source(house: Any) -> None:
    for word in ("a", "b", "c"):
        house.server.put(word, house.server.now, title=word)
    report = house.sync("words")
    assert (report.mode, report.rows_inserted) == ("all", 3)
    assert report.data_through == house.server.now
    house.server.rows.pop("b")
    house.server.put("a", house.server.now, title="A")
    report = house.sync("words")
    assert (report.rows_updated, report.rows_unchanged, report.rows_deleted) == (1, 1, 1)
    assert house.landed("words")["b"]["_deleted_at"] is not None
    house.server.put("b", house.server.now, title="b")
    report = house.sync("words")
    assert (report.rows_updated, report.rows_deleted) == (1, 0)
    assert house.landed("words")["b"]["_deleted_at"] is None
    report = house.sync("words")
    assert (report.rows_unchanged, report.rows_updated) == (3, 0)


def test_a_dictionary_that_is_suddenly_empty_is_asked_twice(house: Any) -> None:
    house.server.put("a", house.server.now)
    house.sync("words")
    house.server.answers = [[]]
    assert house.sync("words").rows_unchanged == 1
    house.server.rows.clear()
    assert house.sync("words").rows_deleted == 1
