-- The id stands in the landing key (`user|object|date`), names in the lists of objects. Conversions
-- are the goals of VK Ads itself; `base.goals` is what the older system called so.
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as user_id,
        split_part(landed._key, '|', 2) as ad_group_id,
        (landed._payload ->> 'date')::date as reported_on,
        base.*
    from {{ source('vk_ads', 'ad_group_days') }} as landed
    cross join lateral jsonb_to_record(landed._payload -> 'base') as base (
        shows bigint,
        clicks bigint,
        spent numeric(18, 6),
        vk jsonb
    )

)

select
    -- ids
    source._account as account,
    source.user_id as ad_account_id,
    ad_groups.campaign_id,
    source.ad_group_id,

    -- strings
    campaigns.campaign_name,
    ad_groups.ad_group_name,

    -- numerics; VK states no revenue in these metrics
    source.shows as impressions_count,
    source.clicks as clicks_count,
    coalesce((source.vk ->> 'goals')::numeric, 0) as conversions_count,
    0::numeric as conversion_value_amount,
    source.spent as spend_amount,

    -- booleans; as the setting VAT_INCLUDED says
    users.is_vat_included,

    -- days, in Moscow time
    source.reported_on,

    -- technical
    source._deleted_at,
    source._extracted_at
from source
left join {{ ref('stg_vk_ads__users') }} as users
    on
        source._account = users.account
        and source.user_id = users.ad_account_id
left join {{ ref('stg_vk_ads__ad_groups') }} as ad_groups
    on
        source._account = ad_groups.account
        and source.user_id = ad_groups.ad_account_id
        and source.ad_group_id = ad_groups.ad_group_id
left join {{ ref('stg_vk_ads__campaigns') }} as campaigns
    on
        source._account = campaigns.account
        and source.user_id = campaigns.ad_account_id
        and ad_groups.campaign_id = campaigns.campaign_id
