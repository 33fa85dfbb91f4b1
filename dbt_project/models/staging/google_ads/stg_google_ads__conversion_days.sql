-- Google dates a conversion back to the day of its click. What the account does not count as a
-- conversion is among all conversions only.
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.customer,
        payload.campaign,
        payload.metrics,
        payload.segments
    from {{ source('google_ads', 'conversion_days') }} as landed
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
    substring(segments ->> 'conversionAction' from '[0-9]+$') as conversion_action_id,

    -- strings
    campaign ->> 'name' as campaign_name,
    segments ->> 'conversionActionName' as conversion_action_name,
    segments ->> 'conversionActionCategory' as conversion_action_category,

    -- numerics
    coalesce((metrics ->> 'conversions')::numeric, 0) as conversions_count,
    coalesce((metrics ->> 'conversionsValue')::numeric, 0) as conversion_value_amount,
    coalesce((metrics ->> 'allConversions')::numeric, 0) as all_conversions_count,
    coalesce((metrics ->> 'allConversionsValue')::numeric, 0) as all_conversion_value_amount,

    -- days, in the time zone of the ad account
    (segments ->> 'date')::date as reported_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
