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
        "USER_TYPE" text,
        "TIME_ZONE" text,
        "ACTIVE" text,
        "IS_ONLINE" text,
        "DATE_REGISTER" text,
        "UF_EMPLOYMENT_DATE" text,
        "LAST_LOGIN" text,
        "LAST_ACTIVITY_DATE" text,
        "TIMESTAMP_X" text
    )

)

select
    -- ids
    _account as account,
    "ID" as user_id,
    {{ bitrix24_id('"UF_DEPARTMENT" ->> 0') }} as department_id,
    -- every department, the main one first
    {{ bitrix24_list('"UF_DEPARTMENT"') }} as department_ids,

    -- strings
    nullif(btrim(concat_ws(' ', "LAST_NAME", "NAME")), '') as user_name,
    nullif(btrim("WORK_POSITION"), '') as position_name,
    {{ bitrix24_text('"USER_TYPE"') }} as user_type,
    {{ bitrix24_text('"TIME_ZONE"') }} as timezone_name,

    -- booleans
    {{ bitrix24_flag('"ACTIVE"') }} as is_active,
    {{ bitrix24_flag('"IS_ONLINE"') }} as is_online,

    -- instants and days
    {{ bitrix24_at('"LAST_LOGIN"') }} as last_login_at,
    {{ bitrix24_at('"LAST_ACTIVITY_DATE"') }} as last_activity_at,
    {{ bitrix24_at('"TIMESTAMP_X"') }} as updated_at,
    {{ bitrix24_on('"DATE_REGISTER"') }} as registered_on,
    {{ bitrix24_on('"UF_EMPLOYMENT_DATE"') }} as employed_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
