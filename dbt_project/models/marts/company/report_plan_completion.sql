-- Every line of the plan beside what came of it, in two columns that add up over the lines of one
-- metric and scope: completion is their quotient. A price per inquiry adds up as what the inquiries
-- that came should have cost, beside what they did cost: the quotient is that of the two prices.
--
-- To date: what was planned by the last complete day, were the month's plan spread evenly over its
-- working days, beside what had come by then.
with kpis as (

    select
        kpis.*,
        dates.month_start_on,
        kpis.report_on <= {{ as_of() }} as is_elapsed
    from {{ ref('report_company_kpis') }} as kpis
    inner join {{ ref('dim_date') }} as dates
        on kpis.date_key = dates.date_key
    where dates.month_start_on is not null

),

manager_kpis as (

    select
        kpis.*,
        dates.month_start_on,
        kpis.report_on <= {{ as_of() }} as is_elapsed
    from {{ ref('report_manager_kpis') }} as kpis
    inner join {{ ref('dim_date') }} as dates
        on kpis.date_key = dates.date_key
    where dates.month_start_on is not null

),

-- A department did what the departments below it did.
above as (

    select
        below.department_key,
        heads.department_key as above_key
    from {{ ref('dim_department') }} as below
    inner join {{ ref('dim_department') }} as heads
        on below.department_key_path like heads.department_key_path || '%'

),

results as (

    select
        'company' as scope_code,
        '' as member,
        month_start_on,
        is_elapsed,
        sum(revenue_reporting_amount) as revenue,
        sum(won_deals_count) as won,
        sum(inquiries_count) as inquiries,
        sum(spend_reporting_amount) as spend
    from kpis
    group by month_start_on, is_elapsed
    union all
    select
        'channel' as scope_code,
        channel_code as member,
        month_start_on,
        is_elapsed,
        sum(revenue_reporting_amount) as revenue,
        sum(won_deals_count) as won,
        sum(inquiries_count) as inquiries,
        sum(spend_reporting_amount) as spend
    from kpis
    group by channel_code, month_start_on, is_elapsed
    union all
    select
        'pipeline' as scope_code,
        account || '/' || pipeline_id as member,
        month_start_on,
        is_elapsed,
        sum(revenue_reporting_amount) as revenue,
        sum(won_deals_count) as won,
        sum(inquiries_count) as inquiries,
        null as spend
    from kpis
    group by account, pipeline_id, month_start_on, is_elapsed
    union all
    select
        'department' as scope_code,
        above.above_key::text as member,
        kpis.month_start_on,
        kpis.is_elapsed,
        sum(kpis.revenue_reporting_amount) as revenue,
        sum(kpis.won_deals_count) as won,
        sum(kpis.inquiries_count) as inquiries,
        null as spend
    from kpis
    inner join above
        on kpis.department_key = above.department_key
    group by above.above_key, kpis.month_start_on, kpis.is_elapsed
    union all
    select
        'manager' as scope_code,
        manager_key::text as member,
        month_start_on,
        is_elapsed,
        sum(revenue_reporting_amount) as revenue,
        sum(won_deals_count) as won,
        sum(inquiries_count) as inquiries,
        null as spend
    from manager_kpis
    group by manager_key, month_start_on, is_elapsed

),

came as (

    select
        results.scope_code,
        results.member,
        results.month_start_on,
        shown.metric_code,
        sum(shown.fact) as fact,
        sum(shown.fact) filter (where results.is_elapsed) as fact_to_date,
        sum(results.inquiries) as inquiries,
        sum(results.inquiries) filter (where results.is_elapsed) as inquiries_to_date
    from results
    cross join
        lateral (
            values
            ('revenue', results.revenue),
            ('won', results.won),
            ('inquiries', results.inquiries),
            ('spend', results.spend),
            ('cpl', results.spend)
        ) as shown (metric_code, fact)
    group by results.scope_code, results.member, results.month_start_on, shown.metric_code

),

