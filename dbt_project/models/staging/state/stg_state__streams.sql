select
    -- ids
    streams.source,
    streams.account,
    streams.stream,
    streams.run_id,

    -- strings
    streams.failure_code,
    streams.failure_reason,

    -- instants
    streams.noted_at
from {{ source('state', 'streams') }} as streams
