with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as user_id,
        payload.*
    from {{ source('vk_ads', 'ads') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        ad_group_id text,
        name text,
        status text,
        urls jsonb
    )

)

select
    -- ids
    _account as account,
    user_id as ad_account_id,
    ad_group_id,
    id as ad_id,

    -- strings
    name as ad_name,
    status as ad_status,
    urls -> 'primary' ->> 'url' as ad_url,

    -- technical
    _deleted_at,
    _extracted_at
from source
