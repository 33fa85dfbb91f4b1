with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.customer,
        payload.campaign
    from {{ source('google_ads', 'campaigns') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (customer jsonb, campaign jsonb)

)

select
    -- ids
    _account as account,
    customer ->> 'id' as ad_account_id,
    campaign ->> 'id' as campaign_id,

    -- strings
    campaign ->> 'name' as campaign_name,
    campaign ->> 'advertisingChannelType' as campaign_type,
    campaign ->> 'status' as campaign_status,

    -- technical
    _deleted_at,
    _extracted_at
from source
