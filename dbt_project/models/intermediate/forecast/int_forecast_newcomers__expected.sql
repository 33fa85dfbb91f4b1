-- Wins of deals that have not come yet: those expected on each working day up to the end of the
-- horizon, times the part of past deals that were won after as many working days as lead from there
-- into the horizon. Past deals are those followed for the whole length of it.
with learnt as (

    select
        origins.origin_on,
        origins.horizon_code,
        arrivals.account,
        arrivals.pipeline_id,
        case when arrivals.won_on <= origins.origin_on then arrivals.working_days_to_win end
            as working_days_to_win
    from {{ ref('int_forecast_origins__listed') }} as origins
    inner join {{ ref('int_deal_arrivals__dated') }} as arrivals
        on arrivals.arrived_on between origins.learns_from_on and origins.learns_through_on

),

delays as (

    select
        origin_on,
        horizon_code,
        account,
        pipeline_id,
        working_days_to_win,
        count(*)
        / sum(count(*)) over (partition by origin_on, horizon_code, account, pipeline_id)
            as deals_part
    from learnt
    group by origin_on, horizon_code, account, pipeline_id, working_days_to_win

),

-- Working days from the origin on, with the deals expected on each.
coming as (

    select
        origins.origin_on,
        origins.horizon_code,
        origins.before_no,
        origins.end_no,
        days.working_day_no,
        arrivals.account,
        arrivals.pipeline_id,
        arrivals.daily_deals
    from {{ ref('int_forecast_origins__listed') }} as origins
    inner join {{ ref('int_calendar_days__numbered') }} as days
        on
            days.is_working_day
            and origins.origin_on < days.date_on
            and origins.ends_on >= days.date_on
    inner join {{ ref('int_forecast_arrivals__expected') }} as arrivals
        on
            origins.origin_on = arrivals.origin_on
            and days.month_start_on = arrivals.month_on

)

select
    coming.origin_on,
    coming.horizon_code,
    coming.account,
    coming.pipeline_id,
    round(coalesce(sum(coming.daily_deals * delays.deals_part), 0), 6) as expected_wins
from coming
left join delays
    on
        coming.origin_on = delays.origin_on
        and coming.horizon_code = delays.horizon_code
        and coming.account = delays.account
        and coming.pipeline_id = delays.pipeline_id
        and coming.working_day_no + delays.working_days_to_win > coming.before_no
        and coming.working_day_no + delays.working_days_to_win <= coming.end_no
group by coming.origin_on, coming.horizon_code, coming.account, coming.pipeline_id
