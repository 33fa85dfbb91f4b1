-- Google names the ad and the keyword of a click as customers/1/adGroupAds/2~3 does. A click that
-- Google found invalid is among them, so their number is not that of the campaign's clicks.
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.customer,
        payload.campaign,
        payload."adGroup" as ad_group,
        payload."clickView" as click_view,
        payload.metrics,
        payload.segments
    from {{ source('google_ads', 'clicks') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        customer jsonb,
        campaign jsonb,
        "adGroup" jsonb,
        "clickView" jsonb,
        metrics jsonb,
        segments jsonb
    )

)

select
    -- ids
    _account as account,
    customer ->> 'id' as ad_account_id,
    click_view ->> 'gclid' as gclid,
    campaign ->> 'id' as campaign_id,
    ad_group ->> 'id' as ad_group_id,
    substring(click_view ->> 'adGroupAd' from '[0-9]+$') as ad_id,
    substring(click_view ->> 'keyword' from '[0-9]+$') as keyword_id,

    -- strings
    click_view #>> '{keywordInfo,text}' as keyword_text,
    click_view #>> '{keywordInfo,matchType}' as keyword_match_type,
    segments ->> 'device' as device,
    segments ->> 'adNetworkType' as ad_network_type,

    -- numerics
    coalesce((metrics ->> 'clicks')::bigint, 0) as clicks_count,

    -- days, in the time zone of the ad account
    (segments ->> 'date')::date as reported_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
