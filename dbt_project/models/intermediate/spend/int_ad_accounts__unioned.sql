-- What the platforms say of their ad accounts. The same account through two accesses is said once
-- for each; spend of an account that is not listed has no currency and stops the run.
select
    'google_ads' as platform_code,
    account,
    ad_account_id,
    ad_account_name,
    currency_code,
    time_zone
from {{ ref('stg_google_ads__customers') }}
union all
select
    'yandex_direct' as platform_code,
    account,
    ad_account_id,
    ad_account_name,
    currency_code,
    -- Direct counts every advertiser's day in Moscow.
    'Europe/Moscow' as time_zone
from {{ ref('stg_yandex_direct__clients') }}
union all
select
    'vk_ads' as platform_code,
    account,
    ad_account_id,
    ad_account_name,
    currency_code,
    time_zone
from {{ ref('stg_vk_ads__users') }}
