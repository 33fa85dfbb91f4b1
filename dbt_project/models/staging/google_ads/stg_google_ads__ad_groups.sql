with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.customer,
        payload.campaign,
        payload."adGroup" as ad_group
    from {{ source('google_ads', 'ad_groups') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        customer jsonb,
        campaign jsonb,
        "adGroup" jsonb
    )

)

select
    -- ids
    _account as account,
    customer ->> 'id' as ad_account_id,
    campaign ->> 'id' as campaign_id,
    ad_group ->> 'id' as ad_group_id,

    -- strings
    ad_group ->> 'name' as ad_group_name,
    ad_group ->> 'type' as ad_group_type,
    ad_group ->> 'status' as ad_group_status,

    -- technical
    _deleted_at,
    _extracted_at
from source
