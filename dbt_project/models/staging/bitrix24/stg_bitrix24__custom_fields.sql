{{ config(materialized='view') }}
{%- set kinds = {
    'leads': "'1'",
    'deals': "'2'",
    'contacts': "'3'",
    'companies': "'4'",
    'invoices': "'5'",
    'quotes': "'7'",
    'smart_invoices': "'31'",
    'smart_process_items': "split_part(landed._key, '/', 1)",
} -%}
-- The old invoices name even their links to deals and companies UF_…: those are read as ids.
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
            field.key as field_code,
            field.value as raw_value,
            landed._deleted_at,
            landed._extracted_at
        from {{ source('bitrix24', stream) }} as landed
        cross join lateral jsonb_each(landed._payload) as field
        where field.key ~ {{ "'^UF_CRM_'" if stream == 'invoices' else "'^(UF_|uf[A-Z])'" }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
)

select * from unioned
