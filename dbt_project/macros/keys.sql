{#
    A surrogate key: the first 60 bits of the md5 of the parts, as a non-negative bigint.

    Deterministic, so a rebuild gives the same key and a key may be kept outside. Never negative,
    so it cannot meet -1, the unknown member. With a million rows two parts meet with a chance of
    4e-7; primary keys turn that into an error, not into a wrong row. A missing part counts as ''.
#}
{% macro surrogate_key(parts) -%}
    (
        'x' || left(md5(
            {%- for part in parts %}
            coalesce({{ part }}::text, ''){{ " || E'\\x1f' ||" if not loop.last }}
            {%- endfor %}
        ), 15)
    )::bit(60)::bigint
{%- endmacro %}

{# First day of the calendar: two years before Bitrix24 itself. #}
{% macro calendar_first_day() -%}
    date '2010-01-01'
{%- endmacro %}

{# Last day of the calendar: the end of the year after the last complete day. #}
{% macro calendar_last_day() -%}
    (date_trunc('year', {{ as_of() }}) + interval '2 years - 1 day')::date
{%- endmacro %}

{#
    The key of a day in dim_date, yyyymmdd. An unknown day, or one outside the calendar (a closing
    date typed as 2203), is -1: such rows stay in every total, in the unknown month.
#}
{% macro date_key(day) -%}
    case
        when {{ day }} between {{ calendar_first_day() }} and {{ calendar_last_day() }}
            then to_char({{ day }}, 'YYYYMMDD')::integer
        else -1
    end
{%- endmacro %}
