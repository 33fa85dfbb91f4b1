-- Which days are worked in Russia: what the decrees of the government list, else Monday to Friday.
-- Working days are numbered through, a day off carries the number of the working day before it:
-- the number of working days between two days is the difference of their numbers.
with days as (

    select day::date as date_on
    from generate_series(
        {{ calendar_first_day() }}::timestamp,
        {{ calendar_last_day() }}::timestamp,
        interval '1 day'
    ) as day

),

official_years as (

    select distinct extract(year from date_on)::integer as year_number
    from {{ ref('calendar_exceptions') }}

),

told as (

    select
        days.date_on,
        date_trunc('month', days.date_on)::date as month_start_on,
        coalesce(exceptions.day_kind_code <> 'day_off', extract(isodow from days.date_on) < 6)
            as is_working_day,
        coalesce(exceptions.day_kind_code = 'short', false) as is_short_working_day,
        official_years.year_number is not null as is_calendar_official,
        exceptions.day_name_ru,
        exceptions.day_name_en
    from days
    left join {{ ref('calendar_exceptions') }} as exceptions
        on days.date_on = exceptions.date_on
    left join official_years
        on extract(year from days.date_on)::integer = official_years.year_number

)

select
    date_on,
    month_start_on,
    is_working_day,
    is_short_working_day,
    is_calendar_official,
    day_name_ru,
    day_name_en,
    count(*) filter (where is_working_day)
        over (order by date_on) as working_day_no,
    count(*) filter (where is_working_day)
        over (partition by month_start_on order by date_on) as working_day_no_in_month,
    count(*) filter (where is_working_day)
        over (partition by month_start_on) as working_days_in_month
from told
