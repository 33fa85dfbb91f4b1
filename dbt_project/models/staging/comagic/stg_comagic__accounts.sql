with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('comagic', 'accounts') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        app_id text,
        name text,
        timezone text
    )

)

select
    -- ids
    _account as account,
    app_id as tracker_account_id,

    -- strings
    name as tracker_account_name,
    timezone as timezone_name,

    -- technical
    _deleted_at,
    _extracted_at
from source