months as (

    select
        month_start_on,
        max(date_on) as month_end_on,
        max(working_days_in_month) as working_days_count,
        coalesce(max(working_day_no_in_month) filter (where date_on <= {{ as_of() }}), 0)
            as elapsed_working_days_count
    from {{ ref('dim_date') }}
    where date_on is not null
    group by month_start_on

),

-- Up to which day the spend of a channel, and that of all together, is known: see docs/adr/0008.
known as (

    select
        channel_code as member,
        complete_on
    from {{ ref('int_ad_channels__completed') }}
    union all
    select
        '' as member,
        min(payback_complete_on) as complete_on
    from {{ ref('int_ad_channels__completed') }}
    having count(payback_complete_on) > 0

),

lined as (

    select
        plans.*,
        months.month_end_on,
        months.working_days_count,
        months.elapsed_working_days_count,
        case
            when plans.scope_code in ('manager', 'department') and not plans.is_member_known
                then null
            when plans.scope_code = 'manager' then plans.manager_key::text
            when plans.scope_code = 'department' then plans.department_key::text
            when plans.scope_code = 'pipeline' then plans.account || '/' || plans.member_id
            else plans.member_id
        end as member
    from {{ ref('fct_plan') }} as plans
    inner join months
        on plans.month_start_on = months.month_start_on

),

held as (

    select
        lined.*,
        lined.metric_code not in ('spend', 'cpl')
        or known.member is null
        or coalesce(
            least(lined.month_end_on, {{ as_of() }}) <= known.complete_on, false
        ) as is_spend_complete,
        came.fact,
        came.fact_to_date,
        coalesce(came.inquiries, 0) as inquiries,
        coalesce(came.inquiries_to_date, 0) as inquiries_to_date
    from lined
    left join came
        on
            lined.scope_code = came.scope_code
            and lined.member = came.member
            and lined.month_start_on = came.month_start_on
            and lined.metric_code = came.metric_code
    left join known
        on lined.member = known.member

)

select
    held.plan_key,
    held.date_key,
    held.month_start_on,
    held.metric_code,
    metrics.name_ru as metric_name_ru,
    metrics.name_en as metric_name_en,
    held.scope_code,
    scopes.name_ru as scope_name_ru,
    scopes.name_en as scope_name_en,
    held.channel_key,
    held.department_key,
    held.manager_key,
    held.account,
    held.pipeline_id,
    held.member_name_ru,
    held.member_name_en,
    held.is_member_known,
    held.is_spend_complete,
    held.unit_code,
    held.working_days_count,
    held.elapsed_working_days_count,
    case
        when held.metric_code = 'cpl' then round(held.plan_reporting_value * held.inquiries, 2)
        else held.plan_reporting_value
    end::numeric(18, 2) as plan_value,
    coalesce(held.fact, case when held.is_spend_complete then 0 end)::numeric(18, 2) as fact_value,
    case
        when held.metric_code = 'cpl'
            then round(held.plan_reporting_value * held.inquiries_to_date, 2)
        else
            round(
                held.plan_reporting_value * held.elapsed_working_days_count
                / held.working_days_count,
                2
            )
    end::numeric(18, 2) as plan_mtd_value,
    coalesce(held.fact_to_date, case when held.is_spend_complete then 0 end)::numeric(18, 2)
        as fact_mtd_value,
    {{ reporting_currency() }} as reporting_currency_code,
    {{ vat_basis() }} as vat_basis
from held
inner join (
    values
    ('revenue', 'Выручка', 'Revenue'),
    ('won', 'Успешные сделки', 'Won deals'),
    ('inquiries', 'Обращения', 'Inquiries'),
    ('spend', 'Расход на рекламу', 'Spend'),
    ('cpl', 'CPL (цена обращения)', 'CPL')
) as metrics (code, name_ru, name_en)
    on held.metric_code = metrics.code
inner join (
    values
    ('company', 'Компания', 'Company'),
    ('department', 'Отдел', 'Department'),
    ('manager', 'Менеджер', 'Manager'),
    ('channel', 'Канал', 'Channel'),
    ('pipeline', 'Воронка', 'Pipeline')
) as scopes (code, name_ru, name_en)
    on held.scope_code = scopes.code
