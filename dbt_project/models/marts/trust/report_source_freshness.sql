-- What lies in the landing now, how its last load ended, and how far behind it is.
with loads as (

    select distinct on (source, account, stream)
        source,
        account,
        stream,
        status,
        run_id,
        finished_at
    from {{ ref('stg_state__loads') }}
    order by source asc, account asc, stream asc, load_id desc

),

through as (

    select
        source,
        account,
        stream,
        max(data_through) as data_through
    from {{ ref('stg_state__loads') }}
    -- A dictionary is read whole each time: it is complete as of the reading, which says nothing
    -- of the data and would make an unchanged mart look changed.
    where status = 'succeeded' and mode <> 'all'
    group by source, account, stream

),

read_last as (

    select
        source,
        account,
        stream,
        (max(finished_at) at time zone {{ company_timezone() }})::date as read_on
    from {{ ref('stg_state__loads') }}
    where status = 'succeeded'
    group by source, account, stream

),

told as (

    select
        coalesce(landed.source, loads.source) as source,
        coalesce(landed.account, loads.account) as account,
        coalesce(landed.stream, loads.stream) as stream,
        coalesce(loads.status, 'never') as last_load_status,
        through.data_through as data_through_at,
        -- Platforms are read by whole days, which end on their last microsecond; everything else up
        -- to a moment, whose own day is not over yet.
        case
            when (through.data_through at time zone 'UTC')::time = time '23:59:59.999999'
                then (through.data_through at time zone 'UTC')::date
            else (through.data_through at time zone {{ company_timezone() }})::date - 1
        end as data_through_on,
        coalesce(landed.rows_count, 0) as rows_count,
        coalesce(landed.deleted_rows_count, 0) as deleted_rows_count,
        landed.last_changed_at,
        read_last.read_on,
        loads.finished_at as _last_loaded_at,
        loads.run_id as _last_run_id
    from {{ ref('stg_state__landed') }} as landed
    full join loads
        on
            landed.source = loads.source
            and landed.account = loads.account
            and landed.stream = loads.stream
    left join through
        on
            coalesce(landed.source, loads.source) = through.source
            and coalesce(landed.account, loads.account) = through.account
            and coalesce(landed.stream, loads.stream) = through.stream
    left join read_last
        on
            coalesce(landed.source, loads.source) = read_last.source
            and coalesce(landed.account, loads.account) = read_last.account
            and coalesce(landed.stream, loads.stream) = read_last.stream

),

-- A dictionary or a file is whole as of its reading, thus complete for the day before. Nothing is
-- told of days after the report's last one: they would make an unchanged mart look changed.
completed as (

    select
        told.*,
        case
            when coalesce(data_through_on, read_on) is not null
                then least(coalesce(data_through_on, read_on - 1), {{ as_of() }})
        end as complete_on
    from told

)

select
    source,
    account,
    stream,
    last_load_status,
    data_through_at,
    data_through_on,
    complete_on,
    ({{ as_of() }} - complete_on)::bigint as days_behind_count,
    last_load_status <> 'off' and coalesce(complete_on < {{ as_of() }}, true) as is_stale,
    rows_count,
    deleted_rows_count,
    last_changed_at,
    _last_loaded_at,
    _last_run_id
from completed
