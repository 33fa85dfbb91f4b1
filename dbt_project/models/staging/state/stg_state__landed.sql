-- Every landing table that is declared as a source, found by itself: counting needs no type, so no
-- model of a stream stands between, and a new source appears here without a line.
with landed as (

    select
        ''::text as source,
        ''::text as account,
        ''::text as stream,
        0::bigint as rows_count,
        0::bigint as deleted_rows_count,
        null::timestamptz as last_changed_at
    where false
    {{ counted_landing_tables() }}
)

select
    -- ids
    source,
    account,
    stream,

    -- numerics
    rows_count,
    deleted_rows_count,

    -- instants
    last_changed_at
from landed
