-- What lies in the landing now, how its last load ended, and how far behind it is. Streams of every
-- configured account are here, whether or not anything of them ever came.
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

listed as (

    select
        source,
        account,
        stream
    from {{ ref('stg_state__landed') }}
    union
    select
        source,
        account,
        stream
    from loads
    union
    select
        source,
        account,
        stream
    from {{ ref('stg_state__streams') }}

),

told as (

    select
        listed.source,
        listed.account,
        listed.stream,
        standings.stream is not null as is_configured,
        standings.failure_code as last_failure_code,
        standings.failure_reason as last_failure_reason,
        case
            when standings.failure_code is not null then 'failed'
            else coalesce(loads.status, 'never')
        end as last_load_status,
        through.data_through as data_through_at,
        -- Platforms are read by whole days, which end on their last microsecond; everything else up
        -- to a moment, whose own day is not over yet.
        (through.data_through at time zone 'UTC')::time = time '23:59:59.999999'
            as is_read_by_days,
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
    from listed
    left join {{ ref('stg_state__landed') }} as landed
        on
            listed.source = landed.source
            and listed.account = landed.account
            and listed.stream = landed.stream
    left join {{ ref('stg_state__streams') }} as standings
        on
            listed.source = standings.source
            and listed.account = standings.account
            and listed.stream = standings.stream
    left join loads
        on
            listed.source = loads.source
            and listed.account = loads.account
            and listed.stream = loads.stream
    left join through
        on
            listed.source = through.source
            and listed.account = through.account
            and listed.stream = through.stream
    left join read_last
        on
            listed.source = read_last.source
            and listed.account = read_last.account
            and listed.stream = read_last.stream

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
    last_failure_code,
    last_failure_reason,
    data_through_at,
    data_through_on,
    complete_on,
    ({{ as_of() }} - complete_on)::bigint as days_behind_count,
    -- Whole days where days are all that is known, else up to the moment that ends the last one.
    case
        when data_through_at is null or is_read_by_days
            then 24 * ({{ as_of() }} - complete_on)
        else greatest(
            0,
            floor(
                extract(
                    epoch from ({{ as_of() }} + 1)::timestamp at time zone {{ company_timezone() }}
                    - data_through_at
                ) / 3600
            )
        )
    end::bigint as hours_behind_count,
    case
        when last_load_status = 'off' then 'not_offered'
        -- An account that nobody configures any more owes nothing.
        when not is_configured then 'not_configured'
        when complete_on is null then 'never_loaded'
        when complete_on < {{ as_of() }} then 'stale'
        else 'current'
    end as state_code,
    rows_count,
    deleted_rows_count,
    last_changed_at,
    _last_loaded_at,
    _last_run_id
from completed
