with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'lead_stage_history') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "ID" bigint,
        "OWNER_ID" text,
        "STATUS_ID" text,
        "STATUS_SEMANTIC_ID" text,
        "CREATED_TIME" timestamptz
    )

)

select
    -- ids
    _account as account,
    "ID"::text as entry_id,
    "OWNER_ID" as lead_id,
    "STATUS_ID" as stage_id,

    -- strings
    "STATUS_SEMANTIC_ID" as stage_semantic,

    -- numerics
    "ID" as entry_no,

    -- instants
    "CREATED_TIME" as entered_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
