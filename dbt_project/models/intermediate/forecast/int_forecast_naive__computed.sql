{{ config(materialized='view') }}
-- The forecast to beat: the same month of the year before, times what the last three months were to
-- the same three of it; of a month that has begun, the part of its working days that is left.
-- Without the month in the records there is none, without the three there is no growth.
with wins as (

    select
        origin_on,
        account,
        pipeline_id,
        revenue_reporting_amount,
        date_trunc('month', won_on)::date as month_on
    from {{ ref('int_forecast_wins__standing') }}

),

months as (

    select
        origin_on,
        coalesce(account, '') as account,
        coalesce(pipeline_id, '') as pipeline_id,
        month_on,
        count(*) as won_deals_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from wins
    group by grouping sets ((origin_on, month_on), (origin_on, month_on, account, pipeline_id))

),

horizons as (

    select
        origins.origin_on,
        origins.horizon_code,
        origins.known_from_on,
        (date_trunc('month', origins.ends_on) - interval '1 year')::date as year_ago_on,
        (date_trunc('month', origins.origin_on + 1))::date as present_on,
        (origins.end_no - origins.before_no)::numeric / nullif(days.working_days_in_month, 0)
            as month_part
    from {{ ref('int_forecast_origins__listed') }} as origins
    inner join {{ ref('int_calendar_days__numbered') }} as days
        on origins.ends_on = days.date_on

),

placed as (

    select
        horizons.*,
        months.account,
        months.pipeline_id,
        months.won_deals_count,
        months.revenue_reporting_amount,
        months.month_on = horizons.year_ago_on as is_year_ago,
        months.month_on >= horizons.present_on - interval '3 months'
        and months.month_on < horizons.present_on as is_recent,
        months.month_on >= horizons.present_on - interval '15 months'
        and months.month_on < horizons.present_on - interval '12 months' as is_before
    from horizons
    inner join months
        on horizons.origin_on = months.origin_on

),

summed as (

    select
        origin_on,
        horizon_code,
        account,
        pipeline_id,
        month_part,
        year_ago_on >= known_from_on as is_known,
        present_on - interval '15 months' >= known_from_on as has_growth,
        coalesce(sum(won_deals_count) filter (where is_year_ago), 0) as year_ago_won,
        coalesce(sum(won_deals_count) filter (where is_recent), 0) as recent_won,
        nullif(sum(won_deals_count) filter (where is_before), 0) as before_won,
        coalesce(sum(revenue_reporting_amount) filter (where is_year_ago), 0) as year_ago_revenue,
        coalesce(sum(revenue_reporting_amount) filter (where is_recent), 0) as recent_revenue,
        nullif(sum(revenue_reporting_amount) filter (where is_before), 0) as before_revenue
    from placed
    group by
        origin_on,
        horizon_code,
        account,
        pipeline_id,
        month_part,
        year_ago_on,
        present_on,
        known_from_on

),

grown as (

    select
        summed.*,
        case when has_growth then coalesce(recent_won / before_won, 1) else 1 end as won_growth,
        case when has_growth then coalesce(recent_revenue / before_revenue, 1) else 1 end
            as revenue_growth
    from summed

)

select
    origin_on,
    horizon_code,
    account,
    pipeline_id,
    case when is_known then round(month_part * year_ago_won * won_growth, 2) end
        as naive_won_deals_count,
    case when is_known then round(month_part * year_ago_revenue * revenue_growth, 2) end
        as naive_revenue_reporting_amount
from grown
