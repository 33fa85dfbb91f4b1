{# Calendar months from one day to another: 0 within one month, negative backwards, null unknown. #}
{% macro months_between(from_day, to_day) -%}
    (
        12 * (extract(year from {{ to_day }}) - extract(year from {{ from_day }}))
        + extract(month from {{ to_day }}) - extract(month from {{ from_day }})
    )::integer
{%- endmacro %}
