with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as login,
        payload.*
    from {{ source('yandex_direct', 'ad_groups') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "Id" text,
        "CampaignId" text,
        "Name" text,
        "Type" text,
        "Status" text,
        "ServingStatus" text,
        "TrackingParams" text
    )

)

select
    -- ids
    _account as account,
    login as ad_account_id,
    "CampaignId" as campaign_id,
    "Id" as ad_group_id,

    -- strings
    "Name" as ad_group_name,
    "Type" as ad_group_type,
    "Status" as ad_group_status,
    "ServingStatus" as serving_status,
    nullif("TrackingParams", '') as tracking_params,

    -- technical
    _deleted_at,
    _extracted_at
from source
