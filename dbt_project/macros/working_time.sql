{#
    Minutes worked from the first day of the calendar to a moment. The difference of two is the
    working time between them.

    Args:
        moment: a timestamptz.
        day: alias of int_office_hours__summed, joined on the moment's day in the company's zone.
#}
{% macro working_minutes(moment, day) -%}
    (
        {{ day }}.minutes_before
        + case
            when {{ day }}.is_worked
                then least(
                    540, greatest(0, extract(epoch from {{ moment }} - {{ day }}.opens_at) / 60)
                )
            else 0
        end
    )
{%- endmacro %}
