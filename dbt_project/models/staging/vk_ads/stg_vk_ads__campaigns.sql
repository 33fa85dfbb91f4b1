-- A campaign that was deleted at VK is still listed: `campaign_status` says so.
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as user_id,
        payload.*
    from {{ source('vk_ads', 'campaigns') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        name text,
        objective text,
        status text
    )

)

select
    -- ids
    _account as account,
    user_id as ad_account_id,
    id as campaign_id,

    -- strings
    name as campaign_name,
    objective as campaign_type,
    status as campaign_status,

    -- technical
    _deleted_at,
    _extracted_at
from source
