"""Publishing by difference, against a real server and real readers."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import pytest

from infra.postgres import Warehouse
from orchestration import publishing
from orchestration.publishing import (
    MartsLockedError,
    MartTable,
    PublishingError,
    TablePublication,
    publish,
)

DEALS = MartTable(name="fct_deals", key=("deal_key",))
MANAGERS = MartTable(name="dim_manager", key=("manager_key",))

Sql = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def transformer(warehouse: Warehouse) -> Sql:
    return session(warehouse, "transformer")


@pytest.fixture
def reader(warehouse: Warehouse) -> Sql:
    return session(warehouse, "bi_reader")


@pytest.fixture
def built(transformer: Sql) -> Sql:
    """Two marts as dbt builds them."""
    transformer(
        "CREATE TABLE marts_build.fct_deals AS SELECT n::bigint AS deal_key, 'deal ' || n AS title,"
        " (n * 10.5)::numeric(18, 2) AS revenue_reporting_amount,"
        " nullif(n % 7, 0)::bigint AS manager_key, now() AS _built_at"
        " FROM generate_series(1, 1000) AS n"
    )
    transformer("COMMENT ON TABLE marts_build.fct_deals IS 'One row per deal.'")
    transformer("COMMENT ON COLUMN marts_build.fct_deals.title IS 'What it is called, 100 %'")
    transformer(
        "CREATE TABLE marts_build.dim_manager AS SELECT n::bigint AS manager_key, 'M' || n AS name"
        " FROM generate_series(-1, 6) AS n"
    )
    return transformer


def session(warehouse: Warehouse, role: str) -> Sql:
    def run(statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(warehouse.dsn(role)) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return run


def published(
    warehouse: Warehouse, *tables: MartTable, run_id: str = "run"
) -> list[TablePublication]:
    return publish(warehouse.dsn("publisher"), run_id=run_id, tables=tables or (DEALS, MANAGERS))


def changes(publication: TablePublication) -> tuple[int, int, int]:
    return publication.inserted, publication.updated, publication.deleted


def versions(warehouse: Warehouse, table: str = "fct_deals") -> set[tuple[object, ...]]:
    """Where each row version lies and who wrote it: equal only if nothing at all was written."""
    statement = f"SELECT ctid, xmin::text FROM marts.{table}"  # noqa: S608
    return set(session(warehouse, "publisher")(statement))


def test_first_publication_creates_marts_with_key_comments_and_readers(
    warehouse: Warehouse, built: Sql, reader: Sql
) -> None:
    deals, managers = published(warehouse, run_id="first")
    assert (deals.name, deals.row_count, changes(deals)) == ("fct_deals", 1000, (1000, 0, 0))
    assert changes(managers) == (8, 0, 0)
    assert reader("SELECT count(*), sum(revenue_reporting_amount) FROM marts.fct_deals") == (
        built("SELECT count(*), sum(revenue_reporting_amount) FROM marts_build.fct_deals")
    )
    assert reader(
        "SELECT obj_description(c::oid), col_description(c::oid, 2),"
        " (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = c AND contype='p')"
        " FROM (SELECT 'marts.fct_deals'::regclass AS c) AS one"
    ) == [("One row per deal.", "What it is called, 100 %", "PRIMARY KEY (deal_key)")]
    assert reader(
        "SELECT publish_id, run_id, table_name, row_count, rows_inserted, checksum"
        " FROM marts.publish_log ORDER BY table_name"
    ) == [
        (1, "first", "dim_manager", 8, 8, managers.checksum),
        (1, "first", "fct_deals", 1000, 1000, deals.checksum),
    ]


def test_an_unchanged_mart_is_not_written_to(warehouse: Warehouse, built: Sql) -> None:
    first = published(warehouse)
    before = versions(warehouse)
    built("UPDATE marts_build.fct_deals SET _built_at = now() + interval '1 day'")
    second = published(warehouse)
    assert [changes(each) for each in second] == [(0, 0, 0), (0, 0, 0)]
    assert [each.checksum for each in second] == [each.checksum for each in first]
    assert versions(warehouse) == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE {} SET title = 'other' WHERE deal_key = 5", (0, 1, 0)),
        ("UPDATE {} SET manager_key = NULL WHERE deal_key = 5", (0, 1, 0)),
        ("UPDATE {} SET manager_key = 1 WHERE deal_key = 7", (0, 1, 0)),  # it was NULL
        ("DELETE FROM {} WHERE deal_key IN (5, 6)", (0, 0, 2)),
        ("INSERT INTO {} VALUES (2000, NULL, NULL, NULL, NULL)", (1, 0, 0)),
        ("UPDATE {} SET deal_key = 3000 WHERE deal_key = 5", (1, 0, 1)),
    ],
)
def test_exactly_the_changed_rows_are_written(
    warehouse: Warehouse, built: Sql, change: str, expected: tuple[int, int, int]
) -> None:
    published(warehouse)
    before = versions(warehouse)
    built(change.format("marts_build.fct_deals"))
    deals, managers = published(warehouse)
    assert changes(deals) == expected
    assert changes(managers) == (0, 0, 0)
    inserted, updated, deleted = expected
    after = versions(warehouse)
    assert (len(after - before), len(before - after)) == (inserted + updated, updated + deleted)
    same = "SELECT deal_key, title, revenue_reporting_amount, manager_key FROM {} ORDER BY 1"
    assert session(warehouse, "publisher")(same.format("marts.fct_deals")) == built(
        same.format("marts_build.fct_deals")
    )


def test_checksum_ignores_row_order_column_order_and_technical_columns(
    warehouse: Warehouse, built: Sql
) -> None:
    first, _ = published(warehouse)
    built(
        "CREATE TABLE marts_build.other AS SELECT manager_key, title, now() AS _other,"
        " revenue_reporting_amount, deal_key FROM marts_build.fct_deals ORDER BY title DESC"
    )
    (other,) = published(warehouse, MartTable(name="other", key=("deal_key",)))
    assert other.checksum == first.checksum
    built("UPDATE marts_build.other SET title = NULL WHERE deal_key = 1")
    (null,) = published(warehouse, MartTable(name="other", key=("deal_key",)))
    built("UPDATE marts_build.other SET title = '' WHERE deal_key = 1")
    (empty,) = published(warehouse, MartTable(name="other", key=("deal_key",)))
    assert len({first.checksum, null.checksum, empty.checksum}) == 3


def test_a_new_column_keeps_grants_and_views(warehouse: Warehouse, built: Sql, reader: Sql) -> None:
    published(warehouse)
    publisher = session(warehouse, "publisher")
    publisher("CREATE VIEW marts.by_hand AS SELECT deal_key, title FROM marts.fct_deals")
    publisher("GRANT INSERT ON marts.fct_deals TO transformer")  # by hand, no default grant
    granted = publisher("SELECT relacl::text FROM pg_class WHERE oid = 'marts.fct_deals'::regclass")
    built("ALTER TABLE marts_build.fct_deals ADD COLUMN profit_amount numeric(18,2) DEFAULT 7")
    built("COMMENT ON COLUMN marts_build.fct_deals.profit_amount IS 'What is left'")
    deals, _ = published(warehouse)
    assert changes(deals) == (0, 1000, 0)
    assert reader("SELECT DISTINCT profit_amount::text FROM marts.fct_deals") == [("7.00",)]
    assert reader("SELECT count(*) FROM marts.by_hand") == [(1000,)]
    assert reader("SELECT col_description('marts.fct_deals'::regclass, 6)") == [("What is left",)]
    assert granted == publisher(
        "SELECT relacl::text FROM pg_class WHERE oid = 'marts.fct_deals'::regclass"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ALTER COLUMN title TYPE varchar(50)", "title changes its type from text to character"),
        ("DROP COLUMN title", "column title is gone"),
        ("RENAME COLUMN deal_key TO id", "its key column deal_key is not there"),
    ],
)
def test_an_incompatible_change_is_refused_and_leaves_every_mart(
    warehouse: Warehouse, built: Sql, change: str, words: str
) -> None:
    published(warehouse)
    before = versions(warehouse), versions(warehouse, "dim_manager")
    built("DELETE FROM marts_build.dim_manager WHERE manager_key = 6")
    built(f"ALTER TABLE marts_build.fct_deals {change}")
    with pytest.raises(PublishingError, match=words):
        published(warehouse)
    assert (versions(warehouse), versions(warehouse, "dim_manager")) == before


def test_another_key_is_refused(warehouse: Warehouse, built: Sql) -> None:
    published(warehouse)
    with pytest.raises(PublishingError, match="its key changes from deal_key to deal_key, title"):
        published(warehouse, MartTable(name="fct_deals", key=("deal_key", "title")))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("INSERT INTO {} (deal_key) VALUES (1), (1), (2)", "2 keys that several rows have"),
        ("INSERT INTO {} (title) VALUES ('no key')", "1 rows with NULL in the key"),
    ],
)
def test_a_bad_key_is_refused(warehouse: Warehouse, built: Sql, change: str, words: str) -> None:
    built(change.format("marts_build.fct_deals"))
    with pytest.raises(PublishingError, match=words):
        published(warehouse)
    assert session(warehouse, "publisher")("SELECT count(*) FROM marts.publish_log") == [(0,)]


def test_a_mart_that_was_not_built_is_named(warehouse: Warehouse, built: Sql) -> None:
    with pytest.raises(PublishingError, match=r"not built: marts_build\.fct_gone"):
        published(warehouse, DEALS, MartTable(name="fct_gone", key=("id",)))


def test_a_crash_in_the_middle_leaves_what_was(
    warehouse: Warehouse, built: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(warehouse)
    before = versions(warehouse), versions(warehouse, "dim_manager")
    built("UPDATE marts_build.fct_deals SET title = 'new'")
    built("UPDATE marts_build.dim_manager SET name = 'new'")
    finish = publishing._log

    def server_goes_away(connection: psycopg.Connection, *rest: object) -> None:
        with psycopg.connect(warehouse.administrator(), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.info.backend_pid])
        finish(connection, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "_log", server_goes_away)
    with pytest.raises(psycopg.OperationalError):
        published(warehouse)
    assert (versions(warehouse), versions(warehouse, "dim_manager")) == before
    monkeypatch.undo()
    assert [changes(each) for each in published(warehouse)] == [(0, 1000, 0), (0, 8, 0)]


def test_readers_never_see_an_empty_or_mixed_publication(warehouse: Warehouse, built: Sql) -> None:
    marts = (DEALS, MANAGERS)
    stamp = "UPDATE marts_build.{} SET {} = '{}'"
    built(stamp.format("fct_deals", "title", 0))
    built(stamp.format("dim_manager", "name", 0))
    published(warehouse, *marts)
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
            published(warehouse, *marts)
    finally:
        done.set()
        for thread in readers:
            thread.join()
    assert not wrong
    assert len(seen) > 2  # the readers did read while publications went by


def test_a_rebuild_meanwhile_waits_for_the_publication(
    warehouse: Warehouse, built: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, refused = publishing._log, list[type[Exception]]()

    def rebuild(*arguments: object) -> None:
        try:
            built("SET lock_timeout = 200; DROP TABLE marts_build.fct_deals")
        except psycopg.errors.LockNotAvailable as error:
            refused.append(type(error))
        finish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "_log", rebuild)
    published(warehouse)
    assert refused


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(publishing, "ATTEMPTS", 3)


@pytest.mark.usefixtures("hasty")
def test_an_open_reader_delays_a_new_column_and_no_more(
    warehouse: Warehouse, built: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(warehouse)
    attempts = list[int]()
    once = publishing._publish_once
    with psycopg.connect(warehouse.dsn("bi_reader")) as open_reader:
        open_reader.execute("SELECT count(*) FROM marts.fct_deals")
        built("UPDATE marts_build.fct_deals SET title = 'new' WHERE deal_key = 1")
        deals, _ = published(warehouse)  # a reader holds up no change of rows
        assert changes(deals) == (0, 1, 0)

        built("ALTER TABLE marts_build.fct_deals ADD COLUMN note text")
        with pytest.raises(MartsLockedError, match=r"bi_reader \(process \d+\)"):
            published(warehouse)

        def second_time_free(*arguments: object) -> list[TablePublication]:
            attempts.append(len(attempts))
            if len(attempts) == 2:
                open_reader.rollback()
            return once(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(publishing, "_publish_once", second_time_free)
        published(warehouse)
    assert len(attempts) == 2
    assert session(warehouse, "bi_reader")("SELECT count(note) FROM marts.fct_deals") == [(0,)]


@pytest.mark.usefixtures("hasty")
def test_one_publication_at_a_time(warehouse: Warehouse, built: Sql) -> None:
    with psycopg.connect(warehouse.dsn("publisher")) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [publishing.PUBLISHING])
        with pytest.raises(MartsLockedError, match=r"publisher \(process \d+\)"):
            published(warehouse)
    assert [changes(each) for each in published(warehouse)] == [(1000, 0, 0), (8, 0, 0)]


def test_names_and_types_that_need_quoting(warehouse: Warehouse, transformer: Sql) -> None:
    transformer(
        'CREATE TABLE marts_build."Сделки ""%" AS SELECT 1 AS "order", NULL::json AS "a b",'
        " '{\"x\": 1}'::jsonb AS j, 'NaN'::float8 AS f, '{1,NULL}'::int[] AS list"
    )
    odd = MartTable(name='Сделки "%', key=("order",))
    assert changes(published(warehouse, odd)[0]) == (1, 0, 0)
    assert changes(published(warehouse, odd)[0]) == (0, 0, 0)


def test_a_table_of_nothing_but_its_key(warehouse: Warehouse, transformer: Sql) -> None:
    transformer("CREATE TABLE marts_build.days AS SELECT DATE '2026-01-01' AS day, 1 AS _x")
    (first,) = published(warehouse, MartTable(name="days", key=("day",)))
    transformer("TRUNCATE marts_build.days")
    (second,) = published(warehouse, MartTable(name="days", key=("day",)))
    assert (first.row_count, second.row_count, second.deleted) == (1, 0, 1)


def test_a_mart_named_twice_is_refused(warehouse: Warehouse) -> None:
    with pytest.raises(PublishingError, match="named twice"):
        published(warehouse, DEALS, DEALS)
