-- The day stands in the key alone: what the portal sends is its list of that moment.
with source as (

    select
        landed._account,
        landed._key,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'currency_rates') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "CURRENCY" text,
        "AMOUNT" text,
        "AMOUNT_CNT" text,
        "BASE" text
    )

)

select
    -- ids
    _account as account,
    "CURRENCY" as currency_code,

    -- numerics
    {{ bitrix24_number('"AMOUNT"') }} as base_amount,
    {{ bitrix24_number('"AMOUNT_CNT"') }} as unit_count,
    {{ bitrix24_number('"AMOUNT"') }} / nullif({{ bitrix24_number('"AMOUNT_CNT"') }}, 0)
        as base_rate,

    -- booleans
    {{ bitrix24_flag('"BASE"') }} as is_base,

    -- days
    split_part(_key, ':', 1)::date as rated_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
