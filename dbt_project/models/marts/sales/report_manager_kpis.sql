-- Each measure falls on its own day and to its own manager: what was created to the one
-- responsible at creation, what was won to the one responsible at the win.
with leads as (

    select
        manager_key,
        channel_key,
        created_date_key as date_key,
        count(*) as leads_count,
        count(*) filter (where not is_junk) as quality_leads_count,
        count(*) filter (where has_deal) as leads_with_deal_count
    from {{ ref('fct_leads') }}
    group by manager_key, channel_key, created_date_key

),

created as (

    select
        created_manager_key as manager_key,
        channel_key,
        created_date_key as date_key,
        count(*) as deals_count,
        count(*) filter (where is_inquiry) as direct_deals_count
    from {{ ref('fct_deals') }}
    group by created_manager_key, channel_key, created_date_key

),

won as (

    select
        manager_key,
        channel_key,
        won_date_key as date_key,
        count(*) as won_deals_count,
        count(*) filter (where deal_amount = 0) as zero_won_deals_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_deals') }}
    where is_won
    group by manager_key, channel_key, won_date_key

),

lost as (

    select
        manager_key,
        channel_key,
        lost_date_key as date_key,
        count(*) as lost_deals_count
    from {{ ref('fct_deals') }}
    where is_lost
    group by manager_key, channel_key, lost_date_key

),

stacked as (

    select
        manager_key,
        channel_key,
        date_key,
        leads_count,
        quality_leads_count,
        leads_with_deal_count,
        leads_count as inquiries_count,
        0 as deals_count,
        0 as won_deals_count,
        0 as zero_won_deals_count,
        0 as lost_deals_count,
        0 as revenue_reporting_amount
    from leads
    union all
    select
        manager_key,
        channel_key,
        date_key,
        0 as leads_count,
        0 as quality_leads_count,
        0 as leads_with_deal_count,
        direct_deals_count as inquiries_count,
        deals_count,
        0 as won_deals_count,
        0 as zero_won_deals_count,
        0 as lost_deals_count,
        0 as revenue_reporting_amount
    from created
    union all
    select
        manager_key,
        channel_key,
        date_key,
        0 as leads_count,
        0 as quality_leads_count,
        0 as leads_with_deal_count,
        0 as inquiries_count,
        0 as deals_count,
        won_deals_count,
        zero_won_deals_count,
        0 as lost_deals_count,
        revenue_reporting_amount
    from won
    union all
    select
        manager_key,
        channel_key,
        date_key,
        0 as leads_count,
        0 as quality_leads_count,
        0 as leads_with_deal_count,
        0 as inquiries_count,
        0 as deals_count,
        0 as won_deals_count,
        0 as zero_won_deals_count,
        lost_deals_count,
        0 as revenue_reporting_amount
    from lost

),

summed as (

    select
        manager_key,
        channel_key,
        date_key,
        sum(leads_count)::bigint as leads_count,
        sum(quality_leads_count)::bigint as quality_leads_count,
        sum(leads_with_deal_count)::bigint as leads_with_deal_count,
        sum(inquiries_count)::bigint as inquiries_count,
        sum(deals_count)::bigint as deals_count,
        sum(won_deals_count)::bigint as won_deals_count,
        sum(zero_won_deals_count)::bigint as zero_won_deals_count,
        sum(lost_deals_count)::bigint as lost_deals_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from stacked
    group by manager_key, channel_key, date_key

)

select
    summed.manager_key,
    summed.channel_key,
    summed.date_key,
    dates.date_on as report_on,
    managers.manager_id,
    managers.manager_name,
    managers.department_key,
    managers.department_name,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    summed.leads_count,
    summed.quality_leads_count,
    summed.leads_with_deal_count,
    summed.inquiries_count,
    summed.deals_count,
    summed.won_deals_count,
    summed.zero_won_deals_count,
    summed.lost_deals_count,
    summed.revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from summed
inner join {{ ref('dim_date') }} as dates
    on summed.date_key = dates.date_key
inner join {{ ref('dim_manager') }} as managers
    on summed.manager_key = managers.manager_key
inner join {{ ref('dim_channel') }} as channels
    on summed.channel_key = channels.channel_key
