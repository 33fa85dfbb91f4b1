-- Each fact is added up on its own day first; sides are stacked, not joined, so that neither
-- spend without deals nor deals without spend is lost or multiplied.
with spent as (

    select
        date_key,
        channel_key,
        campaign_key,
        sum(impressions_count) as impressions_count,
        sum(clicks_count) as clicks_count,
        sum(actions_count) as actions_count,
        sum(spend_reporting_amount) as spend_reporting_amount,
        coalesce(sum(spend_reporting_amount) filter (where spend_kind_code = 'media'), 0)
            as media_spend_reporting_amount
    from {{ ref('fct_ad_spend') }}
    group by date_key, channel_key, campaign_key

),

leads as (

    select
        created_date_key as date_key,
        channel_key,
        campaign_key,
        count(*) as leads_count,
        count(*) filter (where not is_junk) as quality_leads_count
    from {{ ref('fct_leads') }}
    group by created_date_key, channel_key, campaign_key

),

created as (

    select
        created_date_key as date_key,
        channel_key,
        campaign_key,
        count(*) as deals_count,
        count(*) filter (where is_inquiry) as direct_deals_count
    from {{ ref('fct_deals') }}
    group by created_date_key, channel_key, campaign_key

),

won as (

    select
        won_date_key as date_key,
        channel_key,
        campaign_key,
        count(*) as won_deals_count,
        count(*) filter (where sale_no = 1) as new_customers_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_deals') }}
    where is_won
    group by won_date_key, channel_key, campaign_key

),

stacked as (

    select
        date_key,
        channel_key,
        campaign_key,
        impressions_count,
        clicks_count,
        actions_count,
        spend_reporting_amount,
        media_spend_reporting_amount,
        0 as leads_count,
        0 as quality_leads_count,
        0 as inquiries_count,
        0 as deals_count,
        0 as won_deals_count,
        0 as new_customers_count,
        0 as revenue_reporting_amount
    from spent
    union all
    select
        date_key,
        channel_key,
        campaign_key,
        0 as impressions_count,
        0 as clicks_count,
        0 as actions_count,
        0 as spend_reporting_amount,
        0 as media_spend_reporting_amount,
        leads_count,
        quality_leads_count,
        leads_count as inquiries_count,
        0 as deals_count,
        0 as won_deals_count,
        0 as new_customers_count,
        0 as revenue_reporting_amount
    from leads
    union all
    select
        date_key,
        channel_key,
        campaign_key,
        0 as impressions_count,
        0 as clicks_count,
        0 as actions_count,
        0 as spend_reporting_amount,
        0 as media_spend_reporting_amount,
        0 as leads_count,
        0 as quality_leads_count,
        direct_deals_count as inquiries_count,
        deals_count,
        0 as won_deals_count,
        0 as new_customers_count,
        0 as revenue_reporting_amount
    from created
    union all
    select
        date_key,
        channel_key,
        campaign_key,
        0 as impressions_count,
        0 as clicks_count,
        0 as actions_count,
        0 as spend_reporting_amount,
        0 as media_spend_reporting_amount,
        0 as leads_count,
        0 as quality_leads_count,
        0 as inquiries_count,
        0 as deals_count,
        won_deals_count,
        new_customers_count,
        revenue_reporting_amount
    from won

),

summed as (

    select
        date_key,
        channel_key,
        campaign_key,
        sum(impressions_count)::bigint as impressions_count,
        sum(clicks_count)::bigint as clicks_count,
        sum(actions_count)::bigint as actions_count,
        sum(spend_reporting_amount) as spend_reporting_amount,
        sum(media_spend_reporting_amount) as media_spend_reporting_amount,
        sum(leads_count)::bigint as leads_count,
        sum(quality_leads_count)::bigint as quality_leads_count,
        sum(inquiries_count)::bigint as inquiries_count,
        sum(deals_count)::bigint as deals_count,
        sum(won_deals_count)::bigint as won_deals_count,
        sum(new_customers_count)::bigint as new_customers_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from stacked
    group by date_key, channel_key, campaign_key

)

select
    summed.date_key,
    summed.channel_key,
    summed.campaign_key,
    dates.date_on as report_on,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    channels.is_paid as is_paid_channel,
    campaigns.platform_code,
    campaigns.ad_account_id,
    campaigns.campaign_id,
    campaigns.campaign_name,
    summed.impressions_count,
    summed.clicks_count,
    summed.actions_count,
    summed.spend_reporting_amount,
    summed.media_spend_reporting_amount,
    summed.leads_count,
    summed.quality_leads_count,
    summed.inquiries_count,
    summed.deals_count,
    summed.won_deals_count,
    summed.new_customers_count,
    summed.revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code,
    {{ vat_basis() }} as vat_basis
from summed
inner join {{ ref('dim_date') }} as dates
    on summed.date_key = dates.date_key
inner join {{ ref('dim_channel') }} as channels
    on summed.channel_key = channels.channel_key
inner join {{ ref('dim_campaign') }} as campaigns
    on summed.campaign_key = campaigns.campaign_key
