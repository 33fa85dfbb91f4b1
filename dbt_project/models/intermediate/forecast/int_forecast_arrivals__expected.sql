-- Deals that come on each working day of a month: the pipeline's level of the last months times the
-- season of the portal, which is what that month was to the same months the year before.
with months as (

    select
        account,
        pipeline_id,
        date_trunc('month', arrived_on)::date as month_on,
        count(*) as deals_count
    from {{ ref('int_deal_arrivals__dated') }}
    group by account, pipeline_id, date_trunc('month', arrived_on)::date

),

portal_months as (

    select
        account,
        month_on,
        sum(deals_count) as deals_count
    from months
    group by account, month_on

),

pipelines as (

    select distinct
        account,
        pipeline_id
    from months

),

levels as (

    select
        levels.origin_on,
        levels.month_on,
        pipelines.account,
        pipelines.pipeline_id,
        sum(coalesce(months.deals_count, 0)) / sum(levels.level_working_days) as daily_level
    from {{ ref('int_forecast_levels__listed') }} as levels
    cross join pipelines
    left join months
        on
            pipelines.account = months.account
            and pipelines.pipeline_id = months.pipeline_id
            and levels.level_month_on = months.month_on
    group by levels.origin_on, levels.month_on, pipelines.account, pipelines.pipeline_id

),

seasons as (

    select
        levels.origin_on,
        levels.month_on,
        year_ago.account,
        (max(year_ago.deals_count) / max(levels.year_ago_working_days))
        / (sum(level_year_ago.deals_count) / sum(levels.level_year_ago_working_days)) as season
    from {{ ref('int_forecast_levels__listed') }} as levels
    inner join portal_months as year_ago
        on levels.year_ago_on = year_ago.month_on
    inner join portal_months as level_year_ago
        on
            year_ago.account = level_year_ago.account
            and levels.level_year_ago_on = level_year_ago.month_on
    where levels.is_seasonal
    group by levels.origin_on, levels.month_on, year_ago.account

)

select
    levels.origin_on,
    levels.month_on,
    levels.account,
    levels.pipeline_id,
    round(levels.daily_level, 6) as daily_level,
    round(coalesce(seasons.season, 1), 6) as season,
    round(levels.daily_level * coalesce(seasons.season, 1), 6) as daily_deals
from levels
left join seasons
    on
        levels.origin_on = seasons.origin_on
        and levels.month_on = seasons.month_on
        and levels.account = seasons.account
