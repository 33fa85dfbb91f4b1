with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('company', 'marketing_actions') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        name text,
        first_day date,
        last_day date,
        channel text,
        product text,
        baseline_first_day text,
        baseline_last_day text
    )

)

select
    -- ids
    _account as account,
    btrim(name) as action_name,

    -- strings
    nullif(btrim(channel), '') as channel_code,
    nullif(btrim(product), '') as product_name,

    -- days
    first_day as first_on,
    last_day as last_on,
    nullif(baseline_first_day, '')::date as baseline_first_on,
    nullif(baseline_last_day, '')::date as baseline_last_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
