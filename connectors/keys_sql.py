"""The statements of `landed_keys.py`. `{table}` is the landing table, the rest are values.

Temporary tables of the landing's connection: `told_keys` as the source told them, `source_keys`
each once, `live_keys` the landed ones that are compared with their places, `gone_keys` and
`missing_keys` what came of it.
"""

from __future__ import annotations

from psycopg.sql import SQL

CREATE_ALL = (
    SQL("create temporary table if not exists told_keys (_key text not null)"),
    SQL("create temporary table if not exists source_keys (_key text not null)"),
    SQL("create temporary table if not exists gone_keys (_key text not null)"),
    SQL("""
        create temporary table if not exists missing_keys (
            place bigint primary key, _key text not null
        )
    """),
    SQL("""
        create temporary table if not exists live_keys (
            place bigint not null, part text not null, number bigint not null, _key text not null
        )
    """),
)

EMPTY_KEYS = SQL("truncate told_keys, source_keys, gone_keys, missing_keys")

EMPTY_LIVE = SQL("truncate live_keys")

INDEX_LIVE = SQL("create unique index if not exists live_keys_place on live_keys (place)")

COPY_KEYS = SQL("copy told_keys (_key) from stdin")

DROP_REPEATED_KEYS = SQL("insert into source_keys (_key) select distinct _key from told_keys")

ANALYZE_KEYS = SQL("analyze source_keys")

ANALYZE_LIVE = SQL("analyze live_keys")

COMPARE_ALL = SQL("""
    select
        (select count(*) from source_keys),
        (
            select count(*) from {table}
            where _account = %(account)s and _deleted_at is null
        )
""")

# Anti-joins, because what only filters by NOT EXISTS is not hashed: it compares each with each.
FIND_GONE = SQL("""
    insert into gone_keys (_key)
    select landed._key
    from {table} as landed
    left join source_keys on source_keys._key = landed._key
    where
        landed._account = %(account)s
        and landed._deleted_at is null
        and source_keys._key is null
""")

# A key is `<part>/<number>`, or `<number>` where the stream has no parts.
NUMBER_LIVE = SQL("""
    insert into live_keys (place, part, number, _key)
    select
        row_number() over (order by keys.part, keys.number), keys.part, keys.number, keys._key
    from (
        select
            landed._key,
            left(landed._key, greatest(length(landed._key) - length(digits.text) - 1, 0)) as part,
            digits.text::bigint as number
        from {table} as landed
        cross join lateral (select split_part(landed._key, '/', -1) as text) as digits
        where landed._account = %(account)s and landed._deleted_at is null
    ) as keys
    inner join unnest(%(parts)s::text[], %(numbers)s::bigint[]) as newest (part, number)
        on newest.part = keys.part and newest.number >= keys.number
""")

PLACES_OF_PARTS = SQL("select part, min(place) - 1, max(place) from live_keys group by part")

NUMBERS_AT = SQL("select place, number from live_keys where place = any(%(places)s::bigint[])")

FIND_GONE_IN = SQL("""
    insert into gone_keys (_key)
    select live_keys._key
    from unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) as piece (first, last)
    inner join live_keys on live_keys.place > piece.first and live_keys.place <= piece.last
    left join source_keys on source_keys._key = live_keys._key
    where source_keys._key is null
""")

FIND_MISSING = SQL("""
    insert into missing_keys (place, _key)
    select row_number() over (), source_keys._key
    from source_keys
    left join {table} as landed
        on
            landed._account = %(account)s
            and landed._key = source_keys._key
            and landed._deleted_at is null
    where landed._key is null
""")

READ_MISSING = SQL("""
    select _key from missing_keys
    where place > %(first)s and place <= %(last)s
    order by place
""")

# A mark is a new version of the row, so whoever reads by `_extracted_at` sees it.
MARK_GONE = SQL("""
    update {table} as landed
    set _deleted_at = now(), _extracted_at = now(), _run_id = %(run_id)s
    from gone_keys
    where
        landed._account = %(account)s
        and landed._key = gone_keys._key
        and landed._deleted_at is null
""")

REVIVE = SQL("""
    update {table} as landed
    set _deleted_at = null, _extracted_at = now(), _run_id = %(run_id)s
    from source_keys
    where
        landed._account = %(account)s
        and landed._key = source_keys._key
        and landed._deleted_at is not null
""")
