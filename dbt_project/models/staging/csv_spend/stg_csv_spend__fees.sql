with source as (

    select
        landed._account,
        landed._key,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('csv_spend', 'fees') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        platform text,
        account text,
        fee text,
        percent text,
        monthly_amount text,
        currency text,
        vat_included boolean,
        channel text,
        valid_from date,
        valid_to text
    )

)

select
    -- ids
    _account as account,
    _key as fee_id,
    btrim(platform) as platform_code,
    btrim(coalesce(source.account, '')) as ad_account_id,

    -- strings
    btrim(fee) as fee_name,
    nullif(upper(btrim(currency)), '') as currency_code,
    nullif(btrim(channel), '') as channel_code,

    -- numerics
    nullif(percent, '')::numeric(18, 6) as fee_percent,
    nullif(monthly_amount, '')::numeric(18, 6) as monthly_amount,

    -- booleans
    vat_included as is_vat_included,

    -- days, as written
    valid_from,
    nullif(valid_to, '')::date as valid_to,

    -- technical
    _deleted_at,
    _extracted_at
from source
