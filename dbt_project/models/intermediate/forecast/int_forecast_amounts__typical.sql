-- What a won deal of each pipeline brings: the median stands in for an amount nobody typed, the
-- mean and the spread are those of deals that are still to come. No zero amounts.
select
    wins.origin_on,
    wins.account,
    wins.pipeline_id,
    percentile_disc(0.5) within group (order by wins.revenue_reporting_amount)
    filter (where wins.revenue_reporting_amount > 0) as median_amount,
    round(avg(wins.revenue_reporting_amount), 2) as mean_amount,
    round(coalesce(stddev_samp(wins.revenue_reporting_amount), 0), 2) as spread_amount
from {{ ref('int_forecast_wins__standing') }} as wins
where wins.won_on > wins.origin_on - interval '18 months'
group by wins.origin_on, wins.account, wins.pipeline_id
