with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'departments') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "ID" text,
        "PARENT" text,
        "UF_HEAD" text,
        "NAME" text,
        "SORT" text
    )

)

select
    -- ids
    _account as account,
    "ID" as department_id,
    {{ bitrix24_id('"PARENT"') }} as parent_department_id,
    {{ bitrix24_id('"UF_HEAD"') }} as head_user_id,

    -- strings
    btrim("NAME") as department_name,

    -- numerics
    {{ bitrix24_number('"SORT"') }}::integer as sort_order,

    -- technical
    _deleted_at,
    _extracted_at
from source
