{{ config(materialized='view') }}
-- A field has a list of its own, or its values are codes of one of the CRM's lists. What left the
-- CRM's lists keeps its label: old items still hold the code.
with own as (

    select
        fields.account,
        fields.entity_type_id,
        fields.field_code,
        entry.value ->> 'ID' as option_id,
        btrim(entry.value ->> 'VALUE') as option_label
    from {{ ref('stg_bitrix24__fields') }} as fields
    cross join lateral jsonb_array_elements(fields.options) as entry

),

of_the_crm as (

    select
        fields.account,
        fields.entity_type_id,
        fields.field_code,
        statuses.status_id as option_id,
        statuses.status_name as option_label,
        row_number() over (
            partition by
                fields.account, fields.entity_type_id, fields.field_code, statuses.status_id
            order by statuses._deleted_at desc nulls first, statuses.status_row_id asc
        ) as preference
    from {{ ref('stg_bitrix24__fields') }} as fields
    inner join {{ ref('stg_bitrix24__statuses') }} as statuses
        on
            fields.account = statuses.account
            and fields.status_list = statuses.status_list

)

select
    account,
    entity_type_id,
    field_code,
    option_id,
    min(option_label) as option_label
from own
where option_id is not null
group by account, entity_type_id, field_code, option_id
union all
select
    account,
    entity_type_id,
    field_code,
    option_id,
    option_label
from of_the_crm
where preference = 1
