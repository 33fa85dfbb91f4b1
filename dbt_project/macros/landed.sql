{#
    The part of a union for each landing table that is declared as a source: its rows by account.
    dbt knows what is declared only while it runs, so before that the union has no part.
#}
{% macro counted_landing_tables() -%}
    {%- if execute and graph is defined -%}
        {%- for node in graph.sources.values() if node.schema.startswith('raw_') %}
            union all
            select
                '{{ node.source_name }}' as source,
                _account as account,
                '{{ node.name }}' as stream,
                count(*) filter (where _deleted_at is null) as rows_count,
                count(*) filter (where _deleted_at is not null) as deleted_rows_count,
                max(_extracted_at) as last_changed_at
            from {{ node.relation_name }}
            group by _account
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
