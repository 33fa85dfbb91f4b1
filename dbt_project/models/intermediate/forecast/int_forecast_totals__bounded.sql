-- The forecast of the company and of each pipeline with the bounds that eight of ten months keep.
-- The bounds of the draws are moved apart, never together, by as much as earlier trials were missed
-- beyond what their own draws had said: their spread is taken as right by three trials' worth.
{% set trusted_trials = 3 %}
with scoped as (

    select
        origin_on,
        horizon_code,
        coalesce(account, '') as account,
        coalesce(pipeline_id, '') as pipeline_id,
        sum(expected_won_deals_count) as expected_won_deals_count,
        sum(expected_revenue_reporting_amount) as expected_revenue_reporting_amount
    from {{ ref('int_forecast_parts__expected') }}
    group by grouping sets (
        (origin_on, horizon_code), (origin_on, horizon_code, account, pipeline_id)
    )

),

draws as (

    select
        origin_on,
        horizon_code,
        coalesce(account, '') as account,
        coalesce(pipeline_id, '') as pipeline_id,
        draw_no,
        sum(won_deals_count) as won_deals_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('int_forecast_draws__simulated') }}
    group by grouping sets (
        (origin_on, horizon_code, draw_no),
        (origin_on, horizon_code, account, pipeline_id, draw_no)
    )

),

spread as (

    select
        origin_on,
        horizon_code,
        account,
        pipeline_id,
        percentile_disc(0.1) within group (order by won_deals_count) as won_low,
        percentile_disc(0.9) within group (order by won_deals_count) as won_high,
        percentile_disc(0.1) within group (order by revenue_reporting_amount) as revenue_low,
        percentile_disc(0.9) within group (order by revenue_reporting_amount) as revenue_high,
        stddev_samp(won_deals_count) as won_spread,
        stddev_samp(revenue_reporting_amount) as revenue_spread
    from draws
    group by origin_on, horizon_code, account, pipeline_id

),

trials as (

    select
        scoped.*,
        origins.starts_on,
        origins.ends_on,
        spread.won_spread,
        spread.revenue_spread
    from scoped
    inner join {{ ref('int_forecast_origins__listed') }} as origins
        on
            scoped.origin_on = origins.origin_on
            and scoped.horizon_code = origins.horizon_code
            and origins.is_trial
    inner join spread
        on
            scoped.origin_on = spread.origin_on
            and scoped.horizon_code = spread.horizon_code
            and scoped.account = spread.account
            and scoped.pipeline_id = spread.pipeline_id

),

-- What became of the trials that had ended by the evening of an origin, as it was known then.
ended as (

    select
        wins.origin_on,
        trials.account,
        trials.pipeline_id,
        trials.starts_on,
        (count(*) - max(trials.expected_won_deals_count))
        / nullif(max(trials.won_spread), 0) as won_miss,
        (sum(wins.revenue_reporting_amount) - max(trials.expected_revenue_reporting_amount))
        / nullif(max(trials.revenue_spread), 0) as revenue_miss
    from trials
    inner join {{ ref('int_forecast_wins__standing') }} as wins
        on
            trials.ends_on <= wins.origin_on
            and wins.won_on between trials.starts_on and trials.ends_on
            and (
                trials.pipeline_id = ''
                or (trials.account = wins.account and trials.pipeline_id = wins.pipeline_id)
            )
    group by wins.origin_on, trials.account, trials.pipeline_id, trials.starts_on

),

widened as (

    select
        origin_on,
        account,
        pipeline_id,
        greatest(
            1,
            sqrt(
                ({{ trusted_trials }} + sum(won_miss ^ 2))
                / ({{ trusted_trials }} + count(won_miss))
            )
        ) as won_widening,
        greatest(
            1,
            sqrt(
                ({{ trusted_trials }} + sum(revenue_miss ^ 2))
                / ({{ trusted_trials }} + count(revenue_miss))
            )
        ) as revenue_widening
    from ended
    group by origin_on, account, pipeline_id

)

select
    scoped.origin_on,
    scoped.horizon_code,
    scoped.account,
    scoped.pipeline_id,
    round(scoped.expected_won_deals_count, 2) as expected_won_deals_count,
    scoped.expected_revenue_reporting_amount,
    round(greatest(
        0,
        scoped.expected_won_deals_count
        + coalesce(widened.won_widening, 1) * (spread.won_low - scoped.expected_won_deals_count)
    ), 2) as low_won_deals_count,
    round(
        scoped.expected_won_deals_count
        + coalesce(widened.won_widening, 1) * (spread.won_high - scoped.expected_won_deals_count),
        2
    ) as high_won_deals_count,
    round(greatest(
        0,
        scoped.expected_revenue_reporting_amount
        + coalesce(widened.revenue_widening, 1)
        * (spread.revenue_low - scoped.expected_revenue_reporting_amount)
    ), 2) as low_revenue_reporting_amount,
    round(
        scoped.expected_revenue_reporting_amount
        + coalesce(widened.revenue_widening, 1)
        * (spread.revenue_high - scoped.expected_revenue_reporting_amount),
        2
    ) as high_revenue_reporting_amount,
    round(coalesce(widened.revenue_widening, 1), 4) as revenue_widening
from scoped
inner join spread
    on
        scoped.origin_on = spread.origin_on
        and scoped.horizon_code = spread.horizon_code
        and scoped.account = spread.account
        and scoped.pipeline_id = spread.pipeline_id
left join widened
    on
        scoped.origin_on = widened.origin_on
        and scoped.account = widened.account
        and scoped.pipeline_id = widened.pipeline_id
