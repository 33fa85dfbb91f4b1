-- Lines of one campaign and day are added up first and rounded once.
with summed as (

    select
        platform_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_key,
        channel_code,
        currency_code,
        is_vat_included,
        reported_on,
        sum(impressions_count)::bigint as impressions_count,
        sum(clicks_count)::bigint as clicks_count,
        sum(actions_count)::bigint as actions_count,
        sum(spend_amount) as spend_amount
    from {{ ref('int_ad_spend__unioned') }}
    group by
        platform_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_key,
        channel_code,
        currency_code,
        is_vat_included,
        reported_on

)

select
    summed.*,
    rates.reporting_rate,
    round(summed.spend_amount * rates.reporting_rate, 2) as spend_reporting_amount
from summed
left join {{ ref('int_currency_rates__dated') }} as rates
    on
        summed.currency_code = rates.currency_code
        and summed.reported_on >= rates.valid_from
        and summed.reported_on < rates.valid_before
