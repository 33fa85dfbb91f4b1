with source as (

    select
        landed._account,
        landed._key,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('csv_spend', 'spend_lines') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        date date,
        platform text,
        account text,
        campaign text,
        ad_group text,
        ad text,
        impressions text,
        clicks text,
        spend numeric(18, 6),
        currency text,
        vat_included boolean,
        channel text
    )

)

select
    -- ids
    _account as account,
    _key as line_id,
    btrim(platform) as platform_code,
    btrim(coalesce(source.account, '')) as ad_account_id,
    btrim(coalesce(campaign, '')) as campaign_id,

    -- strings
    nullif(btrim(ad_group), '') as ad_group_name,
    nullif(btrim(ad), '') as ad_name,
    upper(btrim(currency)) as currency_code,
    btrim(channel) as channel_code,

    -- numerics
    coalesce(nullif(impressions, '')::bigint, 0) as impressions_count,
    coalesce(nullif(clicks, '')::bigint, 0) as clicks_count,
    spend as spend_amount,

    -- booleans
    vat_included as is_vat_included,

    -- days, as written
    date as reported_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
