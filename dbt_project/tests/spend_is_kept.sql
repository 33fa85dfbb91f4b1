-- What was landed arrives in the fact: media spend, impressions and clicks per platform, ad account
-- and day. The landing is added up here on its own, not through the staging models.
with landed as (

    select
        'google_ads' as platform_code,
        _payload #>> '{customer,id}' as ad_account_id,
        (_payload #>> '{segments,date}')::date as reported_on,
        sum(coalesce(_payload #>> '{metrics,costMicros}', '0')::numeric) / 1000000 as spend,
        sum(coalesce(_payload #>> '{metrics,impressions}', '0')::numeric) as impressions,
        sum(coalesce(_payload #>> '{metrics,clicks}', '0')::numeric) as clicks
    from {{ source('google_ads', 'campaign_days') }}
    where _deleted_at is null
    group by 1, 2, 3
    union all
    select
        'yandex_direct' as platform_code,
        split_part(_key, '|', 1) as ad_account_id,
        (_payload ->> 'Date')::date as reported_on,
        sum((_payload ->> 'Cost')::numeric) as spend,
        sum((_payload ->> 'Impressions')::numeric) as impressions,
        sum((_payload ->> 'Clicks')::numeric) as clicks
    from {{ source('yandex_direct', 'campaign_days') }}
    where _deleted_at is null
    group by 1, 2, 3
    union all
    select
        'vk_ads' as platform_code,
        split_part(_key, '|', 1) as ad_account_id,
        (_payload ->> 'date')::date as reported_on,
        sum((_payload #>> '{base,spent}')::numeric) as spend,
        sum((_payload #>> '{base,shows}')::numeric) as impressions,
        sum((_payload #>> '{base,clicks}')::numeric) as clicks
    from {{ source('vk_ads', 'campaign_days') }}
    where _deleted_at is null
    group by 1, 2, 3
    union all
    select
        btrim(_payload ->> 'platform') as platform_code,
        btrim(coalesce(_payload ->> 'account', '')) as ad_account_id,
        (_payload ->> 'date')::date as reported_on,
        sum((_payload ->> 'spend')::numeric) as spend,
        sum(coalesce(nullif(_payload ->> 'impressions', ''), '0')::numeric) as impressions,
        sum(coalesce(nullif(_payload ->> 'clicks', ''), '0')::numeric) as clicks
    from {{ source('csv_spend', 'spend_lines') }}
    where _deleted_at is null
    group by 1, 2, 3

),

counted as (

    select
        platform_code,
        ad_account_id,
        reported_on,
        sum(spend_amount) as spend,
        sum(impressions_count) as impressions,
        sum(clicks_count) as clicks
    from {{ ref('fct_ad_spend') }}
    where spend_kind_code = 'media'
    group by 1, 2, 3

)

select
    coalesce(landed.platform_code, counted.platform_code) as platform_code,
    coalesce(landed.ad_account_id, counted.ad_account_id) as ad_account_id,
    coalesce(landed.reported_on, counted.reported_on) as reported_on,
    landed.spend as landed_spend,
    counted.spend as counted_spend,
    landed.impressions as landed_impressions,
    counted.impressions as counted_impressions,
    landed.clicks as landed_clicks,
    counted.clicks as counted_clicks
from landed
full join counted
    on
        landed.platform_code = counted.platform_code
        and landed.ad_account_id = counted.ad_account_id
        and landed.reported_on = counted.reported_on
where
    landed.spend is distinct from counted.spend
    or landed.impressions is distinct from counted.impressions
    or landed.clicks is distinct from counted.clicks
