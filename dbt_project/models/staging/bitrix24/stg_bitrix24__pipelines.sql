with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'pipelines') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        "entityTypeId" text,
        name text,
        "originatorId" text,
        "originId" text,
        "isDefault" text,
        sort text
    )

)

select
    -- ids
    _account as account,
    "entityTypeId" as entity_type_id,
    id as pipeline_id,
    {{ bitrix24_text('"originatorId"') }} as originator_id,
    {{ bitrix24_text('"originId"') }} as origin_id,

    -- strings
    btrim(name) as pipeline_name,

    -- numerics
    {{ bitrix24_number('sort') }}::integer as sort_order,

    -- booleans
    {{ bitrix24_flag('"isDefault"') }} as is_default,

    -- technical
    _deleted_at,
    _extracted_at
from source
