-- The parts by manager are the forecast of the company, but for the rounding of each.
with parts as (

    select
        horizon_code,
        sum(expected_won_deals_count) as won_deals_count,
        sum(expected_revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_forecast') }}
    group by horizon_code

)

select
    whole.horizon_code,
    whole.expected_won_deals_count,
    parts.won_deals_count,
    whole.expected_revenue_reporting_amount,
    parts.revenue_reporting_amount
from {{ ref('report_forecast') }} as whole
full join parts
    on whole.horizon_code = parts.horizon_code
where
    whole.scope_code = 'company'
    and (
        round(parts.won_deals_count, 2) is distinct from whole.expected_won_deals_count
        or parts.revenue_reporting_amount is distinct from whole.expected_revenue_reporting_amount
    )
