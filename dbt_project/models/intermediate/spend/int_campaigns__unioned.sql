-- Campaigns as the platforms list them, those that only spend knows, and what fees without a
-- campaign stand for. The newest name wins: an id stays, a name is changed.
{%- set platforms = ['google_ads', 'yandex_direct', 'vk_ads'] %}
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

-- Campaigns that are gone stay: older inquiries still name them. One that two accesses list is one
-- campaign; the access that still lists it knows it better.
listed as (

    select distinct on (campaign_key) *
    from (
        {% for platform in platforms -%}
            select
                {{ surrogate_key(["'" ~ platform ~ "'", 'ad_account_id', 'campaign_id']) }}
                    as campaign_key,
                '{{ platform }}' as platform_code,
                account,
                ad_account_id,
                campaign_id,
                campaign_name,
                campaign_type,
                campaign_status,
                _deleted_at is not null as is_gone
            from {{ ref('stg_' ~ platform ~ '__campaigns') }}
            {% if not loop.last -%}
                union all
            {% endif -%}
        {% endfor %}
    ) as all_lists
    order by campaign_key asc, is_gone asc, account asc

),

charged as (

    select
        campaign_key,
        min(platform_code) as platform_code,
        min(account) as account,
        min(ad_account_id) as ad_account_id,
        min(campaign_id) as campaign_id,
        (array_agg(channel_code order by reported_on desc, channel_code asc))[1] as channel_code
    from {{ ref('int_fees__allocated') }}
    group by campaign_key

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
    union all
    select
        charged.campaign_key,
        charged.platform_code,
        charged.account,
        charged.ad_account_id,
        charged.campaign_id,
        null as campaign_name,
        null as campaign_type,
        null as campaign_status,
        charged.channel_code,
        null as first_spend_on,
        null as last_spend_on
    from charged
    left join spent
        on charged.campaign_key = spent.campaign_key
    where spent.campaign_key is null

)

select
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
