-- A fact joined here by its day counts once for each side of each comparison that the day is on,
-- so the same measures compare with what was before, whichever they are.
--
-- The period before is as long and ends the day before this one begins: each day is held against
-- the day that lies the length of the period earlier. Of a running period only elapsed days have
-- rows, so both sides have equally many. A year ago is the same date; weeks go back by 52 weeks,
-- so that they keep their weekdays. The 29th of February has no day a year ago.
{% set calendar_kinds = {
    'week': '1 week', 'month': '1 month', 'quarter': '3 months', 'year': '1 year'
} %}
{% set rolling_days = [7, 30, 90, 365] %}
with days as (

    select
        date_on,
        {{ as_of() }} as as_of,
        -- five full years and the running one
        (date_trunc('year', {{ as_of() }}) - interval '5 years')::date as first_on
    from {{ ref('dim_date') }}
    where date_on <= {{ as_of() }}

),

periods as (

    {% for kind, length in calendar_kinds.items() -%}
        select
            '{{ kind }}' as period_kind_code,
            date_trunc('{{ kind }}', date_on)::date as period_start_on,
            (date_trunc('{{ kind }}', date_on) + interval '{{ length }}')::date - 1
                as period_end_on,
            date_on,
            as_of
        from days
        where date_trunc('{{ kind }}', date_on) >= first_on
        union all
    {% endfor -%}
    {% for length in rolling_days -%}
        select
            'last_{{ length }}_days' as period_kind_code,
            as_of - {{ length - 1 }} as period_start_on,
            as_of as period_end_on,
            date_on,
            as_of
        from days
        where date_on > as_of - {{ length }}
        {{ 'union all' if not loop.last }}
    {% endfor -%}

),

sided as (

    select
        periods.*,
        sides.side_code,
        case sides.side_code
            when 'current' then periods.date_on
            when 'previous'
                then periods.date_on - (periods.period_end_on - periods.period_start_on + 1)
            else
                case
                    when periods.period_kind_code = 'week' then periods.date_on - 364
                    when to_char(periods.date_on, 'MMDD') <> '0229'
                        then (periods.date_on - interval '1 year')::date
                end
        end as counted_on
    from periods
    cross join (values ('current'), ('previous'), ('year_ago')) as sides (side_code)

)

select
    sided.period_kind_code,
    sided.side_code,
    {{ date_key('sided.date_on') }} as compared_date_key,
    {{ date_key('sided.counted_on') }} as date_key,
    kinds.name_ru as period_kind_name_ru,
    kinds.name_en as period_kind_name_en,
    names.name_ru as side_name_ru,
    names.name_en as side_name_en,
    sided.period_start_on,
    sided.period_end_on,
    sided.as_of between sided.period_start_on and sided.period_end_on as is_latest,
    sided.as_of < sided.period_end_on as is_running,
    sided.date_on - sided.period_start_on + 1 as day_no,
    1::bigint as days_count
from sided
inner join (
    values
    ('week', 'Неделя', 'Week'),
    ('month', 'Месяц', 'Month'),
    ('quarter', 'Квартал', 'Quarter'),
    ('year', 'Год', 'Year'),
    ('last_7_days', 'Последние 7 дней', 'Last 7 days'),
    ('last_30_days', 'Последние 30 дней', 'Last 30 days'),
    ('last_90_days', 'Последние 90 дней', 'Last 90 days'),
    ('last_365_days', 'Последние 365 дней', 'Last 365 days')
) as kinds (code, name_ru, name_en)
    on sided.period_kind_code = kinds.code
inner join (
    values
    ('current', 'Период', 'Period'),
    ('previous', 'Период до него', 'Period before'),
    ('year_ago', 'Год назад', 'Year ago')
) as names (code, name_ru, name_en)
    on sided.side_code = names.code
where sided.counted_on is not null
