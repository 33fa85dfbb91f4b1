with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'currencies') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "CURRENCY" text,
        "AMOUNT" numeric,
        "AMOUNT_CNT" numeric,
        "BASE" boolean
    )

)

select
    -- ids
    _account as account,
    "CURRENCY" as currency_code,

    -- numerics
    "AMOUNT" as base_amount,
    "AMOUNT_CNT" as unit_count,

    -- booleans
    "BASE" as is_base,

    -- technical
    _deleted_at,
    _extracted_at
from source
