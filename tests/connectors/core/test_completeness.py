"""A landing held against a source that counts: deletions, missing rows, guards, sweeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.completeness import SWEEP_EVERY
from connectors.errors import ContractBroken, Unavailable
from connectors.landing import StreamLanding

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LONG_AGO = NOON - 300 * DAY


def filled(house: Any, count: int, part: str = "") -> None:
    for number in range(1, count + 1):
        house.server.put(f"{part}{number}", LONG_AGO, title=f"deal {number}")


def next_day(house: Any, days: int = 1, **how: Any) -> Any:
    house.server.now += days * DAY
    return house.sync("deals", **how)


def no_sweep(_stream: object) -> None:
    message = "all keys were asked for"
    raise AssertionError(message)


def test_deletions_among_many_rows_are_found_by_a_few_requests(counting: Any) -> None:
    filled(counting, 20_000)
    counting.sync("deals")
    counting.server.keys = no_sweep
    for key in ("1", "777", "778", "20000"):
        counting.server.rows.pop(key)
    report = next_day(counting)
    assert (report.rows_deleted, report.rows_read) == (4, 0)
    assert (report.source_rows, report.landed_rows) == (19_996, 19_996)
    assert set(counting.payloads("deals")) == set(counting.server.rows)
    assert counting.landed("deals")["777"]["_run_id"] == "run2"
    assert counting.server.counted + counting.server.listed <= 4
    asked = counting.server.counted
    assert next_day(counting).rows_deleted == 0
    assert counting.server.counted == asked + 1


def test_a_small_stream_is_compared_by_its_keys(counting: Any) -> None:
    filled(counting, 100)
    counting.sync("deals")
    counting.server.keys = no_sweep
    counting.server.rows.pop("50")
    report = next_day(counting)
    assert (report.rows_deleted, report.source_rows, report.landed_rows) == (1, 99, 99)
    assert (counting.server.counted, counting.server.listed) == (0, 1)


def test_a_row_that_came_to_sight_is_fetched_with_its_old_time(counting: Any) -> None:
    filled(counting, 5_000)
    hidden = {key: counting.server.rows.pop(key) for key in ("1", "2500", "4999")}
    counting.sync("deals")
    counting.server.rows |= hidden
    report = next_day(counting)
    assert sorted(counting.server.fetched) == ["1", "2500", "4999"]
    assert (report.rows_inserted, report.rows_deleted) == (3, 0)
    assert counting.payloads("deals")["2500"] == {"id": "2500", "title": "deal 2500"}
    assert (report.source_rows, report.landed_rows) == (5_000, 5_000)


def test_a_deleted_row_that_is_there_again_comes_back_in_its_newest_version(
    counting: Any,
) -> None:
    filled(counting, 3_000)
    counting.sync("deals")
    gone = counting.server.rows.pop("30")
    next_day(counting)
    assert counting.landed("deals")["30"]["_deleted_at"] is not None
    counting.server.rows["30"] = {**gone, "values": {"id": "30", "title": "changed unseen"}}
    report = next_day(counting)
    assert (report.rows_updated, report.rows_deleted) == (1, 0)
    assert counting.payloads("deals")["30"]["title"] == "changed unseen"


def test_rows_left_out_by_a_first_day_are_neither_missed_nor_fetched(counting: Any) -> None:
    filled(counting, 3_000)
    counting.server.left_out = frozenset(str(number) for number in range(1, 1_001))
    first = date(2026, 1, 1)
    assert counting.sync("deals", first_day=first).rows_inserted == 2_000
    counting.server.rows.pop("2000")
    report = next_day(counting, first_day=first)
    assert (report.rows_deleted, report.rows_inserted) == (1, 0)
    assert (report.source_rows, report.landed_rows) == (1_999, 1_999)
    assert next_day(counting, 8, first_day=first).rows_inserted == 0  # with a comparison of all
    assert counting.server.fetched == []


def test_once_a_week_all_keys_are_compared(counting: Any) -> None:
    """A row that is gone and one that appeared cancel out where they are counted together."""
    filled(counting, 5_000)
    hidden = counting.server.rows.pop("2501")
    counting.sync("deals")
    counting.server.rows["2501"] = hidden
    counting.server.rows.pop("2500")
    every_key, asked = counting.server.keys, []
    counting.server.keys = lambda stream: asked.append(stream) or every_key(stream)
    assert next_day(counting, 6).rows_deleted == 0
    assert (asked, "2500" in counting.payloads("deals")) == ([], True)
    report = next_day(counting)
    assert len(asked) == 1
    assert (report.rows_deleted, report.rows_inserted) == (1, 1)
    assert set(counting.payloads("deals")) == set(counting.server.rows)
    swept = datetime.fromisoformat(counting.position("deals")["swept_at"])
    assert swept == NOON + SWEEP_EVERY
    next_day(counting, 6)
    assert len(asked) == 1


def test_a_sweep_that_was_not_finished_is_made_again(
    counting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(counting, 100)
    counting.sync("deals")

    def dies(*_arguments: object) -> None:
        message = "the process ended"
        raise RuntimeError(message)

    counting.server.rows.pop("7")
    with monkeypatch.context() as patch:
        patch.setattr(StreamLanding, "move", dies)
        with pytest.raises(RuntimeError):
            next_day(counting, 8)
    assert counting.position("deals")["swept_at"] == NOON.isoformat()
    next_day(counting, 0)
    assert counting.position("deals")["swept_at"] == (NOON + 8 * DAY).isoformat()
    assert "7" not in counting.payloads("deals")


def test_a_first_load_over_landed_rows_compares_all_keys(counting: Any) -> None:
    """As when a person deletes the cursor, so that everything is read again."""
    filled(counting, 100)
    counting.sync("deals")
    counting.sql("delete from state.cursors where account = %(account)s")
    counting.server.rows.pop("7")
    report = next_day(counting, 0)
    assert (report.mode, report.rows_read, report.rows_deleted) == ("first", 99, 1)


def test_a_source_that_does_not_count_is_compared_whole_each_time(counting: Any) -> None:
    filled(counting, 3_000)
    counting.sync("deals")
    counting.server.counts_off = None
    gone = counting.server.rows.pop("5")
    assert next_day(counting).rows_deleted == 1
    counting.server.rows["5"] = gone
    report = next_day(counting)
    assert (report.rows_updated, report.source_rows, report.landed_rows) == (1, 3_000, 3_000)
    assert counting.server.fetched == []


def test_counts_that_are_wrong_mark_nothing(counting: Any) -> None:
    filled(counting, 5_000)
    counting.sync("deals")
    for wrong in (-3, 7):
        counting.server.counts_off = wrong
        report = next_day(counting)
        assert (report.rows_deleted, report.rows_inserted, report.rows_updated) == (0, 0, 0)
    assert len(counting.payloads("deals")) == 5_000


def test_what_goes_between_counts_and_keys_confuses_nothing(counting: Any) -> None:
    filled(counting, 5_000)
    counting.sync("deals")
    counting.server.rows.pop("100")
    later = [str(number) for number in range(90, 110) if number != 100] + ["4000"]

    def more_go() -> None:
        for key in later:
            counting.server.rows.pop(key)

    counting.server.meanwhile = more_go
    next_day(counting)
    assert set(counting.server.rows) <= set(counting.payloads("deals"))
    next_day(counting)
    assert set(counting.payloads("deals")) == set(counting.server.rows)


@pytest.mark.parametrize(
    ("rows", "left", "reason"),
    [
        (3_000, 0, "names no key at all"),
        (3_000, 2_000, "1,000 of 3,000 landed rows would be gone"),
        (200, 100, "100 of 200 landed rows would be gone"),
    ],
)
def test_a_sudden_shrink_is_refused(counting: Any, rows: int, left: int, reason: str) -> None:
    filled(counting, rows)
    counting.sync("deals")
    for number in range(left + 1, rows + 1):
        counting.server.rows.pop(str(number))
    with pytest.raises(ContractBroken, match=reason):
        next_day(counting)
    assert len(counting.payloads("deals")) == rows
    assert reason in counting.loads()[-1]["error"]
    assert next_day(counting, may_shrink=True).rows_deleted == rows - left
    assert next_day(counting).rows_deleted == 0


def test_a_sweep_that_is_refused_is_due_until_it_is_believed(counting: Any) -> None:
    filled(counting, 300)
    counting.sync("deals")
    counting.server.keys_now = ["1"]
    with pytest.raises(ContractBroken, match="299 of 300"):
        next_day(counting, 8)
    with pytest.raises(ContractBroken, match="299 of 300"):
        next_day(counting)
    counting.server.keys_now = None
    assert next_day(counting).rows_deleted == 0


def test_parts_are_compared_each_up_to_its_newest_row(counting: Any) -> None:
    for part, count in (("128/", 3_000), ("31/", 2_000), ("7/", 30)):
        filled(counting, count, part)
    counting.sync("deals")
    assert counting.position("deals")["newest_keys"] == {
        "128": "128/3000",
        "31": "31/2000",
        "7": "7/30",
    }
    counting.server.keys = no_sweep
    for key in ("128/5", "31/1999", "7/30"):
        counting.server.rows.pop(key)
    counting.server.put("31/2001", LONG_AGO, title="restored")
    counting.server.put("9/1", LONG_AGO, title="of a new part")
    report = next_day(counting)
    assert (report.rows_deleted, report.rows_inserted) == (3, 2)
    assert set(counting.payloads("deals")) == set(counting.server.rows)
    assert counting.server.fetched == []


def test_a_part_that_vanished_loses_its_rows(counting: Any) -> None:
    filled(counting, 3_000, "128/")
    filled(counting, 40, "7/")
    counting.sync("deals")
    for number in range(1, 41):
        counting.server.rows.pop(f"7/{number}")
    assert next_day(counting).rows_deleted == 40
    assert set(counting.payloads("deals")) == set(counting.server.rows)
    assert next_day(counting).rows_deleted == 0


def test_a_first_load_of_parts_goes_on_in_the_part_where_it_stopped(
    counting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.batch.BATCH_ROWS", 100)
    filled(counting, 250, "128/")
    filled(counting, 250, "31/")
    counting.server.page_size = 50
    counting.server.fails_after = (7, Unavailable("gone", source="fake"))
    with pytest.raises(Unavailable):
        counting.sync("deals")
    position = counting.position("deals")
    assert position["resume_key"] == "31/50"
    assert position["newest_keys"] == {"128": "128/250", "31": "31/50"}
    counting.server.rows.pop("128/9")
    counting.server.put("14/1", LONG_AGO, title="of a part that comes before")
    report = next_day(counting)
    assert (report.mode, report.rows_read, report.rows_deleted) == ("first", 200, 1)
    next_day(counting)
    assert set(counting.payloads("deals")) == set(counting.server.rows)
    assert counting.position("deals")["newest_keys"]["14"] == "14/1"


@pytest.mark.timeout(120)
def test_a_large_landing_is_numbered_at_once(counting: Any) -> None:
    filled(counting, 1)
    counting.sync("deals")
    counting.sql(
        "insert into raw_fake.deals (_account, _key, _payload, _hash, _extracted_at, _run_id)"
        " select %(account)s, n::text, '{}', sha256('{}'), now(), 'x'"
        " from generate_series(2, 100000) as n"
    )
    counting.sql(
        "update state.cursors set position = jsonb_set(position, '{newest_keys}', %(keys)s::jsonb)"
        " where account = %(account)s",
        keys='{"": "100000"}',
    )
    filled(counting, 100_000)
    counting.server.keys = no_sweep
    for key in ("2", "50000", "99999"):
        counting.server.rows.pop(key)
    report = next_day(counting)
    assert (report.rows_deleted, report.rows_inserted) == (3, 0)
    assert counting.server.counted + counting.server.listed <= 4


keys = st.sets(st.integers(1, 120), max_size=90)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=keys, after=keys, per_page=st.integers(1, 8), per_request=st.integers(2, 12))
def test_landing_equals_source_up_to_what_cancels_until_the_weekly_sweep(
    new_counting: Callable[[], Any],
    before: set[int],
    after: set[int],
    per_page: int,
    per_request: int,
) -> None:
    house = new_counting()
    newest = max(before, default=0)
    for number in before:
        house.server.put(number, LONG_AGO, n=number)
    house.sync("deals")
    house.server.rows.clear()
    for number in after:
        house.server.put(number, LONG_AGO, n=number)
    source = {str(number) for number in after}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connectors.reconcile.ROWS_PER_PAGE", per_page)
        patch.setattr("connectors.reconcile.SPANS_PER_REQUEST", per_request)
        next_day(house, may_shrink=True)
        landed = set(house.payloads("deals"))
        assert len(landed) == len(source)  # what is left cancels out
        gone = {number for number in before - after if str(number) in landed}
        absent = {number for number in after if str(number) not in landed}
        assert all(number <= newest for number in absent)
        assert len(gone) == len(absent)
        if not (before - after) or not {number for number in after - before if number < newest}:
            assert landed == source
        next_day(house, 7, may_shrink=True)
    assert set(house.payloads("deals")) == source
