{{ config(materialized='view') }}
-- What is expected of the deals that are open, by the manager who has them, and of those to come,
-- which have no manager yet. These figures add up.
select
    origin_on,
    horizon_code,
    account,
    pipeline_id,
    responsible_id,
    'open' as part_code,
    count(*) as open_deals_count,
    sum(deal_reporting_amount) as open_reporting_amount,
    sum(win_chance) as expected_won_deals_count,
    round(sum(win_chance * deal_reporting_amount), 2) as expected_revenue_reporting_amount
from {{ ref('int_forecast_deals__scored') }}
group by origin_on, horizon_code, account, pipeline_id, responsible_id
union all
select
    newcomers.origin_on,
    newcomers.horizon_code,
    newcomers.account,
    newcomers.pipeline_id,
    null as responsible_id,
    'to_come' as part_code,
    0 as open_deals_count,
    0 as open_reporting_amount,
    newcomers.expected_wins as expected_won_deals_count,
    round(newcomers.expected_wins * coalesce(amounts.mean_amount, 0), 2)
        as expected_revenue_reporting_amount
from {{ ref('int_forecast_newcomers__expected') }} as newcomers
left join {{ ref('int_forecast_amounts__typical') }} as amounts
    on
        newcomers.origin_on = amounts.origin_on
        and newcomers.account = amounts.account
        and newcomers.pipeline_id = amounts.pipeline_id
