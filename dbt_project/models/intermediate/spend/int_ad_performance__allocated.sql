-- At each level a campaign's day adds up to the campaign: what its parts do not hold, money that
-- the rounding of many parts moved included, stands in a row of its own. A fee is charged for no
-- part, so all of it does.
with levels as (

    select level_code
    from (values ('ad_group'), ('ad'), ('keyword')) as listed (level_code)

),

-- The campaign counts as stated, its parts against it.
opposed as (

    select
        levels.level_code,
        campaigns.spend_kind_code,
        campaigns.platform_code,
        campaigns.account,
        campaigns.ad_account_id,
        campaigns.campaign_id,
        campaigns.campaign_key,
        campaigns.channel_code,
        campaigns.currency_code,
        campaigns.is_vat_included,
        campaigns.reported_on,
        campaigns.reporting_rate,
        campaigns.impressions_count,
        campaigns.clicks_count,
        campaigns.conversions_count,
        campaigns.conversion_value_amount,
        campaigns.spend_amount,
        campaigns.spend_gross_reporting_amount,
        campaigns.spend_net_reporting_amount
    from {{ ref('int_ad_spend__valued') }} as campaigns
    cross join levels
    union all
    select
        level_code,
        spend_kind_code,
        platform_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_key,
        channel_code,
        currency_code,
        is_vat_included,
        reported_on,
        reporting_rate,
        -impressions_count as impressions_count,
        -clicks_count as clicks_count,
        -conversions_count as conversions_count,
        -conversion_value_amount as conversion_value_amount,
        -spend_amount as spend_amount,
        -spend_gross_reporting_amount as spend_gross_reporting_amount,
        -spend_net_reporting_amount as spend_net_reporting_amount
    from {{ ref('int_ad_performance__valued') }}

),

not_allocated as (

    select
        level_code,
        spend_kind_code,
        platform_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_key,
        channel_code,
        currency_code,
        is_vat_included,
        reported_on,
        reporting_rate,
        sum(impressions_count)::bigint as impressions_count,
        sum(clicks_count)::bigint as clicks_count,
        sum(conversions_count) as conversions_count,
        sum(conversion_value_amount) as conversion_value_amount,
        sum(spend_amount) as spend_amount,
        sum(spend_gross_reporting_amount) as spend_gross_reporting_amount,
        sum(spend_net_reporting_amount) as spend_net_reporting_amount
    from opposed
    group by
        level_code,
        spend_kind_code,
        platform_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_key,
        channel_code,
        currency_code,
        is_vat_included,
        reported_on,
        reporting_rate

)

select
    level_code,
    true as is_allocated,
    spend_kind_code,
    platform_code,
    account,
    ad_account_id,
    campaign_id,
    campaign_key,
    channel_code,
    ad_group_id,
    coalesce(ad_group_name, ad_group_id) as ad_group_name,
    ad_id,
    coalesce(ad_name, ad_id) as ad_name,
    keyword_id,
    coalesce(keyword_text, keyword_id) as keyword_text,
    reported_on,
    impressions_count,
    clicks_count,
    conversions_count,
    conversion_value_amount,
    spend_amount,
    currency_code,
    is_vat_included,
    reporting_rate,
    spend_gross_reporting_amount,
    spend_net_reporting_amount
from {{ ref('int_ad_performance__valued') }}
union all
select
    level_code,
    false as is_allocated,
    spend_kind_code,
    platform_code,
    account,
    ad_account_id,
    campaign_id,
    campaign_key,
    channel_code,
    '' as ad_group_id,
    'не распределено' as ad_group_name,
    '' as ad_id,
    'не распределено' as ad_name,
    '' as keyword_id,
    'не распределено' as keyword_text,
    reported_on,
    impressions_count,
    clicks_count,
    conversions_count,
    conversion_value_amount,
    spend_amount,
    currency_code,
    is_vat_included,
    reporting_rate,
    spend_gross_reporting_amount,
    spend_net_reporting_amount
from not_allocated
where
    impressions_count <> 0
    or clicks_count <> 0
    or conversions_count <> 0
    or conversion_value_amount <> 0
    or spend_amount <> 0
    or spend_gross_reporting_amount <> 0
    or spend_net_reporting_amount <> 0
