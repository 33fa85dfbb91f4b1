-- Marks that a portal keeps in custom fields which the company named after them in its own file:
-- `channel` for the channel that a person decided, `referrer`, and the kinds of click ids.
with named as (

    select
        fields.portal,
        fields.entity_type_id,
        fields.field_code,
        lower(fields.field_name) as mark_name
    from {{ ref('stg_company__custom_fields') }} as fields
    where
        fields._deleted_at is null
        and fields.entity_type_id in ('1', '2')
        and lower(fields.field_name) in (
            'channel', 'referrer', 'gclid', 'gbraid', 'wbraid', 'yclid', 'rb_clickid', 'fbclid'
        )

)

select
    case held.entity_type_id when '1' then 'lead' else 'deal' end as record_type,
    held.account,
    held.item_id as record_id,
    named.mark_name,
    min(coalesce(options.option_label, btrim(element.value #>> '{}'))) as value
from named
inner join {{ ref('stg_bitrix24__custom_fields') }} as held
    on
        named.entity_type_id = held.entity_type_id
        and named.field_code = held.field_code
        and coalesce(named.portal, held.account) = held.account
cross join
    lateral jsonb_array_elements(
        case
            when jsonb_typeof(held.raw_value) = 'array' then held.raw_value
            else jsonb_build_array(held.raw_value)
        end
    ) as element (value)
left join {{ ref('int_field_options__labelled') }} as options
    on
        held.account = options.account
        and held.entity_type_id = options.entity_type_id
        and held.field_code = options.field_code
        and element.value #>> '{}' = options.option_id
where btrim(element.value #>> '{}') not in ('', '0', 'false', '[]', '{}')
group by held.entity_type_id, held.account, held.item_id, named.mark_name
