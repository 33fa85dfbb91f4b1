with source as (

    select
        landed._account,
        landed._key,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('company', 'plan') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        month text,
        metric text,
        scope text,
        portal text,
        member text,
        value numeric,
        currency text
    )

)

select
    -- ids
    _account as account,
    _key as plan_line_id,
    nullif(btrim(portal), '') as portal,
    nullif(btrim(member), '') as member_id,

    -- strings
    btrim(metric) as metric_code,
    btrim(scope) as scope_code,
    nullif(btrim(currency), '') as currency_code,

    -- numerics
    value as plan_value,

    -- days
    (btrim(month) || '-01')::date as month_start_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
