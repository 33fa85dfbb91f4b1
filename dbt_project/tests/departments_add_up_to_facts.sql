-- What all departments together made is what the facts hold, day by day: no fact is lost or counted
-- twice because its manager went from one department to another.
with facts as (

    select
        created_date_key as date_key,
        'answered_inquiries' as measure,
        count(*) as amount
    from {{ ref('fct_inquiries') }}
    where is_answered
    group by created_date_key
    union all
    select
        lost_date_key as date_key,
        'lost_deals' as measure,
        count(*) as amount
    from {{ ref('fct_deals') }}
    where is_lost
    group by lost_date_key
    union all
    select
        won_date_key as date_key,
        'revenue' as measure,
        sum(revenue_reporting_amount) as amount
    from {{ ref('fct_deals') }}
    where is_won
    group by won_date_key
    union all
    select
        date_key,
        'calls' as measure,
        count(*) as amount
    from {{ ref('fct_calls') }}
    group by date_key

),

shown as (

    select
        kpis.date_key,
        measures.measure,
        sum(measures.amount) as amount
    from {{ ref('report_manager_kpis') }} as kpis
    inner join {{ ref('dim_department') }} as departments
        on kpis.department_key = departments.department_key
    cross join
        lateral (
            values
            ('answered_inquiries', kpis.answered_inquiries_count::numeric),
            ('lost_deals', kpis.lost_deals_count::numeric),
            ('revenue', kpis.revenue_reporting_amount),
            ('calls', kpis.calls_made_count::numeric),
            ('calls', kpis.calls_answered_count::numeric),
            ('calls', kpis.calls_missed_count::numeric)
        ) as measures (measure, amount)
    group by kpis.date_key, measures.measure

)

select
    coalesce(facts.date_key, shown.date_key) as date_key,
    coalesce(facts.measure, shown.measure) as measure,
    coalesce(facts.amount, 0) as fact_amount,
    coalesce(shown.amount, 0) as report_amount
from facts
full join shown
    on facts.date_key = shown.date_key and facts.measure = shown.measure
where coalesce(facts.amount, 0) <> coalesce(shown.amount, 0)
