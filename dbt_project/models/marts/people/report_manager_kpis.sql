-- Each measure falls on its own day, to its own manager and to the department that the manager was
-- in then: what was created to the one responsible at creation, what was won to the one responsible
-- at the win, a call to whoever spoke.
with inquiries as (

    select
        manager_key,
        department_key,
        channel_key,
        created_date_key as date_key,
        count(*) filter (where record_type = 'lead') as leads_count,
        count(*) filter (where record_type = 'lead' and not is_junk) as quality_leads_count,
        count(*) filter (where record_type = 'lead' and has_deal) as leads_with_deal_count,
        count(*) as inquiries_count,
        count(*) filter (where is_answered) as answered_inquiries_count
    from {{ ref('fct_inquiries') }}
    group by manager_key, department_key, channel_key, created_date_key

),

created as (

    select
        created_manager_key as manager_key,
        created_department_key as department_key,
        channel_key,
        created_date_key as date_key,
        count(*) as deals_count
    from {{ ref('fct_deals') }}
    group by created_manager_key, created_department_key, channel_key, created_date_key

),

won as (

    select
        manager_key,
        department_key,
        channel_key,
        won_date_key as date_key,
        count(*) as won_deals_count,
        count(*) filter (where deal_amount = 0) as zero_won_deals_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_deals') }}
    where is_won
    group by manager_key, department_key, channel_key, won_date_key

),

lost as (

    select
        manager_key,
        department_key,
        channel_key,
        lost_date_key as date_key,
        count(*) as lost_deals_count
    from {{ ref('fct_deals') }}
    where is_lost
    group by manager_key, department_key, channel_key, lost_date_key

),

calls as (

    select
        manager_key,
        department_key,
        channel_key,
        date_key,
        count(*) filter (where direction_code = 'outgoing') as calls_made_count,
        count(*) filter (where direction_code = 'outgoing' and is_answered)
            as calls_reached_count,
        count(*) filter (where direction_code = 'incoming' and is_answered)
            as calls_answered_count,
        count(*) filter (where direction_code = 'incoming' and not is_answered)
            as calls_missed_count
    from {{ ref('fct_calls') }}
    group by manager_key, department_key, channel_key, date_key

),

keys as (

    select
        manager_key,
        department_key,
        channel_key,
        date_key
    from inquiries
    union
    select
        manager_key,
        department_key,
        channel_key,
        date_key
    from created
    union
    select
        manager_key,
        department_key,
        channel_key,
        date_key
    from won
    union
    select
        manager_key,
        department_key,
        channel_key,
        date_key
    from lost
    union
    select
        manager_key,
        department_key,
        channel_key,
        date_key
    from calls

)

select
    keys.manager_key,
    keys.department_key,
    keys.channel_key,
    keys.date_key,
    dates.date_on as report_on,
    managers.manager_id,
    managers.manager_name,
    departments.department_name,
    departments.department_path,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    coalesce(inquiries.leads_count, 0) as leads_count,
    coalesce(inquiries.quality_leads_count, 0) as quality_leads_count,
    coalesce(inquiries.leads_with_deal_count, 0) as leads_with_deal_count,
    coalesce(inquiries.inquiries_count, 0) as inquiries_count,
    coalesce(inquiries.answered_inquiries_count, 0) as answered_inquiries_count,
    coalesce(created.deals_count, 0) as deals_count,
    coalesce(won.won_deals_count, 0) as won_deals_count,
    coalesce(won.zero_won_deals_count, 0) as zero_won_deals_count,
    coalesce(lost.lost_deals_count, 0) as lost_deals_count,
    coalesce(calls.calls_made_count, 0) as calls_made_count,
    coalesce(calls.calls_reached_count, 0) as calls_reached_count,
    coalesce(calls.calls_answered_count, 0) as calls_answered_count,
    coalesce(calls.calls_missed_count, 0) as calls_missed_count,
    coalesce(won.revenue_reporting_amount, 0)::numeric(18, 2) as revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from keys
left join inquiries
    on
        keys.manager_key = inquiries.manager_key
        and keys.department_key = inquiries.department_key
        and keys.channel_key = inquiries.channel_key
        and keys.date_key = inquiries.date_key
left join created
    on
        keys.manager_key = created.manager_key
        and keys.department_key = created.department_key
        and keys.channel_key = created.channel_key
        and keys.date_key = created.date_key
left join won
    on
        keys.manager_key = won.manager_key
        and keys.department_key = won.department_key
        and keys.channel_key = won.channel_key
        and keys.date_key = won.date_key
left join lost
    on
        keys.manager_key = lost.manager_key
        and keys.department_key = lost.department_key
        and keys.channel_key = lost.channel_key
        and keys.date_key = lost.date_key
left join calls
    on
        keys.manager_key = calls.manager_key
        and keys.department_key = calls.department_key
        and keys.channel_key = calls.channel_key
        and keys.date_key = calls.date_key
inner join {{ ref('dim_date') }} as dates
    on keys.date_key = dates.date_key
inner join {{ ref('dim_manager') }} as managers
    on keys.manager_key = managers.manager_key
inner join {{ ref('dim_department') }} as departments
    on keys.department_key = departments.department_key
inner join {{ ref('dim_channel') }} as channels
    on keys.channel_key = channels.channel_key
