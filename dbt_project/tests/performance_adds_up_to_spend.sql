-- Each level of the drill-down shows what fct_ad_spend shows, to the kopeck: per campaign,
-- kind of spend, currency, tax treatment, channel and day.
with levels as (

    select distinct level_code
    from {{ ref('fct_ad_performance') }}

),

stacked as (

    select
        levels.level_code,
        spend.campaign_key,
        spend.spend_kind_code,
        spend.account,
        spend.channel_key,
        spend.currency_code,
        spend.is_vat_included,
        spend.reported_on,
        spend.impressions_count,
        spend.clicks_count,
        spend.conversions_count,
        spend.conversion_value_amount,
        spend.spend_amount,
        spend.spend_gross_reporting_amount,
        spend.spend_net_reporting_amount,
        spend.spend_reporting_amount
    from {{ ref('fct_ad_spend') }} as spend
    cross join levels
    union all
    select
        level_code,
        campaign_key,
        spend_kind_code,
        account,
        channel_key,
        currency_code,
        is_vat_included,
        reported_on,
        -impressions_count as impressions_count,
        -clicks_count as clicks_count,
        -conversions_count as conversions_count,
        -conversion_value_amount as conversion_value_amount,
        -spend_amount as spend_amount,
        -spend_gross_reporting_amount as spend_gross_reporting_amount,
        -spend_net_reporting_amount as spend_net_reporting_amount,
        -spend_reporting_amount as spend_reporting_amount
    from {{ ref('fct_ad_performance') }}

)

select
    level_code,
    campaign_key,
    spend_kind_code,
    account,
    reported_on,
    sum(spend_amount) as spend_amount,
    sum(spend_reporting_amount) as spend_reporting_amount
from stacked
group by
    level_code,
    campaign_key,
    spend_kind_code,
    account,
    channel_key,
    currency_code,
    is_vat_included,
    reported_on
having
    sum(impressions_count) <> 0
    or sum(clicks_count) <> 0
    or sum(conversions_count) <> 0
    or sum(conversion_value_amount) <> 0
    or sum(spend_amount) <> 0
    or sum(spend_gross_reporting_amount) <> 0
    or sum(spend_net_reporting_amount) <> 0
    or sum(spend_reporting_amount) <> 0
