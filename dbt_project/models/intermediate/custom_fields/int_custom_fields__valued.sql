{{ config(materialized='view') }}
-- One field is a scalar, a list of them, or what PHP makes of a list with gaps: an object with
-- numbers for names. What does not fit the type of its field stays a text: no portal stops a run.
with named as (

    select
        held.account,
        held.entity_type_id,
        held.item_id,
        held.field_code,
        held.raw_value,
        held._deleted_at,
        coalesce(fields.field_name, held.field_code) as field_name,
        fields.field_type,
        fields.link_entity_type_id,
        coalesce(fields.is_multiple, jsonb_typeof(held.raw_value) = 'array') as is_multiple
    from {{ ref('stg_bitrix24__custom_fields') }} as held
    left join {{ ref('int_custom_fields__named') }} as fields
        on
            held.account = fields.account
            and held.entity_type_id = fields.entity_type_id
            and held.field_code = fields.field_code

),

single as (

    select
        named.*,
        element.value_no,
        element.value as raw_element,
        btrim(element.value #>> '{}', E' \t\r\n') as written
    from named
    cross join lateral jsonb_array_elements(
        case
            when jsonb_typeof(named.raw_value) = 'array' then named.raw_value
            when jsonb_typeof(named.raw_value) = 'object' and named.is_multiple
                then
                    case
                        when named.raw_value ? 'id' then jsonb_build_array(named.raw_value)
                        else jsonb_path_query_array(named.raw_value, '$.*')
                    end
            else jsonb_build_array(named.raw_value)
        end
    ) with ordinality as element (value, value_no)

),

filled as (

    select *
    from single
    where
        written not in ('', '[]', '{}')
        and (written <> 'false' or field_type = 'boolean')
        -- an amount that was never typed: only its currency is there
        and (field_type is distinct from 'money' or left(written, 1) <> '|')

),

typed as (

    select
        filled.*,
        case
            when field_type in ('integer', 'double') then {{ number_if_valid('written') }}
            when field_type = 'money'
                then {{ number_if_valid("split_part(written, '|', 1)") }}
        end as value_number,
        case when field_type = 'money' then nullif(split_part(written, '|', 2), '') end
            as currency_code,
        case
            when field_type = 'boolean' and lower(written) in ('y', '1', 'true') then true
            when field_type = 'boolean' and lower(written) in ('n', '0', 'false') then false
        end as value_flag,
        case when field_type = 'date' then {{ day_if_valid('written') }} end as value_on,
        case when field_type = 'datetime' then {{ moment_if_valid('written') }} end as value_at,
        case
            when field_type = 'address'
                then regexp_match(written, '^(.*?)\|(-?[0-9.]*);(-?[0-9.]*)(?:\|[0-9]*)?$')
        end as address_parts,
        case
            when field_type = 'crm' or field_type like 'crm\_%'
                then regexp_match(written, '^(?:(L|D|C|CO|I|Q|O|SI|T[0-9a-f]{1,7})_)?([0-9]+)$')
        end as link_parts
    from filled

)

select
    -- ids
    typed.account,
    typed.entity_type_id,
    typed.item_id,
    typed.field_code,
    typed.value_no,

    -- strings
    typed.field_name,
    typed.field_type,
    case
        when typed.address_parts is not null then btrim(typed.address_parts[1])
        when typed.field_type = 'file' and jsonb_typeof(typed.raw_element) = 'object'
            then typed.raw_element ->> 'id'
        else typed.written
    end as value_text,
    case
        when typed.field_type in ('employee', 'user') then users.user_name
        else options.option_label
    end as label,
    typed.currency_code,
    case
        when typed.link_parts is null or typed.field_type = 'crm_status' then null
        when typed.link_parts[1] is null then typed.link_entity_type_id
        when left(typed.link_parts[1], 1) = 'T'
            then
                ('x' || lpad(substr(typed.link_parts[1], 2), 8, '0'))::bit(32)::integer::text
        else
            case typed.link_parts[1]
                when 'L' then '1'
                when 'D' then '2'
                when 'C' then '3'
                when 'CO' then '4'
                when 'I' then '5'
                when 'Q' then '7'
                when 'O' then '14'
                when 'SI' then '31'
            end
    end as linked_entity_type_id,
    case when typed.field_type <> 'crm_status' then typed.link_parts[2] end as linked_item_id,

    -- numerics
    typed.value_number,
    {{ number_if_valid('typed.address_parts[2]') }} as latitude,
    {{ number_if_valid('typed.address_parts[3]') }} as longitude,

    -- booleans
    typed.value_flag,
    typed.is_multiple,

    -- instants and days
    typed.value_at,
    typed.value_on,

    -- technical
    typed._deleted_at
from typed
left join {{ ref('int_field_options__labelled') }} as options
    on
        typed.account = options.account
        and typed.entity_type_id = options.entity_type_id
        and typed.field_code = options.field_code
        and typed.written = options.option_id
left join {{ ref('stg_bitrix24__users') }} as users
    on
        typed.field_type in ('employee', 'user')
        and typed.account = users.account
        and typed.written = users.user_id
