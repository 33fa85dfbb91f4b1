"""The statements of `landing.py`. Placeholders in braces are names, the rest are values.

`staged` holds the records of a batch or of a whole window; it is a temporary table of the loader's
connection.
"""

from __future__ import annotations

from psycopg.sql import SQL

# The server needs a moment to notice that the process of the last load has ended.
WAIT_SHORTLY = SQL("set lock_timeout = '2s'")

WAIT_LONGER = SQL("set lock_timeout = '60s'")

LOCK = SQL("select pg_advisory_lock(hashtextextended(%s, 0))")

READ_CURSOR = SQL("""
    select position from state.cursors
    where source = %(source)s and account = %(account)s and stream = %(stream)s
""")

WRITE_CURSOR = SQL("""
    insert into state.cursors as known (source, account, stream, position, run_id, updated_at)
    values (%(source)s, %(account)s, %(stream)s, %(position)s, %(run_id)s, now())
    on conflict (source, account, stream) do update
    set position = excluded.position, run_id = excluded.run_id, updated_at = excluded.updated_at
""")

CREATE_STAGED = SQL("""
    create temporary table staged (
        seq bigint not null,
        _key text not null,
        _cursor timestamptz,
        _payload jsonb not null,
        _original bytea,
        _hash bytea not null
    )
""")

EMPTY_STAGED = SQL("truncate staged")

COPY_STAGED = SQL("copy staged (seq, _key, _cursor, _payload, _original, _hash) from stdin")

DROP_REPEATED = SQL("""
    delete from staged as repeated
    using staged as kept
    where
        repeated._key = kept._key
        and (coalesce(repeated._cursor, '-infinity'), repeated.seq)
        < (coalesce(kept._cursor, '-infinity'), kept.seq)
""")

NOT_OLDER = SQL(
    "(staged._cursor is null or landed._cursor is null or staged._cursor >= landed._cursor)"
)

# The landed rows are joined first and only what differs is written: ON CONFLICT alone would lock,
# and thereby rewrite, each row that it leaves as it is.
MERGE = SQL("""
    with differing as (
        select staged.*, landed._key is null as is_new
        from staged
        left join {table} as landed
            on landed._account = %(account)s and landed._key = staged._key
        where
            landed._key is null
            or (
                (landed._hash <> staged._hash or landed._deleted_at is not null)
                and {condition}
            )
    ),

    written as (
        insert into {table} as landed (
            _account, _key, _cursor, _payload, _original, _hash, _extracted_at, _run_id
        )
        select
            %(account)s, _key, _cursor, _payload, _original, _hash, now(), %(run_id)s
        from differing
        on conflict (_account, _key) do update
        set
            _cursor = excluded._cursor,
            _payload = excluded._payload,
            _original = excluded._original,
            _hash = excluded._hash,
            _extracted_at = excluded._extracted_at,
            _run_id = excluded._run_id,
            _deleted_at = null
    )

    select
        (select count(*) from staged),
        count(*) filter (where is_new),
        count(*) filter (where not is_new)
    from differing
""")

COUNT_LIVE = SQL("""
    select count(*) from {table}
    where _account = %(account)s and _deleted_at is null
""")

# The days of a window stand in `_cursor` as midnight UTC.
COUNT_WINDOW = SQL("""
    select count(*) from {table}
    where
        _account = %(account)s
        and _cursor >= %(first)s::date::timestamp at time zone 'UTC'
        and _cursor < (%(last)s::date + 1)::timestamp at time zone 'UTC'
""")

DELETE_VANISHED = SQL("""
    delete from {table} as landed
    where
        landed._account = %(account)s
        and landed._cursor >= %(first)s::date::timestamp at time zone 'UTC'
        and landed._cursor < (%(last)s::date + 1)::timestamp at time zone 'UTC'
        and not exists (select from staged where staged._key = landed._key)
        and not exists (
            select from unnest(%(unanswered)s::text[]) as beginning
            where starts_with(landed._key, beginning)
        )
""")

# A mark is a new version of the row, so whoever reads by `_extracted_at` sees it.
MARK_VANISHED = SQL("""
    update {table} as landed
    set _deleted_at = now(), _extracted_at = now(), _run_id = %(run_id)s
    where
        landed._account = %(account)s
        and landed._deleted_at is null
        and not exists (select from staged where staged._key = landed._key)
        and not exists (
            select from unnest(%(unanswered)s::text[]) as beginning
            where starts_with(landed._key, beginning)
        )
""")

# The owner of a row stands before the colon of its key; the condition is that of the index.
MARK_LEFT = SQL("""
    update {table} as landed
    set _deleted_at = now(), _extracted_at = now(), _run_id = %(run_id)s
    from unnest(%(owners)s::text[]) as owner (name)
    where
        landed._account = %(account)s
        and strpos(landed._key, ':') > 0
        and split_part(landed._key, ':', 1) = owner.name
        and landed._deleted_at is null
        and not exists (select from staged where staged._key = landed._key)
""")
