-- One vocabulary for every platform, at the one level at which all of them are complete. A new API
-- platform is one more line of this list: its name, what counts as an action there, and its own
-- figure without VAT where it states both.
{%- set platforms = [
    ('google_ads', 'interactions_count', 'null::numeric'),
    ('yandex_direct', 'clicks_count', 'spend_without_vat_amount'),
    ('vk_ads', 'clicks_count', 'null::numeric'),
] %}
with stated as (

    {% for platform, actions, net in platforms -%}
        select
            '{{ platform }}' as platform_code,
            account,
            ad_account_id,
            campaign_id,
            campaign_name,
            campaign_type,
            reported_on,
            impressions_count,
            clicks_count,
            {{ actions }} as actions_count,
            conversions_count,
            conversion_value_amount,
            spend_amount,
            {{ net }} as stated_net_amount,
            is_vat_included
        from {{ ref('stg_' ~ platform ~ '__campaign_days') }}
        where _deleted_at is null
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
),

api_platforms as (

    select
        stated.*,
        ad_accounts.currency_code,
        ad_accounts.time_zone as ad_account_time_zone,
        null::text as channel_code
    from stated
    left join {{ ref('int_ad_accounts__unioned') }} as ad_accounts
        on
            stated.platform_code = ad_accounts.platform_code
            and stated.account = ad_accounts.account
            and stated.ad_account_id = ad_accounts.ad_account_id

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
        0::numeric as conversions_count,
        0::numeric as conversion_value_amount,
        spend_amount,
        null::numeric as stated_net_amount,
        is_vat_included,
        currency_code,
        null::text as ad_account_time_zone,
        channel_code
    from {{ ref('stg_csv_spend__spend_lines') }}
    where _deleted_at is null

),

unioned as (

    select * from api_platforms
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
    unioned.ad_account_time_zone,
    unioned.impressions_count,
    unioned.clicks_count,
    unioned.actions_count,
    unioned.conversions_count,
    unioned.conversion_value_amount,
    unioned.spend_amount,
    unioned.stated_net_amount,
    unioned.currency_code,
    unioned.is_vat_included
from unioned
left join {{ ref('ad_platforms') }} as platforms
    on unioned.platform_code = platforms.platform_code
