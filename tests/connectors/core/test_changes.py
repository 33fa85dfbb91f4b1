"""Records that change: first loads, resuming, overlaps, deletions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import batch as batch_module
from connectors.errors import Busy, ContractBroken, Unauthorized, Unavailable
from connectors.stream import Changes, SourceTotal

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def filled(house: Any, count: int = 10) -> None:
    for number in range(1, count + 1):
        house.server.put(number, NOON - DAY, title=f"deal {number}")


def test_a_first_load_takes_everything_and_a_second_writes_nothing(house: Any) -> None:
    filled(house)
    first = house.sync("deals")
    assert (first.mode, first.window) == ("first", "everything")
    assert (first.rows_read, first.rows_inserted) == (10, 10)
    assert first.data_through == NOON
    assert house.payloads("deals")["7"] == {"id": 7, "title": "deal 7"}
    before = house.landed("deals")

    house.server.now += DAY
    for row in house.server.rows.values():
        row["at"] = house.server.now  # touched, but not changed
    second = house.sync("deals")
    assert second.mode == "incremental"
    assert (second.rows_read, second.rows_unchanged) == (10, 10)
    assert (second.rows_inserted, second.rows_updated, second.rows_deleted) == (0, 0, 0)
    assert house.landed("deals") == before


def test_what_changed_is_read_with_an_overlap_and_united_with_newer_keys(house: Any) -> None:
    filled(house)
    house.sync("deals")
    house.server.now += DAY
    house.server.put(3, NOON - timedelta(minutes=14), title="late commit")
    house.server.put(99, NOON - 300 * DAY, title="restored with its old time")
    report = house.sync("deals")
    assert house.server.asked[-1] == Changes(
        since=NOON - timedelta(minutes=15), newest_keys={"": "10"}
    )
    assert (report.rows_inserted, report.rows_updated) == (1, 1)
    assert house.payloads("deals")["99"]["title"] == "restored with its old time"
    assert house.position("deals")["newest_keys"] == {"": "99"}


def test_no_row_is_lost_where_many_share_one_moment(house: Any) -> None:
    house.server.page_size = 50
    house.sync("deals")
    for number in range(1, 121):
        house.server.put(number, NOON, title="x")  # the very moment of the last pass
    house.server.now = NOON + timedelta(hours=1)
    assert house.sync("deals").rows_inserted == 120


def test_a_server_clock_that_stands_behind_ours_loses_nothing(house: Any) -> None:
    filled(house, 3)
    house.server.now = NOON - timedelta(minutes=3)
    house.sync("deals")
    house.server.put(2, NOON - timedelta(minutes=2), title="changed meanwhile")
    house.server.now = NOON
    assert house.sync("deals").rows_updated == 1


def test_a_first_load_resumes_behind_its_last_commit(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "BATCH_ROWS", 6)
    filled(house, 30)
    house.server.fails_after = (5, Unavailable("gone", source="fake"))
    with pytest.raises(Unavailable):
        house.sync("deals")
    assert sorted(map(int, house.landed("deals"))) == list(range(1, 13))
    position = house.position("deals")
    assert position["resume_key"] == "12"
    assert not position["is_complete"]

    house.server.put(5, NOON + DAY, title="changed behind our back")
    house.server.rows.pop("7")
    house.server.now = NOON + DAY
    report = house.sync("deals")
    assert house.server.asked[-1] == Changes(after_key="12")
    assert report.mode == "first"
    assert report.rows_read == 18
    assert report.rows_deleted == 1  # what vanished between the two halves
    assert report.data_through == NOON  # its first half is no newer than that
    assert house.sync("deals").rows_updated == 1
    assert set(house.payloads("deals")) == set(house.server.rows)
    assert house.payloads("deals")["5"]["title"] == "changed behind our back"


def test_an_incremental_load_that_fails_leaves_the_cursor(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(house, 12)
    house.sync("deals")
    monkeypatch.setattr(batch_module, "BATCH_ROWS", 3)
    before = house.position("deals")
    house.server.now += DAY
    for number in range(1, 20):
        house.server.put(number, house.server.now, title="new")
    house.server.fails_after = (3, Unavailable("gone", source="fake"))
    with pytest.raises(Unavailable):
        house.sync("deals")
    assert house.position("deals") == before
    house.sync("deals")
    assert {payload["title"] for payload in house.payloads("deals").values()} == {"new"}


def test_a_load_can_begin_at_a_day_and_be_widened_later(house: Any) -> None:
    filled(house, 4)
    house.sync("deals", first_day=date(2026, 1, 1))
    assert house.server.asked[-1] == Changes(created_from=date(2026, 1, 1))
    house.sync("deals", first_day=date(2026, 6, 1))
    assert house.server.asked[-1].created_from == date(2026, 1, 1)
    assert house.server.asked[-1].since is not None
    assert house.sync("deals", first_day=date(2025, 1, 1)).mode == "first"
    assert house.server.asked[-1] == Changes(created_from=date(2025, 1, 1))
    assert house.sync("deals").mode == "first"
    assert house.server.asked[-1] == Changes()
    assert house.sync("deals").mode == "incremental"


def test_a_cursor_ahead_of_the_servers_clock_is_loud(house: Any) -> None:
    filled(house)
    house.server.now = datetime(2999, 1, 1, tzinfo=UTC)
    house.sync("deals")
    house.server.now = NOON
    before = house.landed("deals"), house.position("deals")
    with pytest.raises(ContractBroken, match="ahead of the server's clock"):
        house.sync("deals")
    assert (house.landed("deals"), house.position("deals")) == before
    assert house.loads()[-1]["status"] == "failed"
    assert "state.cursors" in house.loads()[-1]["error"]


def test_a_server_clock_that_differs_a_little_is_no_fault(house: Any) -> None:
    filled(house)
    house.sync("deals")
    house.server.now -= timedelta(minutes=4)
    assert house.sync("deals").mode == "incremental"


def test_what_is_gone_is_marked_and_what_comes_back_is_revived(house: Any) -> None:
    filled(house)
    house.sync("deals")
    gone = house.server.rows.pop("4")
    house.server.now += DAY
    assert house.sync("deals").rows_deleted == 1
    row = house.landed("deals")["4"]
    assert row["_deleted_at"] is not None
    assert row["_payload"] == {"id": 4, "title": "deal 4"}
    assert row["_run_id"] == "run2"
    assert house.sync("deals").rows_deleted == 0

    house.server.rows["4"] = gone  # with its old modification time
    report = house.sync("deals")
    assert (report.rows_updated, report.rows_deleted) == (1, 0)
    assert house.landed("deals")["4"]["_deleted_at"] is None
    assert house.landed("deals")["4"]["_run_id"] == "run4"


def test_a_deleted_row_that_is_read_again_unchanged_is_revived(house: Any) -> None:
    filled(house, 3)
    house.sync("deals")
    gone = house.server.rows.pop("2")
    house.sync("deals")
    house.server.rows["2"] = {**gone, "at": house.server.now}
    assert house.sync("deals").rows_updated == 1
    assert "2" in house.payloads("deals")


@pytest.mark.parametrize(
    ("left", "reason"),
    [([], "names no key at all"), (list(range(1, 200)), "101 of 300 landed rows would be gone")],
)
def test_a_sudden_shrink_is_refused_in_words(house: Any, left: list[int], reason: str) -> None:
    house.server.page_size = 500
    filled(house, 300)
    house.sync("deals")
    house.server.keys_now = [str(key) for key in left]
    with pytest.raises(ContractBroken, match=reason):
        house.sync("deals")
    assert len(house.payloads("deals")) == 300
    assert reason in house.loads()[-1]["error"]
    report = house.sync("deals", may_shrink=True)
    assert report.rows_deleted == 300 - len(left)


@pytest.mark.parametrize(("rows", "gone"), [(300, 50), (60, 45), (1000, 200)])
def test_a_shrink_within_bounds_is_believed(house: Any, rows: int, gone: int) -> None:
    house.server.page_size = 1000
    filled(house, rows)
    house.sync("deals")
    house.server.keys_now = [str(key) for key in range(1, rows - gone + 1)]
    assert house.sync("deals").rows_deleted == gone


@pytest.mark.timeout(60)  # comparing each key with each would take many minutes
def test_keys_of_a_large_stream_are_compared_at_once(house: Any) -> None:
    filled(house, 1)
    house.sync("deals")
    house.sql(
        "insert into raw_fake.deals (_account, _key, _payload, _hash, _extracted_at, _run_id)"
        " select %(account)s, n::text, '{}', sha256('{}'), now(), 'x'"
        " from generate_series(2, 80000) as n"
    )
    house.server.keys_now = [str(number) for number in range(1, 79_001)]
    assert house.sync("deals").rows_deleted == 1000


def test_an_empty_source_and_an_empty_landing_agree(house: Any) -> None:
    assert house.sync("deals").rows_read == 0
    assert house.sync("deals").mode == "incremental"


def test_an_older_version_never_replaces_a_newer(house: Any, make_record: Any) -> None:
    house.server.put(1, NOON, title="new")
    house.sync("deals")
    house.server.answers = [[make_record("1", NOON - DAY, {"title": "old"})]]
    assert house.sync("deals").rows_unchanged == 1
    assert house.payloads("deals")["1"]["title"] == "new"


def test_a_key_that_comes_twice_counts_by_its_latest_version(house: Any, make_record: Any) -> None:
    house.server.answers = [
        [
            make_record("1", NOON, {"v": "first"}),
            make_record("1", NOON, {"v": "last of the same moment"}),
            make_record("2", NOON, {"v": "newer"}),
            make_record("2", NOON - DAY, {"v": "older, but later in the answer"}),
            make_record("3", None, {"v": 1}),
            make_record("3", None, {"v": 2}),
        ]
    ]
    house.server.rows = {"1": {}, "2": {}, "3": {}}
    report = house.sync("deals")
    assert (report.rows_read, report.rows_inserted) == (6, 3)
    landed = {key: row["_payload"]["v"] for key, row in house.landed("deals").items()}
    assert landed == {"1": "last of the same moment", "2": "newer", "3": 2}


def test_characters_that_jsonb_refuses_cost_no_row(house: Any) -> None:
    poison = "a\x00b\ud800c😀\ufffd"
    house.server.put(1, NOON, title=poison, **{"k\x00": 1})
    house.server.put(2, NOON, title="=HYPERLINK(1) ‮\t" + "я" * 500_000)
    report = house.sync("deals")
    assert report.rows_inserted == 2
    assert report.characters_replaced == 3
    landed = house.landed("deals")
    assert landed["1"]["_payload"]["title"] == "a\ufffdb\ufffdc😀\ufffd"
    assert bytes(landed["1"]["_original"]).count(b"\\u0000") == 2
    assert b"\\ud800" in bytes(landed["1"]["_original"])
    assert landed["2"]["_original"] is None
    assert len(landed["2"]["_payload"]["title"]) > 500_000
    assert house.sync("deals").rows_unchanged == 2


def test_a_row_that_postgresql_refuses_is_not_quoted(house: Any) -> None:
    house.server.put(1, NOON, title="fine")
    house.server.rows["1"]["values"]["phone"] = Decimal("1E+200000")
    with pytest.raises(ContractBroken, match="refuses the rows") as caught:
        house.sync("deals")
    assert len(str(caught.value)) < 200
    assert caught.value.code == "22003"
    assert house.loads()[-1]["status"] == "failed"
    assert house.landed("deals") == {}


def test_a_stream_that_is_off_is_on_record_with_its_reason(house: Any) -> None:
    house.server.off = {"deals": "the webhook lacks the right crm"}
    report = house.sync("deals")
    assert (report.mode, report.window) == ("off", "the webhook lacks the right crm")
    [load] = house.loads()
    assert (load["status"], load["error"]) == ("off", "the webhook lacks the right crm")
    assert house.server.asked == []


def test_a_load_that_fails_is_on_record(house: Any) -> None:
    house.server.fails_after = (0, Unauthorized("refused", source="fake", code="NO_AUTH"))
    with pytest.raises(Unauthorized):
        house.sync("deals")
    [load] = house.loads()
    assert load["status"] == "failed"
    assert load["error"] == "fake: refused (code NO_AUTH)"
    assert load["mode"] == "first"
    assert load["requests"] == 1
    assert load["finished_at"] is not None


def test_a_second_load_of_the_same_stream_ends_at_once(house: Any) -> None:
    name = house.account.name
    with (
        house.landing.opened("fake", name, "deals", run_id="other"),
        pytest.raises(Busy, match="another load"),
    ):
        house.sync("deals")
    assert house.loads() == []
    house.sync("words")
    assert house.sync("deals").mode == "first"


def test_the_sources_totals_are_kept_once_per_day(house: Any) -> None:
    def total(value: str, day: date | None) -> SourceTotal:
        return SourceTotal(stream="deals", measure="rows", value=value, day=day)

    house.server.source_totals = (total("7", None), total("1.25", date(2026, 11, 1)))
    house.sync("deals")
    house.server.source_totals = (total("8", None),)
    house.sync("deals")
    kept = house.sql(
        "select day, value::text, run_id from state.source_totals"
        " where account = %(account)s order by day nulls first"
    )
    assert [tuple(row.values()) for row in kept] == [
        (None, "8", "run2"),
        (date(2026, 11, 1), "1.25", "run1"),
    ]


def test_a_first_load_tells_its_cost_beforehand(house: Any) -> None:
    house.server.estimate = lambda _stream, _window: "10 rows, 1 request"
    filled(house)
    house.sync("deals")
    assert house.said[0].endswith("deals: first load: 10 rows, 1 request")


steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 12), st.integers(0, 3)),
        st.tuples(st.just("drop"), st.integers(1, 12), st.none()),
        st.tuples(st.just("fail"), st.integers(0, 3), st.none()),
        st.tuples(st.just("sync"), st.none(), st.none()),
    ),
    max_size=14,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps, page_size=st.integers(1, 5), batch=st.integers(1, 8))
def test_whatever_happens_the_landing_ends_as_the_source(
    new_house: Callable[[], Any],
    steps: list[tuple[str, Any, Any]],
    page_size: int,
    batch: int,
) -> None:
    house = new_house()
    house.server.page_size = page_size
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_module, "BATCH_ROWS", batch)
        for kind, what, value in [*steps, ("sync", None, None)]:
            house.server.now += timedelta(minutes=20)
            if kind == "put":
                house.server.put(what, house.server.now, value=value)
            elif kind == "drop":
                house.server.rows.pop(str(what), None)
            else:
                if kind == "fail":
                    house.server.fails_after = (what, Unavailable("gone", source="fake"))
                try:
                    house.sync("deals", may_shrink=True)
                except Unavailable:
                    continue
                house.server.fails_after = None
    source = {key: row["values"] for key, row in house.server.rows.items()}
    assert house.payloads("deals") == source
    house.server.now += timedelta(minutes=20)
    again = house.sync("deals", may_shrink=True)
    assert (again.rows_inserted, again.rows_updated, again.rows_deleted) == (0, 0, 0)
