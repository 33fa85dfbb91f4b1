{{ config(materialized='view') }}
-- How far the number of deals that came was from the expected one, as the spread of its logarithm:
-- fifteen percent worth three months, and the months that earlier trials had forecast by then.
{% set assumed_spread = 0.15 %}
{% set assumed_months = 3 %}
with came as (

    select
        account,
        date_trunc('month', arrived_on)::date as month_on,
        count(*)::numeric as deals_count
    from {{ ref('int_deal_arrivals__dated') }}
    group by account, date_trunc('month', arrived_on)::date

),

expected as (

    select
        arrivals.origin_on,
        arrivals.account,
        arrivals.month_on,
        sum(arrivals.daily_deals * days.working_days_in_month) as deals_count
    from {{ ref('int_forecast_arrivals__expected') }} as arrivals
    inner join {{ ref('int_calendar_days__numbered') }} as days
        on arrivals.month_on = days.date_on
    where arrivals.month_on = arrivals.origin_on + 1
    group by arrivals.origin_on, arrivals.account, arrivals.month_on

),

missed as (

    select
        expected.account,
        (expected.month_on + interval '1 month')::date - 1 as known_on,
        round(ln(came.deals_count / expected.deals_count), 6) as missed_by
    from expected
    inner join came
        on expected.account = came.account and expected.month_on = came.month_on
    where expected.deals_count > 0

),

origins as (

    select distinct
        origin_on,
        account
    from {{ ref('int_forecast_arrivals__expected') }}

)

select
    origins.origin_on,
    origins.account,
    round(
        sqrt(
            (
                {{ assumed_months }} * {{ assumed_spread }}
                ^ 2
                + coalesce(sum(missed.missed_by ^ 2), 0)
            )
            / ({{ assumed_months }} + count(missed.missed_by))
        ), 6
    ) as arrivals_spread
from origins
left join missed
    on origins.account = missed.account and origins.origin_on >= missed.known_on
group by origins.origin_on, origins.account
