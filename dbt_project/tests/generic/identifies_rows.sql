{#
    These columns together name one row each: none of them is empty and no two rows share them.
    Fails with what is not so.
#}
{% test identifies_rows(model, columns) %}

{%- set key = columns | join(", ") %}
select
    {{ key }},
    count(*) as rows_count
from {{ model }}
group by {{ key }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}
