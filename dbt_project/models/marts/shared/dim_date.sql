with month_names as (

    select *
    from (
        values
        (1, 'январь', 'January'),
        (2, 'февраль', 'February'),
        (3, 'март', 'March'),
        (4, 'апрель', 'April'),
        (5, 'май', 'May'),
        (6, 'июнь', 'June'),
        (7, 'июль', 'July'),
        (8, 'август', 'August'),
        (9, 'сентябрь', 'September'),
        (10, 'октябрь', 'October'),
        (11, 'ноябрь', 'November'),
        (12, 'декабрь', 'December')
    ) as named (month_number, name_ru, name_en)

),

weekday_names as (

    select *
    from (
        values
        (1, 'понедельник', 'Monday'),
        (2, 'вторник', 'Tuesday'),
        (3, 'среда', 'Wednesday'),
        (4, 'четверг', 'Thursday'),
        (5, 'пятница', 'Friday'),
        (6, 'суббота', 'Saturday'),
        (7, 'воскресенье', 'Sunday')
    ) as named (weekday_number, name_ru, name_en)

),

parts as (

    select
        date_on,
        extract(year from date_on)::integer as year_number,
        extract(quarter from date_on)::integer as quarter_number,
        extract(month from date_on)::integer as month_number,
        extract(day from date_on)::integer as day_number,
        extract(isoyear from date_on)::integer as iso_year_number,
        extract(week from date_on)::integer as iso_week_number,
        extract(isodow from date_on)::integer as weekday_number,
        is_working_day,
        is_short_working_day,
        is_calendar_official,
        day_name_ru,
        day_name_en,
        working_day_no_in_month::integer as working_day_no_in_month,
        working_days_in_month::integer as working_days_in_month
    from {{ ref('int_calendar_days__numbered') }}

)

select
    {{ date_key('parts.date_on') }} as date_key,
    parts.date_on,
    parts.year_number,
    parts.quarter_number,
    parts.month_number,
    month_names.name_ru as month_name_ru,
    month_names.name_en as month_name_en,
    date_trunc('month', parts.date_on)::date as month_start_on,
    to_char(parts.date_on, 'YYYY-MM') as year_month,
    parts.iso_year_number,
    parts.iso_week_number,
    date_trunc('week', parts.date_on)::date as week_start_on,
    parts.day_number,
    parts.weekday_number,
    weekday_names.name_ru as weekday_name_ru,
    weekday_names.name_en as weekday_name_en,
    parts.weekday_number >= 6 as is_weekend,
    to_char(parts.date_on, 'YYYY-"Q"Q') as year_quarter,
    to_char(parts.date_on, 'IYYY-"W"IW') as iso_year_week,
    parts.is_working_day,
    parts.is_short_working_day,
    parts.is_calendar_official,
    parts.day_name_ru,
    parts.day_name_en,
    parts.working_day_no_in_month,
    parts.working_days_in_month
from parts
inner join month_names
    on parts.month_number = month_names.month_number
inner join weekday_names
    on parts.weekday_number = weekday_names.weekday_number
union all
select
    -1 as date_key,
    null as date_on,
    null as year_number,
    null as quarter_number,
    null as month_number,
    'неизвестно' as month_name_ru,
    'unknown' as month_name_en,
    null as month_start_on,
    'unknown' as year_month,
    null as iso_year_number,
    null as iso_week_number,
    null as week_start_on,
    null as day_number,
    null as weekday_number,
    'неизвестно' as weekday_name_ru,
    'unknown' as weekday_name_en,
    null as is_weekend,
    'unknown' as year_quarter,
    'unknown' as iso_year_week,
    null as is_working_day,
    null as is_short_working_day,
    null as is_calendar_official,
    null as day_name_ru,
    null as day_name_en,
    null as working_day_no_in_month,
    null as working_days_in_month
