with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.customer
    from {{ source('google_ads', 'customers') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (customer jsonb)

)

select
    -- ids
    _account as account,
    customer ->> 'id' as ad_account_id,

    -- strings
    nullif(customer ->> 'descriptiveName', '') as ad_account_name,
    customer ->> 'currencyCode' as currency_code,
    customer ->> 'timeZone' as time_zone,

    -- technical
    _deleted_at,
    _extracted_at
from source
