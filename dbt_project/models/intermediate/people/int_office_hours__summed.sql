-- The clock of working time: Monday to Friday from 09:00 to 18:00 in the company's zone, without
-- the days off of the production calendar. Minutes worked before a day are numbered through, so
-- the working time between two moments is a difference, however many years lie between.
with days as (

    select
        date_on,
        is_working_day and extract(isodow from date_on) < 6 as is_worked
    from {{ ref('int_calendar_days__numbered') }}

)

select
    date_on,
    is_worked,
    (date_on + time '09:00') at time zone {{ company_timezone() }} as opens_at,
    540 * (count(*) filter (where is_worked) over (order by date_on) - is_worked::integer)
        as minutes_before
from days
