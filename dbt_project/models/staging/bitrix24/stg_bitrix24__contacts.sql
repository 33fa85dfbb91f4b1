with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'contacts') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        "companyId" text,
        "createdTime" timestamptz
    )

)

select
    -- ids
    _account as account,
    id as contact_id,
    nullif("companyId", '0') as company_id,

    -- instants
    "createdTime" as created_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
