"""Publishing beside live readers, open locks, rebuilds and crashes."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import pytest

from infra.postgres import Warehouse
from orchestration import publishing
from orchestration.publishing import MartsLockedError, TablePublication

Sql = Callable[[str], list[tuple[object, ...]]]
Published = Callable[..., list[TablePublication]]
Versions = Callable[..., set[tuple[object, ...]]]
Session = Callable[[str], Sql]


def changes(publication: TablePublication) -> tuple[int, int, int]:
    return publication.inserted, publication.updated, publication.deleted


def test_a_crash_in_the_middle_leaves_what_was(
    warehouse: Warehouse,
    built: Sql,
    monkeypatch: pytest.MonkeyPatch,
    published: Published,
    versions: Versions,
) -> None:
    published()
    before = versions(), versions("dim_manager")
    built("UPDATE marts_build.fct_deals SET title = 'new'")
    built("UPDATE marts_build.dim_manager SET name = 'new'")
    finish = publishing._log

    def server_goes_away(connection: psycopg.Connection, *rest: object) -> None:
        with psycopg.connect(warehouse.administrator(), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
        finish(connection, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "_log", server_goes_away)
    with pytest.raises(psycopg.OperationalError):
        published()
    assert (versions(), versions("dim_manager")) == before
    monkeypatch.undo()
    assert [changes(each) for each in published()] == [(0, 1000, 0), (0, 8, 0)]


def test_readers_never_see_an_empty_or_mixed_publication(
    warehouse: Warehouse, built: Sql, published: Published
) -> None:
    stamp = "UPDATE marts_build.{} SET {} = '{}'"
    built(stamp.format("fct_deals", "title", 0))
    built(stamp.format("dim_manager", "name", 0))
    published()
    done, seen, wrong = threading.Event(), set[str](), list[object]()

    def read() -> None:
        with psycopg.connect(warehouse.dsn("bi_reader")) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            while not done.is_set():
                with connection.transaction():
                    answers = [
                        connection.execute(
                            f"SELECT count(*), min({column}), max({column}) FROM marts.{table}"  # noqa: S608
                        ).fetchone()
                        for table, column in (("dim_manager", "name"), ("fct_deals", "title"))
                    ]
                (managers, *names), (deals, *titles) = answers
                seen.add(names[0])
                if (managers, deals) != (8, 1000) or len({*names, *titles}) != 1:
                    wrong.append(answers)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    try:
        for number in range(1, 11):
            built(stamp.format("fct_deals", "title", number))
            built(stamp.format("dim_manager", "name", number))
            published()
    finally:
        done.set()
        for thread in readers:
            thread.join()
    assert not wrong
    assert len(seen) > 2  # the readers did read while publications went by


def test_a_rebuild_meanwhile_waits_for_the_publication(
    built: Sql, monkeypatch: pytest.MonkeyPatch, published: Published
) -> None:
    finish, refused = publishing._log, list[type[Exception]]()

    def rebuild(*arguments: object) -> None:
        try:
            built("SET lock_timeout = 200; DROP TABLE marts_build.fct_deals")
        except psycopg.errors.LockNotAvailable as error:
            refused.append(type(error))
        finish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "_log", rebuild)
    published()
    assert refused


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(publishing, "ATTEMPTS", 3)


@pytest.mark.usefixtures("hasty")
def test_an_open_reader_delays_a_new_column_and_no_more(
    warehouse: Warehouse,
    built: Sql,
    monkeypatch: pytest.MonkeyPatch,
    published: Published,
    session: Session,
) -> None:
    published()
    attempts = list[int]()
    once = publishing._publish_once
    with psycopg.connect(warehouse.dsn("bi_reader")) as open_reader:
        open_reader.execute("SELECT count(*) FROM marts.fct_deals")
        built("UPDATE marts_build.fct_deals SET title = 'new' WHERE deal_key = 1")
        deals, _ = published()  # a reader holds up no change of rows
        assert changes(deals) == (0, 1, 0)

        built("ALTER TABLE marts_build.fct_deals ADD COLUMN note text")
        with pytest.raises(MartsLockedError, match=r"bi_reader \(process \d+\)"):
            published()

        def second_time_free(*arguments: object) -> list[TablePublication]:
            attempts.append(len(attempts))
            if len(attempts) == 2:
                open_reader.rollback()
            return once(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(publishing, "_publish_once", second_time_free)
        published()
    assert len(attempts) == 2
    assert session("bi_reader")("SELECT count(note) FROM marts.fct_deals") == [(0,)]


@pytest.mark.usefixtures("hasty")
def test_one_publication_at_a_time(warehouse: Warehouse, built: Sql, published: Published) -> None:
    with psycopg.connect(warehouse.dsn("publisher")) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [publishing.PUBLISHING])
        with pytest.raises(MartsLockedError, match=r"publisher \(process \d+\)"):
            published()
    assert [changes(each) for each in published()] == [(1000, 0, 0), (8, 0, 0)]
