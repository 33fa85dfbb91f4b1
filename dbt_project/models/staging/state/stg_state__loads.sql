select
    -- ids
    loads.load_id,
    loads.run_id,
    loads.source,
    loads.account,
    loads.stream,

    -- strings
    loads.mode,
    loads.status,

    -- numerics
    loads.rows_read,
    loads.rows_inserted,
    loads.rows_updated,
    loads.rows_deleted,

    -- instants
    loads.started_at,
    loads.finished_at,
    loads.data_through
from {{ source('state', 'loads') }} as loads
