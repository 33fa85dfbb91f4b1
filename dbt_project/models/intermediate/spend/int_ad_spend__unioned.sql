-- One vocabulary for every platform. A new API platform is one more part of the union here.
with google_ads as (

    select
        'google_ads' as platform_code,
        days.account,
        days.ad_account_id,
        days.campaign_id,
        days.campaign_name,
        days.campaign_type,
        days.reported_on,
        days.impressions_count,
        days.clicks_count,
        days.interactions_count as actions_count,
        days.spend_amount,
        customers.currency_code,
        days.is_vat_included,
        null::text as channel_code
    from {{ ref('stg_google_ads__campaign_days') }} as days
    left join {{ ref('stg_google_ads__customers') }} as customers
        on days.account = customers.account and days.ad_account_id = customers.ad_account_id
    where days._deleted_at is null

),

yandex_direct as (

    select
        'yandex_direct' as platform_code,
        days.account,
        days.ad_account_id,
        days.campaign_id,
        days.campaign_name,
        days.campaign_type,
        days.reported_on,
        days.impressions_count,
        days.clicks_count,
        days.clicks_count as actions_count,
        days.spend_amount,
        clients.currency_code,
        days.is_vat_included,
        null::text as channel_code
    from {{ ref('stg_yandex_direct__campaign_days') }} as days
    left join {{ ref('stg_yandex_direct__clients') }} as clients
        on days.account = clients.account and days.ad_account_id = clients.ad_account_id
    where days._deleted_at is null

),

-- No API, no ids: the campaign's text is its id, the platform's name is kept as written.
csv_spend as (

    select
        platform_code,
        account,
        ad_account_id,
        campaign_id,
        nullif(campaign_id, '') as campaign_name,
        null::text as campaign_type,
        reported_on,
        impressions_count,
        clicks_count,
        clicks_count as actions_count,
        spend_amount,
        currency_code,
        is_vat_included,
        channel_code
    from {{ ref('stg_csv_spend__spend_lines') }}
    where _deleted_at is null

),

unioned as (

    select * from google_ads
    union all
    select * from yandex_direct
    union all
    select * from csv_spend

)

select
    unioned.platform_code,
    unioned.account,
    unioned.ad_account_id,
    unioned.campaign_id,
    {{ surrogate_key(['unioned.platform_code', 'unioned.ad_account_id', 'unioned.campaign_id']) }}
        as campaign_key,
    unioned.campaign_name,
    unioned.campaign_type,
    coalesce(unioned.channel_code, platforms.channel_code) as channel_code,
    unioned.reported_on,
    unioned.impressions_count,
    unioned.clicks_count,
    unioned.actions_count,
    unioned.spend_amount,
    unioned.currency_code,
    unioned.is_vat_included
from unioned
left join {{ ref('ad_platforms') }} as platforms
    on unioned.platform_code = platforms.platform_code
