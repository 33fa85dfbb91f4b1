-- A period and the one before it have equally many days, one just before the other: the first day
-- of the one before lies as far back as a whole period is long.
select
    days.period_kind_code,
    days.period_start_on,
    count(*) filter (where days.side_code = 'current') as days_count,
    count(*) filter (where days.side_code = 'previous') as days_before_count,
    min(dates.date_on) filter (where days.side_code = 'previous') as first_before_on,
    max(dates.date_on) filter (where days.side_code = 'previous') as last_before_on
from {{ ref('bridge_period_days') }} as days
inner join {{ ref('dim_date') }} as dates
    on days.date_key = dates.date_key
group by days.period_kind_code, days.period_start_on, days.period_end_on
having
    count(*) filter (where days.side_code = 'current')
    <> count(*) filter (where days.side_code = 'previous')
    or count(*) filter (where days.side_code = 'current')
    <> least(days.period_end_on, {{ as_of() }}) - days.period_start_on + 1
    or min(dates.date_on) filter (where days.side_code = 'previous')
    <> days.period_start_on - (days.period_end_on - days.period_start_on + 1)
    or max(dates.date_on) filter (where days.side_code = 'previous') >= days.period_start_on
