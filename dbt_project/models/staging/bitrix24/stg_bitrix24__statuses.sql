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
        "NAME" text,
        "SEMANTICS" text,
        "SORT" integer
    )

)

select
    -- ids
    _account as account,
    "ID" as status_row_id,
    "ENTITY_ID" as status_list,
    "STATUS_ID" as status_id,

    -- strings
    btrim("NAME") as status_name,
    coalesce(nullif("SEMANTICS", ''), 'P') as status_semantic,

    -- numerics
    "SORT" as sort_order,

    -- technical
    _deleted_at,
    _extracted_at
from source
