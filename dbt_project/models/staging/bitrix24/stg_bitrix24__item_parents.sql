{{ config(materialized='view') }}
{%- set kinds = {
    'leads': "'1'",
    'deals': "'2'",
    'contacts': "'3'",
    'companies': "'4'",
    'quotes': "'7'",
    'smart_invoices': "'31'",
    'smart_process_items': "split_part(landed._key, '/', 1)",
} -%}
with unioned as (

    {% for stream, entity_type_id in kinds.items() -%}
        select
            landed._account as account,
            {{ entity_type_id }} as entity_type_id,
            {% if stream == 'smart_process_items' -%}
                split_part(landed._key, '/', 2) as item_id,
            {% else -%}
                landed._key as item_id,
            {% endif -%}
            substr(field.key, 9) as parent_entity_type_id,
            {{ bitrix24_id('field.value') }} as parent_item_id,
            landed._deleted_at,
            landed._extracted_at
        from {{ source('bitrix24', stream) }} as landed
        cross join lateral jsonb_each_text(landed._payload) as field
        where field.key ~ '^parentId[0-9]+$'
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
)

select * from unioned
where parent_item_id is not null
