"""What a publication writes, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from orchestration.completeness import Completeness
from orchestration.publishing import MartTable, PublishingError, TablePublication

DEALS = MartTable(name="fct_deals", key=("deal_key",))
MANAGERS = MartTable(name="dim_manager", key=("manager_key",))

Sql = Callable[[str], list[tuple[object, ...]]]
Published = Callable[..., list[TablePublication]]
Versions = Callable[..., set[tuple[object, ...]]]
Session = Callable[[str], Sql]


def changes(publication: TablePublication) -> tuple[int, int, int]:
    return publication.inserted, publication.updated, publication.deleted


def test_first_publication_creates_marts_with_key_comments_and_readers(
    built: Sql, reader: Sql, published: Published
) -> None:
    deals, managers = published(run_id="first")
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


def test_the_log_says_what_a_publication_was_short_of(
    built: Sql, reader: Sql, published: Published
) -> None:
    published()
    known = Completeness(
        through={"bitrix24": date(2026, 11, 22), "vk_ads": None}, stale=("google_ads", "vk_ads")
    )
    published(completeness=known)
    assert reader(
        "SELECT DISTINCT publish_id, stale_sources, complete_through::text"
        " FROM marts.publish_log ORDER BY publish_id"
    ) == [
        (1, "", "{}"),
        (2, "google_ads, vk_ads", '{"vk_ads": null, "bitrix24": "2026-11-22"}'),
    ]


def test_an_unchanged_mart_is_not_written_to(
    built: Sql, published: Published, versions: Versions
) -> None:
    first = published()
    before = versions()
    built("UPDATE marts_build.fct_deals SET _built_at = now() + interval '1 day'")
    second = published()
    assert [changes(each) for each in second] == [(0, 0, 0), (0, 0, 0)]
    assert [each.checksum for each in second] == [each.checksum for each in first]
    assert versions() == before


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
    built: Sql,
    change: str,
    expected: tuple[int, int, int],
    published: Published,
    versions: Versions,
    session: Session,
) -> None:
    published()
    before = versions()
    built(change.format("marts_build.fct_deals"))
    deals, managers = published()
    assert changes(deals) == expected
    assert changes(managers) == (0, 0, 0)
    inserted, updated, deleted = expected
    after = versions()
    assert (len(after - before), len(before - after)) == (inserted + updated, updated + deleted)
    same = "SELECT deal_key, title, revenue_reporting_amount, manager_key FROM {} ORDER BY 1"
    assert session("publisher")(same.format("marts.fct_deals")) == built(
        same.format("marts_build.fct_deals")
    )


def test_checksum_ignores_row_order_column_order_and_technical_columns(
    built: Sql, published: Published
) -> None:
    first, _ = published()
    built(
        "CREATE TABLE marts_build.other AS SELECT manager_key, title, now() AS _other,"
        " revenue_reporting_amount, deal_key FROM marts_build.fct_deals ORDER BY title DESC"
    )
    (other,) = published(MartTable(name="other", key=("deal_key",)))
    assert other.checksum == first.checksum
    built("UPDATE marts_build.other SET title = NULL WHERE deal_key = 1")
    (null,) = published(MartTable(name="other", key=("deal_key",)))
    built("UPDATE marts_build.other SET title = '' WHERE deal_key = 1")
    (empty,) = published(MartTable(name="other", key=("deal_key",)))
    assert len({first.checksum, null.checksum, empty.checksum}) == 3


def test_a_new_column_keeps_grants_and_views(
    built: Sql, reader: Sql, published: Published, session: Session
) -> None:
    published()
    publisher = session("publisher")
    publisher("CREATE VIEW marts.by_hand AS SELECT deal_key, title FROM marts.fct_deals")
    publisher("GRANT INSERT ON marts.fct_deals TO transformer")  # by hand, no default grant
    granted = publisher("SELECT relacl::text FROM pg_class WHERE oid = 'marts.fct_deals'::regclass")
    built("ALTER TABLE marts_build.fct_deals ADD COLUMN profit_amount numeric(18,2) DEFAULT 7")
    built("COMMENT ON COLUMN marts_build.fct_deals.profit_amount IS 'What is left'")
    deals, _ = published()
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
    built: Sql, change: str, words: str, published: Published, versions: Versions
) -> None:
    published()
    before = versions(), versions("dim_manager")
    built("DELETE FROM marts_build.dim_manager WHERE manager_key = 6")
    built(f"ALTER TABLE marts_build.fct_deals {change}")
    with pytest.raises(PublishingError, match=words):
        published()
    assert (versions(), versions("dim_manager")) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("INSERT INTO {} (deal_key) VALUES (1), (1), (2)", "2 keys that several rows have"),
        ("INSERT INTO {} (title) VALUES ('no key')", "1 rows with NULL in the key"),
    ],
)
def test_a_bad_key_is_refused(
    built: Sql, change: str, words: str, published: Published, session: Session
) -> None:
    built(change.format("marts_build.fct_deals"))
    with pytest.raises(PublishingError, match=words):
        published()
    assert session("publisher")("SELECT count(*) FROM marts.publish_log") == [(0,)]


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ([DEALS, DEALS], "named twice"),
        ([DEALS, MartTable(name="fct_gone", key=("id",))], r"not built: marts_build\.fct_gone"),
        ([MartTable(name="fct_deals", key=("deal_key", "title"))], "its key changes from deal_key"),
    ],
)
def test_what_cannot_be_published_is_said(
    built: Sql, tables: list[MartTable], words: str, published: Published
) -> None:
    published()
    with pytest.raises(PublishingError, match=words):
        published(*tables)


def test_names_and_types_that_need_quoting(transformer: Sql, published: Published) -> None:
    transformer(
        'CREATE TABLE marts_build."Сделки ""%" AS SELECT 1 AS "order", NULL::json AS "a b",'
        " '{\"x\": 1}'::jsonb AS j, 'NaN'::float8 AS f, '{1,NULL}'::int[] AS list"
    )
    odd = MartTable(name='Сделки "%', key=("order",))
    assert changes(published(odd)[0]) == (1, 0, 0)
    assert changes(published(odd)[0]) == (0, 0, 0)


def test_a_table_of_nothing_but_its_key(transformer: Sql, published: Published) -> None:
    transformer("CREATE TABLE marts_build.days AS SELECT DATE '2026-01-01' AS day, 1 AS _x")
    (first,) = published(MartTable(name="days", key=("day",)))
    transformer("TRUNCATE marts_build.days")
    (second,) = published(MartTable(name="days", key=("day",)))
    assert (first.row_count, second.row_count, second.deleted) == (1, 0, 1)
