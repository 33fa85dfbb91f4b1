{{ config(materialized='view') }}
{#- Kind of record, its staging model, its id, and what its columns link to. -#}
{%- set references = [
    ('1', 'leads', 'lead_id', {'company_id': '4'}),
    ('2', 'deals', 'deal_id', {'lead_id': '1', 'company_id': '4', 'quote_id': '7'}),
    ('3', 'contacts', 'contact_id', {'lead_id': '1'}),
    ('4', 'companies', 'company_id', {'lead_id': '1'}),
    (
        '5', 'invoices', 'invoice_id',
        {'deal_id': '2', 'contact_id': '3', 'company_id': '4', 'quote_id': '7'},
    ),
    ('7', 'quotes', 'quote_id', {'lead_id': '1', 'deal_id': '2', 'company_id': '4'}),
    ('31', 'smart_invoices', 'smart_invoice_id', {'company_id': '4'}),
] -%}
{%- set lists = [
    ('1', 'int_lead_contacts__linked', 'lead_id', '3', 'contact_id'),
    ('2', 'int_deal_contacts__linked', 'deal_id', '3', 'contact_id'),
    ('3', 'int_contact_companies__linked', 'contact_id', '4', 'company_id'),
    ('7', 'int_quote_contacts__linked', 'quote_id', '3', 'contact_id'),
    ('31', 'int_smart_invoice_contacts__linked', 'smart_invoice_id', '3', 'contact_id'),
] -%}
-- A link once, from the record that holds it: a deal to its contacts, not the contacts to the deal.
-- The first of a list is the main one. Links to parents are fields named after the parent's kind.
{% for kind, stream, record_id, columns in references -%}
    {% for column, linked_kind in columns.items() -%}
        select
            account,
            '{{ kind }}' as entity_type_id,
            {{ record_id }} as record_id,
            '{{ linked_kind }}' as linked_entity_type_id,
            {{ column }} as linked_record_id,
            1::bigint as link_no
        from {{ ref('stg_bitrix24__' ~ stream) }}
        where {{ column }} is not null and _deleted_at is null
        union
    {% endfor -%}
{% endfor -%}
{% for kind, model, record_id, linked_kind, linked_id in lists -%}
    select
        account,
        '{{ kind }}' as entity_type_id,
        {{ record_id }} as record_id,
        '{{ linked_kind }}' as linked_entity_type_id,
        {{ linked_id }} as linked_record_id,
        link_no
    from {{ ref(model) }}
    where _deleted_at is null
    union
{% endfor -%}
select
    account,
    entity_type_id,
    item_id as record_id,
    '4' as linked_entity_type_id,
    company_id as linked_record_id,
    1::bigint as link_no
from {{ ref('stg_bitrix24__smart_process_items') }}
where company_id is not null and _deleted_at is null
union
select
    items.account,
    items.entity_type_id,
    items.item_id as record_id,
    '3' as linked_entity_type_id,
    contact.contact_id as linked_record_id,
    contact.link_no
from {{ ref('stg_bitrix24__smart_process_items') }} as items
cross join
    lateral jsonb_array_elements_text(items.contact_ids)
    with ordinality as contact (contact_id, link_no)
where items._deleted_at is null
union
select
    account,
    entity_type_id,
    item_id as record_id,
    parent_entity_type_id as linked_entity_type_id,
    parent_item_id as linked_record_id,
    1::bigint as link_no
from {{ ref('stg_bitrix24__item_parents') }}
where _deleted_at is null
