{#
    How many days the bank's last rate stands in for those that are missing. The January holidays
    take up to eleven days; what is missing for longer was not read.
#}
{% macro rate_holds_days() -%}
    14
{%- endmacro %}
