with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'pipelines') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        name text,
        sort integer
    )

)

select
    -- ids
    _account as account,
    id as pipeline_id,

    -- strings
    btrim(name) as pipeline_name,

    -- numerics
    sort as sort_order,

    -- technical
    _deleted_at,
    _extracted_at
from source
