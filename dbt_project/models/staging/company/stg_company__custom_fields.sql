with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('company', 'custom_fields') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        portal text,
        entity text,
        field_code text,
        name text
    )

)

select
    -- ids
    _account as account,
    nullif(btrim(portal), '') as portal,
    case btrim(entity)
        when 'lead' then '1'
        when 'deal' then '2'
        when 'contact' then '3'
        when 'company' then '4'
        when 'invoice' then '5'
        when 'quote' then '7'
        when 'smart_invoice' then '31'
        else btrim(entity)
    end as entity_type_id,
    btrim(field_code) as field_code,

    -- strings
    btrim(name) as field_name,

    -- technical
    _deleted_at,
    _extracted_at
from source
