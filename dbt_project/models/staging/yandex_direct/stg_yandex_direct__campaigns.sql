with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as login,
        payload.*
    from {{ source('yandex_direct', 'campaigns') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "Id" text,
        "Name" text,
        "Type" text,
        "State" text,
        "Status" text,
        "StartDate" date,
        "EndDate" date,
        "Currency" text,
        "TimeZone" text,
        "UnifiedCampaign" jsonb
    )

)

select
    -- ids
    _account as account,
    login as ad_account_id,
    "Id" as campaign_id,

    -- strings; the time zone rules when a campaign is shown, its statistics are Moscow's
    "Name" as campaign_name,
    "Type" as campaign_type,
    "State" as campaign_status,
    "Status" as moderation_status,
    "Currency" as currency_code,
    "TimeZone" as schedule_time_zone,
    nullif("UnifiedCampaign" ->> 'TrackingParams', '') as tracking_params,

    -- days
    "StartDate" as starts_on,
    "EndDate" as ends_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
