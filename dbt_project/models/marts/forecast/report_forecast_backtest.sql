-- The forecasts that would have been made on the eves of the last twelve full months, beside the
-- naive ones and what came. What the report shows is decided over all months that both forecast:
-- the model unless it missed by more.
with scopes as (

    select distinct
        account,
        pipeline_id,
        pipeline_name
    from {{ ref('fct_deals') }}
    union all
    select
        '' as account,
        '' as pipeline_id,
        null as pipeline_name

),

came as (

    select
        coalesce(account, '') as account,
        coalesce(pipeline_id, '') as pipeline_id,
        date_trunc('month', won_on)::date as month_on,
        count(*) as won_deals_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_deals') }}
    where is_won
    group by grouping sets (
        (date_trunc('month', won_on)),
        (date_trunc('month', won_on), account, pipeline_id)
    )

),

held as (

    select
        origins.origin_on,
        origins.starts_on,
        totals.account,
        totals.pipeline_id,
        totals.expected_won_deals_count,
        totals.low_won_deals_count,
        totals.high_won_deals_count,
        totals.expected_revenue_reporting_amount,
        totals.low_revenue_reporting_amount,
        totals.high_revenue_reporting_amount,
        naive.naive_won_deals_count,
        naive.naive_revenue_reporting_amount,
        coalesce(came.won_deals_count, 0) as won_deals_count,
        coalesce(came.revenue_reporting_amount, 0) as revenue_reporting_amount
    from {{ ref('int_forecast_origins__listed') }} as origins
    inner join {{ ref('int_forecast_totals__bounded') }} as totals
        on
            origins.origin_on = totals.origin_on
            and origins.horizon_code = totals.horizon_code
    left join {{ ref('int_forecast_naive__computed') }} as naive
        on
            totals.origin_on = naive.origin_on
            and totals.horizon_code = naive.horizon_code
            and totals.account = naive.account
            and totals.pipeline_id = naive.pipeline_id
    left join came
        on
            origins.starts_on = came.month_on
            and totals.account = came.account
            and totals.pipeline_id = came.pipeline_id
    where origins.is_trial

),

missed as (

    select
        held.*,
        abs(expected_revenue_reporting_amount - revenue_reporting_amount) as missed_amount,
        abs(naive_revenue_reporting_amount - revenue_reporting_amount) as naive_missed_amount
    from held

),

chosen as (

    select
        coalesce(
            sum(missed_amount) filter (where naive_missed_amount is not null)
            > sum(naive_missed_amount),
            false
        ) as is_naive_better
    from missed
    where pipeline_id = ''

)

select
    {{ date_key('missed.starts_on') }} as date_key,
    missed.account,
    missed.pipeline_id,
    case when missed.pipeline_id = '' then 'company' else 'pipeline' end as scope_code,
    scopes.pipeline_name,
    missed.origin_on as forecast_on,
    missed.starts_on as month_start_on,
    case when chosen.is_naive_better then 'naive' else 'model' end as shown_method_code,
    missed.won_deals_count,
    missed.expected_won_deals_count,
    missed.low_won_deals_count,
    missed.high_won_deals_count,
    missed.naive_won_deals_count,
    missed.revenue_reporting_amount,
    missed.expected_revenue_reporting_amount,
    missed.low_revenue_reporting_amount,
    missed.high_revenue_reporting_amount,
    missed.naive_revenue_reporting_amount,
    missed.missed_amount as missed_reporting_amount,
    missed.expected_revenue_reporting_amount - missed.revenue_reporting_amount
        as bias_reporting_amount,
    missed.naive_missed_amount as naive_missed_reporting_amount,
    missed.naive_revenue_reporting_amount - missed.revenue_reporting_amount
        as naive_bias_reporting_amount,
    (
        missed.won_deals_count between missed.low_won_deals_count and missed.high_won_deals_count
    )::integer::bigint as covered_won_count,
    (
        missed.revenue_reporting_amount
        between missed.low_revenue_reporting_amount and missed.high_revenue_reporting_amount
    )::integer::bigint as covered_revenue_count,
    {{ reporting_currency() }} as reporting_currency_code
from missed
cross join chosen
left join scopes
    on missed.account = scopes.account and missed.pipeline_id = scopes.pipeline_id
