with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'statuses') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "ID" text,
        "ENTITY_ID" text,
        "STATUS_ID" text,
        "CATEGORY_ID" text,
        "NAME" text,
        "NAME_INIT" text,
        "SEMANTICS" text,
        "EXTRA" jsonb,
        "COLOR" text,
        "SYSTEM" text,
        "SORT" text
    )

)

select
    -- ids
    _account as account,
    "ID" as status_row_id,
    "ENTITY_ID" as status_list,
    "STATUS_ID" as status_id,
    {{ bitrix24_text('"CATEGORY_ID"') }} as pipeline_id,

    -- strings
    btrim("NAME") as status_name,
    {{ bitrix24_text('btrim("NAME_INIT")') }} as original_name,
    coalesce({{ bitrix24_text('"SEMANTICS"') }}, 'P') as status_semantic,
    -- finer than the semantic: a loss with an apology is told from a plain one
    {{ bitrix24_text('"EXTRA" ->> \'SEMANTICS\'') }} as outcome_code,
    {{ bitrix24_text('"COLOR"') }} as color,

    -- numerics
    {{ bitrix24_number('"SORT"') }}::integer as sort_order,

    -- booleans
    {{ bitrix24_flag('"SYSTEM"') }} as is_system,

    -- technical
    _deleted_at,
    _extracted_at
from source
