-- Two thousand ways each horizon may end, by pipeline. The 25 open deals that weigh most are won or
-- not, one by one; the sum of the many small others is normal. Of the deals to come a number is
-- drawn: arrivals are missed by as much as they were before, in all pipelines of a portal together,
-- and the wins among them come by chance; their sum is normal around that number.
{% set drawn_singly = 25 %}
with draws as (

    select generate_series(1, 2000) as draw_no

),

heavy as (

    select
        ends_on,
        account,
        pipeline_id,
        record_key,
        {{ draw_threshold('win_chance') }} as threshold,
        (deal_reporting_amount * 100)::bigint as kopecks
    from {{ ref('int_forecast_deals__scored') }}
    where weight_rank <= {{ drawn_singly }}

),

single as (

    select
        heavy.ends_on,
        heavy.account,
        heavy.pipeline_id,
        draws.draw_no,
        count(*) as wins,
        sum(heavy.kopecks) as kopecks
    from heavy
    cross join draws
    where
        {{ draw('heavy.record_key', draw_seed('heavy.ends_on', 'draws.draw_no')) }}
        < heavy.threshold
    group by heavy.ends_on, heavy.account, heavy.pipeline_id, draws.draw_no

),

others as (

    select
        origin_on,
        horizon_code,
        account,
        pipeline_id,
        sum(win_chance) as wins,
        sum(win_chance * (1 - win_chance)) as wins_variance,
        sum(win_chance * deal_reporting_amount) as amount,
        sum(win_chance * (1 - win_chance) * deal_reporting_amount ^ 2) as amount_variance
    from {{ ref('int_forecast_deals__scored') }}
    where weight_rank > {{ drawn_singly }}
    group by origin_on, horizon_code, account, pipeline_id

),

pipelines as (

    select
        origins.origin_on,
        origins.horizon_code,
        origins.ends_on,
        newcomers.account,
        newcomers.pipeline_id,
        newcomers.expected_wins::float8 as expected_wins,
        spreads.arrivals_spread::float8 as arrivals_spread,
        coalesce(amounts.mean_amount, 0)::float8 as mean_amount,
        coalesce(amounts.spread_amount, 0)::float8 as spread_amount,
        coalesce(others.wins, 0)::float8 as other_wins,
        coalesce(others.wins_variance, 0)::float8 as other_wins_variance,
        coalesce(others.amount, 0)::float8 as other_amount,
        coalesce(others.amount_variance, 0)::float8 as other_amount_variance,
        hashtextextended(newcomers.account, 0) as portal_key,
        hashtextextended(newcomers.account || '/' || newcomers.pipeline_id, 0) as pipeline_key
    from {{ ref('int_forecast_newcomers__expected') }} as newcomers
    inner join {{ ref('int_forecast_origins__listed') }} as origins
        on
            newcomers.origin_on = origins.origin_on
            and newcomers.horizon_code = origins.horizon_code
    inner join {{ ref('int_forecast_spreads__measured') }} as spreads
        on newcomers.origin_on = spreads.origin_on and newcomers.account = spreads.account
    left join {{ ref('int_forecast_amounts__typical') }} as amounts
        on
            newcomers.origin_on = amounts.origin_on
            and newcomers.account = amounts.account
            and newcomers.pipeline_id = amounts.pipeline_id
    left join others
        on
            newcomers.origin_on = others.origin_on
            and newcomers.horizon_code = others.horizon_code
            and newcomers.account = others.account
            and newcomers.pipeline_id = others.pipeline_id

),

drawn as (

    select
        pipelines.*,
        draws.draw_no,
        {{ normal_draw('portal_key', draw_seed('pipelines.ends_on', 'draws.draw_no')) }}
            as arrivals_draw,
        {{ normal_draw('pipeline_key', draw_seed('pipelines.ends_on', 'draws.draw_no')) }}
            as newcomers_draw,
        {{ normal_draw('(pipeline_key + 1)', draw_seed('pipelines.ends_on', 'draws.draw_no')) }}
            as amounts_draw,
        {{ normal_draw('(pipeline_key + 2)', draw_seed('pipelines.ends_on', 'draws.draw_no')) }}
            as others_draw
    from pipelines
    cross join draws

),

come as (

    select
        drawn.*,
        expected_wins * exp(arrivals_spread * arrivals_draw - arrivals_spread ^ 2 / 2)
            as newcomer_mean
    from drawn

),

won as (

    select
        come.*,
        greatest(round(newcomer_mean + sqrt(newcomer_mean) * newcomers_draw), 0) as newcomer_wins
    from come

)

select
    won.origin_on,
    won.horizon_code,
    won.account,
    won.pipeline_id,
    won.draw_no,
    (
        coalesce(single.wins, 0)
        + greatest(round(won.other_wins + sqrt(won.other_wins_variance) * won.others_draw), 0)
        + won.newcomer_wins
    )::integer as won_deals_count,
    round((
        coalesce(single.kopecks, 0) / 100.0
        + greatest(won.other_amount + sqrt(won.other_amount_variance) * won.others_draw, 0)
        + greatest(
            won.newcomer_wins * won.mean_amount
            + sqrt(won.newcomer_wins) * won.spread_amount * won.amounts_draw,
            0
        )
    )::numeric, 2) as revenue_reporting_amount
from won
left join single
    on
        won.ends_on = single.ends_on
        and won.account = single.account
        and won.pipeline_id = single.pipeline_id
        and won.draw_no = single.draw_no
