with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as user_id,
        payload.*
    from {{ source('vk_ads', 'ad_groups') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        ad_plan_id text,
        name text,
        status text,
        utm text
    )

)

select
    -- ids
    _account as account,
    user_id as ad_account_id,
    ad_plan_id as campaign_id,
    id as ad_group_id,

    -- strings
    name as ad_group_name,
    status as ad_group_status,
    utm as utm_template,

    -- technical
    _deleted_at,
    _extracted_at
from source
