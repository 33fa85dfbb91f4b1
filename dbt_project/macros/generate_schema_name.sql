{#
    Schema names are exact: `marts_build`, never `<target>_marts_build`. Roles, grants and the
    publisher know them by name.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
