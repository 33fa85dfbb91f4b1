{#
    Numbers that look drawn and are the same in every run: a hash of a bigint key under a seed.
    No random(): a forecast of one evening must not differ between two builds.
#}

{#
    One seed per last day of a horizon and draw: the forecasts of one month from different evenings
    share their draws, so that from one day to the next only what happened moves the interval.
#}
{% macro draw_seed(ends_on, draw_no) -%}
    (({{ ends_on }} - date '2000-01-01') * 10000::bigint + {{ draw_no }})
{%- endmacro %}

{# A whole number, spread evenly over 0 to 2^20 - 1. #}
{% macro draw(key, seed) -%}
    (hashint8extended({{ key }}, {{ seed }}) & 1048575)
{%- endmacro %}

{# What a draw lies below with that chance. #}
{% macro draw_threshold(chance) -%}
    ({{ chance }} * 1048576)::bigint
{%- endmacro %}

{# Spread evenly over (0, 1). #}
{% macro even_draw(key, seed) -%}
    (({{ draw(key, seed) }} + 0.5::float8) / 1048576)
{%- endmacro %}

{# Normal with mean 0 and spread 1, of two even ones (Box and Muller). #}
{% macro normal_draw(key, seed) -%}
    (
        sqrt(-2 * ln({{ even_draw(key, seed) }}))
        * cos(2 * pi() * {{ even_draw('(~' ~ key ~ ')', seed) }})
    )
{%- endmacro %}
