with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('yandex_direct', 'clients') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "Login" text,
        "ClientInfo" text,
        "Currency" text
    )

)

select
    -- ids
    _account as account,
    "Login" as ad_account_id,

    -- strings
    coalesce(nullif("ClientInfo", ''), "Login") as ad_account_name,
    "Currency" as currency_code,

    -- technical
    _deleted_at,
    _extracted_at
from source
