with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'calls') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "ID" text,
        "PORTAL_USER_ID" text,
        "CRM_ENTITY_TYPE" text,
        "CRM_ENTITY_ID" text,
        "CALL_TYPE" text,
        "CALL_FAILED_CODE" text,
        "CALL_DURATION" integer,
        "CALL_START_DATE" timestamptz
    )

)

select
    -- ids
    _account as account,
    "ID" as call_id,
    nullif("PORTAL_USER_ID", '0') as user_id,
    nullif("CRM_ENTITY_TYPE", '') as crm_entity_type,
    nullif(nullif("CRM_ENTITY_ID", ''), '0') as crm_entity_id,

    -- strings
    "CALL_TYPE" as call_type,
    "CALL_FAILED_CODE" as result_code,

    -- numerics
    "CALL_DURATION" as duration_seconds,

    -- instants
    "CALL_START_DATE" as started_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
