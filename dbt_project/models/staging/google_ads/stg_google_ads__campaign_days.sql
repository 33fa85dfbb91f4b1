-- The API leaves out a metric that is zero in some answers: an absent one is zero, an unreadable
-- one stops the run.
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.customer,
        payload.campaign,
        payload.metrics,
        payload.segments
    from {{ source('google_ads', 'campaign_days') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        customer jsonb,
        campaign jsonb,
        metrics jsonb,
        segments jsonb
    )

)

select
    -- ids
    _account as account,
    customer ->> 'id' as ad_account_id,
    campaign ->> 'id' as campaign_id,

    -- strings
    campaign ->> 'name' as campaign_name,
    campaign ->> 'advertisingChannelType' as campaign_type,

    -- numerics
    coalesce((metrics ->> 'impressions')::bigint, 0) as impressions_count,
    coalesce((metrics ->> 'clicks')::bigint, 0) as clicks_count,
    coalesce((metrics ->> 'interactions')::bigint, 0) as interactions_count,
    coalesce((metrics ->> 'conversions')::numeric, 0) as conversions_count,
    coalesce((metrics ->> 'conversionsValue')::numeric, 0) as conversion_value_amount,
    (coalesce((metrics ->> 'costMicros')::bigint, 0) / 1000000::numeric)::numeric(18, 6)
        as spend_amount,

    -- booleans; Google states cost without VAT
    false as is_vat_included,

    -- days, in the time zone of the ad account
    (segments ->> 'date')::date as reported_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
