{{ config(materialized='view') }}
-- Entries of lists and employees stand here by their label, money as an object of amount and
-- currency_code, moments in UTC.
with listed as (

    select
        account,
        entity_type_id,
        item_id,
        field_name,
        is_multiple,
        _deleted_at,
        jsonb_agg(
            case
                when label is not null then to_jsonb(label)
                when currency_code is not null
                    then
                        jsonb_build_object(
                            'amount', value_number, 'currency_code', currency_code
                        )
                when value_number is not null then to_jsonb(value_number)
                when value_flag is not null then to_jsonb(value_flag)
                when value_on is not null then to_jsonb(value_on)
                when value_at is not null
                    then
                        to_jsonb(
                            to_char(value_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                        )
                else to_jsonb(value_text)
            end
            order by value_no
        ) as field_values
    from {{ ref('int_custom_fields__valued') }}
    group by account, entity_type_id, item_id, field_name, is_multiple, _deleted_at

)

select
    account,
    entity_type_id,
    item_id,
    jsonb_object_agg(
        field_name,
        case when is_multiple then field_values else field_values -> 0 end
    ) as custom_fields,
    _deleted_at
from listed
group by account, entity_type_id, item_id, _deleted_at
