with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as user_id,
        payload.*
    from {{ source('vk_ads', 'users') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        username text,
        currency text,
        status text,
        timezone text,
        is_vat_included boolean
    )

)

select
    -- ids
    _account as account,
    user_id as ad_account_id,

    -- strings
    coalesce(nullif(username, ''), user_id) as ad_account_name,
    currency as currency_code,
    status as ad_account_status,
    timezone as time_zone,

    -- booleans; as the setting VAT_INCLUDED says
    is_vat_included,

    -- technical
    _deleted_at,
    _extracted_at
from source
