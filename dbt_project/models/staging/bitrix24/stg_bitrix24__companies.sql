with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'companies') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        title text,
        industry text,
        "isMyCompany" boolean,
        "createdTime" timestamptz
    )

)

select
    -- ids
    _account as account,
    id as company_id,

    -- strings
    nullif(btrim(title), '') as company_name,
    nullif(industry, '') as industry_id,

    -- booleans
    coalesce("isMyCompany", false) as is_own_company,

    -- instants
    "createdTime" as created_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
