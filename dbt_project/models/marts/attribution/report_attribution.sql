-- Sides are stacked, not joined, as in report_ad_payback. Spend has no model: it stands in full
-- beside each of them, so that a ratio of one model has both of its sides in its own rows.
with spent as (

    select
        date_key,
        channel_key,
        campaign_key,
        sum(spend_reporting_amount) as spend_reporting_amount
    from {{ ref('fct_ad_spend') }}
    group by date_key, channel_key, campaign_key

),

stacked as (

    select
        spent.date_key,
        spent.channel_key,
        spent.campaign_key,
        models.attribution_model_key,
        spent.spend_reporting_amount,
        0 as inquiries_micros,
        0 as deals_micros,
        0 as won_deals_micros,
        0 as new_customers_micros,
        0 as revenue_reporting_amount
    from spent
    cross join {{ ref('dim_attribution_model') }} as models
    where models.is_offered
    union all
    select
        created_date_key as date_key,
        channel_key,
        campaign_key,
        attribution_model_key,
        null as spend_reporting_amount,
        sum(case when is_inquiry then weight_micros else 0 end) as inquiries_micros,
        sum(case when record_type_code = 'deal' then weight_micros else 0 end) as deals_micros,
        0 as won_deals_micros,
        0 as new_customers_micros,
        0 as revenue_reporting_amount
    from {{ ref('fct_attribution') }}
    group by created_date_key, channel_key, campaign_key, attribution_model_key
    union all
    select
        won_date_key as date_key,
        channel_key,
        campaign_key,
        attribution_model_key,
        null as spend_reporting_amount,
        0 as inquiries_micros,
        0 as deals_micros,
        sum(weight_micros) as won_deals_micros,
        sum(case when is_new_customer then weight_micros else 0 end) as new_customers_micros,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_attribution') }}
    where is_won
    group by won_date_key, channel_key, campaign_key, attribution_model_key

),

summed as (

    select
        date_key,
        channel_key,
        campaign_key,
        attribution_model_key,
        sum(spend_reporting_amount) as spend_reporting_amount,
        sum(inquiries_micros) / 1000000 as inquiries_credit,
        sum(deals_micros) / 1000000 as deals_credit,
        sum(won_deals_micros) / 1000000 as won_deals_credit,
        sum(new_customers_micros) / 1000000 as new_customers_credit,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from stacked
    group by date_key, channel_key, campaign_key, attribution_model_key

),

shown as (

    {{ judged_spend('summed') }}

)

select
    shown.date_key,
    shown.channel_key,
    shown.campaign_key,
    shown.attribution_model_key,
    shown.report_on,
    models.attribution_model_code,
    models.attribution_model_name_ru,
    models.attribution_model_name_en,
    models.is_default as is_default_model,
    shown.channel_code,
    shown.channel_name_ru,
    shown.channel_name_en,
    shown.is_paid_channel,
    campaigns.platform_code,
    campaigns.campaign_id,
    campaigns.campaign_name,
    shown.is_spend_complete,
    shown.is_payback_complete,
    coalesce(shown.spend_reporting_amount, case when shown.is_spend_complete then 0 end)
        as spend_reporting_amount,
    case
        when shown.is_payback_complete then coalesce(shown.spend_reporting_amount, 0)
    end as payback_spend_reporting_amount,
    shown.inquiries_credit,
    shown.deals_credit,
    shown.won_deals_credit,
    shown.new_customers_credit,
    shown.revenue_reporting_amount,
    case
        when shown.is_payback_complete then shown.revenue_reporting_amount
    end as payback_revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code,
    {{ vat_basis() }} as vat_basis
from shown
inner join {{ ref('dim_attribution_model') }} as models
    on shown.attribution_model_key = models.attribution_model_key
inner join {{ ref('dim_campaign') }} as campaigns
    on shown.campaign_key = campaigns.campaign_key
