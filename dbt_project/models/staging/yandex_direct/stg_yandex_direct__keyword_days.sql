-- A campaign of the wizard stands here without ids: it shows nothing below itself.
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as login,
        payload.*
    from {{ source('yandex_direct', 'keyword_days') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "Date" date,
        "CampaignId" text,
        "CampaignName" text,
        "AdGroupId" text,
        "AdGroupName" text,
        "CriterionId" text,
        "Criterion" text,
        "CriterionType" text,
        "Impressions" bigint,
        "Clicks" bigint,
        "Cost" numeric(18, 6),
        "CostWithoutVat" numeric(18, 6),
        "Conversions" numeric,
        "Revenue" numeric
    )

)

select
    -- ids
    _account as account,
    login as ad_account_id,
    "CampaignId" as campaign_id,
    {{ direct_id('"AdGroupId"') }} as ad_group_id,
    {{ direct_id('"CriterionId"') }} as keyword_id,

    -- strings
    "CampaignName" as campaign_name,
    "AdGroupName" as ad_group_name,
    "Criterion" as keyword,
    "CriterionType" as keyword_type,

    -- numerics
    "Impressions" as impressions_count,
    "Clicks" as clicks_count,
    coalesce("Conversions", 0) as conversions_count,
    coalesce("Revenue", 0) as conversion_value_amount,
    "Cost" as spend_amount,
    "CostWithoutVat" as spend_without_vat_amount,

    -- booleans; the report is ordered with VAT
    true as is_vat_included,

    -- days, in Moscow time
    "Date" as reported_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
