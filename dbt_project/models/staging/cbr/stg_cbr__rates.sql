-- The bank writes roubles for so many units (`Nominal`), with a decimal comma.
with source as (

    select
        landed._account,
        landed._key,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('cbr', 'rates') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "Nominal" numeric,
        "Value" text
    )

)

select
    -- ids
    _account as account,
    split_part(_key, '|', 1) as currency_code,

    -- numerics
    "Nominal" as unit_count,
    replace("Value", ',', '.')::numeric / "Nominal" as base_rate,

    -- days
    split_part(_key, '|', 2)::date as rated_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
