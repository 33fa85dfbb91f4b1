with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('company', 'channel_rules') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        rule_id text,
        priority integer,
        portal text,
        click_id_kind text,
        utm_source text,
        utm_medium text,
        number text,
        source_id text,
        referrer_host text,
        channel_code text,
        valid_from text,
        valid_to text
    )

)

select
    -- ids
    _account as account,
    rule_id,

    -- strings
    nullif(btrim(portal), '') as portal,
    nullif(btrim(click_id_kind), '') as click_id_kind,
    nullif(btrim(utm_source), '') as utm_source,
    nullif(btrim(utm_medium), '') as utm_medium,
    nullif(btrim(number), '') as number,
    nullif(btrim(source_id), '') as source_id,
    nullif(btrim(referrer_host), '') as referrer_host,
    btrim(channel_code) as channel_code,

    -- numerics
    priority,

    -- days
    nullif(valid_from, '')::date as valid_from,
    nullif(valid_to, '')::date as valid_to,

    -- technical
    _deleted_at,
    _extracted_at
from source
