{{ config(materialized='view') }}
-- For each month that is forecast from an origin, the months that tell the level of arrivals: the
-- three before the origin's next day. Where a month and the forecast one both have their own of the
-- year before within the records, the season can be told, and only such months are taken.
with months as (

    select
        month_start_on as month_on,
        count(*) filter (where is_working_day) as working_days
    from {{ ref('int_calendar_days__numbered') }}
    group by month_start_on

),

targets as (

    select distinct
        origins.origin_on,
        origins.known_from_on,
        months.month_on,
        (date_trunc('month', origins.origin_on + 1))::date as present_month_on
    from {{ ref('int_forecast_origins__listed') }} as origins
    inner join months
        on
            months.month_on >= date_trunc('month', origins.origin_on + 1)
            and origins.ends_on >= months.month_on

),

levels as (

    select
        targets.origin_on,
        targets.month_on,
        (targets.month_on - interval '1 year')::date as year_ago_on,
        months.month_on as level_month_on,
        (months.month_on - interval '1 year')::date as level_year_ago_on,
        months.working_days as level_working_days,
        least(targets.month_on, months.month_on) - interval '1 year' >= targets.known_from_on
            as is_seasonal
    from targets
    inner join months
        on
            months.month_on >= targets.present_month_on - interval '3 months'
            and targets.present_month_on > months.month_on
            and targets.known_from_on <= months.month_on

),

ranked as (

    select
        levels.*,
        bool_or(is_seasonal) over (partition by origin_on, month_on) as has_season
    from levels

)

select
    ranked.origin_on,
    ranked.month_on,
    ranked.year_ago_on,
    ranked.level_month_on,
    ranked.level_year_ago_on,
    ranked.level_working_days,
    year_ago.working_days as year_ago_working_days,
    level_year_ago.working_days as level_year_ago_working_days,
    ranked.is_seasonal
from ranked
inner join months as year_ago
    on ranked.year_ago_on = year_ago.month_on
inner join months as level_year_ago
    on ranked.level_year_ago_on = level_year_ago.month_on
where ranked.is_seasonal or not ranked.has_season
