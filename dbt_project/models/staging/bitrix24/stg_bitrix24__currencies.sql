with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'currencies') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "CURRENCY" text,
        "AMOUNT" text,
        "AMOUNT_CNT" text,
        "BASE" text,
        "FULL_NAME" text,
        "DECIMALS" text,
        "SORT" text,
        "DATE_UPDATE" text
    )

)

select
    -- ids
    _account as account,
    "CURRENCY" as currency_code,

    -- strings
    {{ bitrix24_text('btrim("FULL_NAME")') }} as currency_name,

    -- numerics
    {{ bitrix24_number('"AMOUNT"') }} as base_amount,
    {{ bitrix24_number('"AMOUNT_CNT"') }} as unit_count,
    {{ bitrix24_number('"DECIMALS"') }}::integer as decimals_count,
    {{ bitrix24_number('"SORT"') }}::integer as sort_order,

    -- booleans
    {{ bitrix24_flag('"BASE"') }} as is_base,

    -- instants
    {{ bitrix24_at('"DATE_UPDATE"') }} as updated_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
