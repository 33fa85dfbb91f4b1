-- What the rest of the month and the next one will bring, for the company and for each pipeline.
with came as (

    select
        coalesce(account, '') as account,
        coalesce(pipeline_id, '') as pipeline_id,
        count(*) as won_deals_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_deals') }}
    where
        is_won
        and won_on >= date_trunc('month', {{ as_of() }} + 1)
        and won_on <= {{ as_of() }}
    group by grouping sets ((), (account, pipeline_id))

),

names as (

    select distinct
        account,
        pipeline_id,
        pipeline_name
    from {{ ref('fct_deals') }}

),

chosen as (

    select coalesce(max(shown_method_code), 'model') as shown_method_code
    from {{ ref('report_forecast_backtest') }}

)

select
    totals.horizon_code,
    totals.account,
    totals.pipeline_id,
    case when totals.pipeline_id = '' then 'company' else 'pipeline' end as scope_code,
    names.pipeline_name,
    totals.origin_on as forecast_on,
    origins.starts_on,
    origins.ends_on,
    -- where the year before is not in the records there is nothing naive to show
    case
        when naive.naive_revenue_reporting_amount is null then 'model'
        else chosen.shown_method_code
    end as shown_method_code,
    case when totals.horizon_code = 'this_month' then coalesce(came.won_deals_count, 0) else 0 end
        as so_far_won_deals_count,
    totals.expected_won_deals_count,
    totals.low_won_deals_count,
    totals.high_won_deals_count,
    naive.naive_won_deals_count,
    case
        when chosen.shown_method_code = 'naive' and naive.naive_won_deals_count is not null
            then naive.naive_won_deals_count
        else totals.expected_won_deals_count
    end as shown_won_deals_count,
    case
        when totals.horizon_code = 'this_month' then coalesce(came.revenue_reporting_amount, 0)
        else 0
    end as so_far_revenue_reporting_amount,
    totals.expected_revenue_reporting_amount,
    totals.low_revenue_reporting_amount,
    totals.high_revenue_reporting_amount,
    naive.naive_revenue_reporting_amount,
    case
        when chosen.shown_method_code = 'naive' and naive.naive_revenue_reporting_amount is not null
            then naive.naive_revenue_reporting_amount
        else totals.expected_revenue_reporting_amount
    end as shown_revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('int_forecast_totals__bounded') }} as totals
inner join {{ ref('int_forecast_origins__listed') }} as origins
    on totals.origin_on = origins.origin_on and totals.horizon_code = origins.horizon_code
cross join chosen
left join {{ ref('int_forecast_naive__computed') }} as naive
    on
        totals.origin_on = naive.origin_on
        and totals.horizon_code = naive.horizon_code
        and totals.account = naive.account
        and totals.pipeline_id = naive.pipeline_id
left join came
    on totals.account = came.account and totals.pipeline_id = came.pipeline_id
left join names
    on totals.account = names.account and totals.pipeline_id = names.pipeline_id
where not origins.is_trial
