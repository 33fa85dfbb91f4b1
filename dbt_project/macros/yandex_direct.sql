{# An id of a report; what a campaign of the wizard shows in its place is none. #}
{% macro direct_id(column) -%}
    case when {{ column }} not in ('', '--', '0') then {{ column }} end
{%- endmacro %}
