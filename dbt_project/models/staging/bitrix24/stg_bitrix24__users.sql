with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'users') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "ID" text,
        "UF_DEPARTMENT" jsonb,
        "NAME" text,
        "LAST_NAME" text,
        "WORK_POSITION" text,
        "ACTIVE" boolean,
        "DATE_REGISTER" text
    )

)

select
    -- ids
    _account as account,
    "ID" as user_id,
    "UF_DEPARTMENT" ->> 0 as department_id,

    -- strings
    nullif(btrim(concat_ws(' ', "LAST_NAME", "NAME")), '') as user_name,
    nullif(btrim("WORK_POSITION"), '') as position_name,

    -- booleans
    "ACTIVE" as is_active,

    -- days
    left(nullif("DATE_REGISTER", ''), 10)::date as registered_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
