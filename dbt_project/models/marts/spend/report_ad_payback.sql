-- Each fact is added up on its own day first; sides are stacked, not joined, so that neither
-- spend without deals nor deals without spend is lost or multiplied.
-- A day without spend is 0 only where the spend of that day is known: see docs/adr/0008. A fee for
-- the day does not make it known.
with spent as (

    select
        date_key,
        channel_key,
        campaign_key,
        sum(impressions_count) filter (where spend_kind_code = 'media') as impressions_count,
        sum(clicks_count) filter (where spend_kind_code = 'media') as clicks_count,
        sum(actions_count) filter (where spend_kind_code = 'media') as actions_count,
        sum(spend_reporting_amount) as spend_reporting_amount,
        sum(spend_reporting_amount) filter (where spend_kind_code = 'media')
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
        null::bigint as impressions_count,
        null::bigint as clicks_count,
        null::bigint as actions_count,
        null::numeric as spend_reporting_amount,
        null::numeric as media_spend_reporting_amount,
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
        null::bigint as impressions_count,
        null::bigint as clicks_count,
        null::bigint as actions_count,
        null::numeric as spend_reporting_amount,
        null::numeric as media_spend_reporting_amount,
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
        null::bigint as impressions_count,
        null::bigint as clicks_count,
        null::bigint as actions_count,
        null::numeric as spend_reporting_amount,
        null::numeric as media_spend_reporting_amount,
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

),

judged as (

    {{ judged_spend('summed') }}

),

shown as (

    select
        judged.*,
        case when is_spend_complete then 0 end as nothing
    from judged

)

select
    shown.date_key,
    shown.channel_key,
    shown.campaign_key,
    shown.report_on,
    shown.channel_code,
    shown.channel_name_ru,
    shown.channel_name_en,
    shown.is_paid_channel,
    campaigns.platform_code,
    campaigns.ad_account_id,
    campaigns.campaign_id,
    campaigns.campaign_name,
    shown.is_spend_complete,
    shown.is_payback_complete,
    coalesce(shown.impressions_count, shown.nothing) as impressions_count,
    coalesce(shown.clicks_count, shown.nothing) as clicks_count,
    coalesce(shown.actions_count, shown.nothing) as actions_count,
    coalesce(shown.spend_reporting_amount, shown.nothing) as spend_reporting_amount,
    coalesce(shown.media_spend_reporting_amount, shown.nothing) as media_spend_reporting_amount,
    case
        when shown.is_payback_complete then coalesce(shown.spend_reporting_amount, 0)
    end as payback_spend_reporting_amount,
    shown.leads_count,
    shown.quality_leads_count,
    shown.inquiries_count,
    shown.deals_count,
    shown.won_deals_count,
    shown.new_customers_count,
    shown.revenue_reporting_amount,
    case
        when shown.is_payback_complete then shown.revenue_reporting_amount
    end as payback_revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code,
    {{ vat_basis() }} as vat_basis
from shown
inner join {{ ref('dim_campaign') }} as campaigns
    on shown.campaign_key = campaigns.campaign_key
