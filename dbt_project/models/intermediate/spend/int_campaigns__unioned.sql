-- Campaigns as the platforms list them, and those that only spend knows. The newest name wins:
-- an id stays, a name is changed.
with spent as (

    select
        campaign_key,
        platform_code,
        ad_account_id,
        campaign_id,
        (array_agg(account order by reported_on desc, account asc))[1] as account,
        (array_agg(campaign_name order by reported_on desc, campaign_name asc))[1]
            as campaign_name,
        (array_agg(campaign_type order by reported_on desc, campaign_type asc))[1]
            as campaign_type,
        (array_agg(channel_code order by reported_on desc, channel_code asc))[1] as channel_code,
        min(reported_on) filter (where spend_amount > 0) as first_spend_on,
        max(reported_on) filter (where spend_amount > 0) as last_spend_on
    from {{ ref('int_ad_spend__unioned') }}
    group by campaign_key, platform_code, ad_account_id, campaign_id

),

listed as (

    select
        {{ surrogate_key(["'google_ads'", 'ad_account_id', 'campaign_id']) }} as campaign_key,
        'google_ads' as platform_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_name,
        campaign_type,
        campaign_status
    from {{ ref('stg_google_ads__campaigns') }}

),

ad_accounts as (

    select distinct on (platform_code, ad_account_id)
        platform_code,
        ad_account_id,
        ad_account_name
    from {{ ref('int_ad_accounts__unioned') }}
    order by platform_code, ad_account_id, account

),

unioned as (

    select
        coalesce(spent.campaign_key, listed.campaign_key) as campaign_key,
        coalesce(spent.platform_code, listed.platform_code) as platform_code,
        coalesce(spent.account, listed.account) as account,
        coalesce(spent.ad_account_id, listed.ad_account_id) as ad_account_id,
        coalesce(spent.campaign_id, listed.campaign_id) as campaign_id,
        coalesce(listed.campaign_name, spent.campaign_name) as campaign_name,
        coalesce(listed.campaign_type, spent.campaign_type) as campaign_type,
        listed.campaign_status,
        spent.channel_code,
        spent.first_spend_on,
        spent.last_spend_on
    from spent
    full join listed
        on spent.campaign_key = listed.campaign_key

)

select distinct on (unioned.campaign_key)
    unioned.campaign_key,
    unioned.platform_code,
    coalesce(platforms.platform_name_ru, unioned.platform_code) as platform_name_ru,
    coalesce(platforms.platform_name_en, unioned.platform_code) as platform_name_en,
    unioned.account,
    unioned.ad_account_id,
    coalesce(ad_accounts.ad_account_name, unioned.ad_account_id) as ad_account_name,
    unioned.campaign_id,
    unioned.campaign_name,
    {{ utm_normalised('unioned.campaign_name') }} as normalised_name,
    unioned.campaign_type,
    unioned.campaign_status,
    coalesce(unioned.channel_code, platforms.channel_code) as channel_code,
    coalesce(platforms.has_campaign_ids, false) as has_platform_id,
    unioned.first_spend_on,
    unioned.last_spend_on
from unioned
left join {{ ref('ad_platforms') }} as platforms
    on unioned.platform_code = platforms.platform_code
left join ad_accounts
    on
        unioned.platform_code = ad_accounts.platform_code
        and unioned.ad_account_id = ad_accounts.ad_account_id
order by unioned.campaign_key asc, unioned.account asc
