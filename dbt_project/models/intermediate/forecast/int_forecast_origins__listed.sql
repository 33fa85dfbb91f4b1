-- From which evening what is forecast: from the last complete day the rest of its month and the
-- next one, and from the eve of each of the last twelve full months that month, as a trial.
-- The month of the forecast is that of the day after: on the last of a month it is the next one.
with bounds as (

    select
        date_trunc('month', {{ as_of() }} + 1)::date as present_month_on,
        -- the first month that can be compared: the one the records begin in, if in its first week
        (date_trunc('month', min(arrived_on) - 7) + interval '1 month')::date as known_from_on
    from {{ ref('int_deal_arrivals__dated') }}

),

listed as (

    select
        {{ as_of() }} as origin_on,
        'this_month' as horizon_code,
        {{ as_of() }} + 1 as starts_on,
        (present_month_on + interval '1 month - 1 day')::date as ends_on,
        false as is_trial,
        known_from_on
    from bounds
    union all
    select
        {{ as_of() }} as origin_on,
        'next_month' as horizon_code,
        (present_month_on + interval '1 month')::date as starts_on,
        (present_month_on + interval '2 months - 1 day')::date as ends_on,
        false as is_trial,
        known_from_on
    from bounds
    union all
    select
        (present_month_on - months_ago * interval '1 month')::date - 1 as origin_on,
        'this_month' as horizon_code,
        (present_month_on - months_ago * interval '1 month')::date as starts_on,
        (present_month_on - (months_ago - 1) * interval '1 month')::date - 1 as ends_on,
        true as is_trial,
        known_from_on
    from bounds
    cross join generate_series(1, 12) as months_ago
    -- a trial needs three months to learn from
    where
        (present_month_on - months_ago * interval '1 month')::date
        >= known_from_on + interval '3 months'

)

select
    listed.origin_on,
    listed.horizon_code,
    listed.starts_on,
    listed.ends_on,
    listed.is_trial,
    listed.known_from_on,
    origin_days.working_day_no as origin_no,
    before_days.working_day_no as before_no,
    end_days.working_day_no as end_no,
    (listed.origin_on - interval '18 months')::date + 1 as learns_from_on,
    -- the last evening after which as many working days have passed as the horizon is far
    learnt_days.date_on - 1 as learns_through_on
from listed
inner join {{ ref('int_calendar_days__numbered') }} as origin_days
    on listed.origin_on = origin_days.date_on
inner join {{ ref('int_calendar_days__numbered') }} as before_days
    on listed.starts_on - 1 = before_days.date_on
inner join {{ ref('int_calendar_days__numbered') }} as end_days
    on listed.ends_on = end_days.date_on
inner join {{ ref('int_calendar_days__numbered') }} as learnt_days
    on
        learnt_days.is_working_day
        and learnt_days.working_day_no
        = origin_days.working_day_no - (end_days.working_day_no - origin_days.working_day_no) + 1
