-- The reports show, per day and channel, exactly what the facts hold: nothing lost in a join,
-- nothing multiplied by one. Facts are added up without the joins of the reports.
with facts as (

    select
        date_key,
        channel_key,
        'spend' as measure,
        spend_reporting_amount as amount
    from {{ ref('fct_ad_spend') }}
    union all
    select
        date_key,
        channel_key,
        'media_spend' as measure,
        spend_reporting_amount as amount
    from {{ ref('fct_ad_spend') }}
    where spend_kind_code = 'media'
    union all
    select
        created_date_key as date_key,
        channel_key,
        'leads' as measure,
        1 as amount
    from {{ ref('fct_leads') }}
    union all
    select
        created_date_key as date_key,
        channel_key,
        'inquiries' as measure,
        1 as amount
    from {{ ref('fct_leads') }}
    union all
    select
        created_date_key as date_key,
        channel_key,
        'inquiries' as measure,
        1 as amount
    from {{ ref('fct_deals') }}
    where lead_id is null
    union all
    select
        created_date_key as date_key,
        channel_key,
        'deals' as measure,
        1 as amount
    from {{ ref('fct_deals') }}
    union all
    select
        won_date_key as date_key,
        channel_key,
        'won' as measure,
        1 as amount
    from {{ ref('fct_deals') }}
    where is_won
    union all
    select
        won_date_key as date_key,
        channel_key,
        'revenue' as measure,
        revenue_reporting_amount as amount
    from {{ ref('fct_deals') }}
    where is_won

),

reports as (

    select
        'ad_payback' as report,
        payback.date_key,
        payback.channel_key,
        shown.measure,
        shown.amount
    from {{ ref('report_ad_payback') }} as payback
    cross join
        lateral (
            values
            ('spend', payback.spend_reporting_amount),
            ('media_spend', payback.media_spend_reporting_amount),
            ('leads', payback.leads_count::numeric),
            ('inquiries', payback.inquiries_count::numeric),
            ('deals', payback.deals_count::numeric),
            ('won', payback.won_deals_count::numeric),
            ('revenue', payback.revenue_reporting_amount)
        ) as shown (measure, amount)
    union all
    select
        'manager_kpis' as report,
        kpis.date_key,
        kpis.channel_key,
        shown.measure,
        shown.amount
    from {{ ref('report_manager_kpis') }} as kpis
    cross join
        lateral (
            values
            ('leads', kpis.leads_count::numeric),
            ('inquiries', kpis.inquiries_count::numeric),
            ('deals', kpis.deals_count::numeric),
            ('won', kpis.won_deals_count::numeric),
            ('revenue', kpis.revenue_reporting_amount)
        ) as shown (measure, amount)
    union all
    select
        'company_kpis' as report,
        kpis.date_key,
        kpis.channel_key,
        shown.measure,
        shown.amount
    from {{ ref('report_company_kpis') }} as kpis
    cross join lateral (
        values
        ('spend', kpis.spend_reporting_amount),
        ('leads', kpis.leads_count::numeric),
        ('inquiries', kpis.inquiries_count::numeric),
        ('deals', kpis.deals_count::numeric),
        ('won', kpis.won_deals_count::numeric),
        ('revenue', kpis.revenue_reporting_amount)
    ) as shown (measure, amount)

),

expected as (

    select
        report,
        date_key,
        channel_key,
        measure,
        sum(amount) as amount
    from (
        select
            'ad_payback' as report,
            facts.*
        from facts
        union all
        select
            'manager_kpis' as report,
            facts.*
        from facts
        where measure not in ('spend', 'media_spend')
        union all
        select
            'company_kpis' as report,
            facts.*
        from facts
        where measure <> 'media_spend'
    ) as wanted
    group by report, date_key, channel_key, measure

),

shown as (

    select
        report,
        date_key,
        channel_key,
        measure,
        sum(amount) as amount
    from reports
    group by report, date_key, channel_key, measure

)

select
    coalesce(expected.report, shown.report) as report,
    coalesce(expected.date_key, shown.date_key) as date_key,
    coalesce(expected.channel_key, shown.channel_key) as channel_key,
    coalesce(expected.measure, shown.measure) as measure,
    coalesce(expected.amount, 0) as fact_amount,
    coalesce(shown.amount, 0) as report_amount
from expected
full join shown
    on
        expected.report = shown.report
        and expected.date_key = shown.date_key
        and expected.channel_key = shown.channel_key
        and expected.measure = shown.measure
where coalesce(expected.amount, 0) <> coalesce(shown.amount, 0)
