{{ config(materialized='view') }}
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'lead_stage_history') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "ID" bigint,
        "TYPE_ID" integer,
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
    case "TYPE_ID"
        when 1 then 'created'
        when 2 then 'moved'
        when 3 then 'ended'
        when 5 then 'pipeline_changed'
        else 'other'
    end as entry_kind_code,

    -- numerics
    "ID" as entry_no,

    -- instants
    "CREATED_TIME" as entered_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
