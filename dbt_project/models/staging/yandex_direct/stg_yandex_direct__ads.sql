with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        split_part(landed._key, '|', 1) as login,
        payload.*
    from {{ source('yandex_direct', 'ads') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "Id" text,
        "CampaignId" text,
        "AdGroupId" text,
        "Type" text,
        "Subtype" text,
        "State" text,
        "Status" text,
        "TextAd" jsonb,
        "ResponsiveAd" jsonb,
        "TextImageAd" jsonb,
        "TextAdBuilderAd" jsonb,
        "CpmBannerAdBuilderAd" jsonb
    )

)

select
    -- ids
    _account as account,
    login as ad_account_id,
    "CampaignId" as campaign_id,
    "AdGroupId" as ad_group_id,
    "Id" as ad_id,

    -- strings; where an ad leads to stands in the part of its own kind
    coalesce("TextAd" ->> 'Title', "ResponsiveAd" #>> '{Titles,0}') as ad_name,
    "Type" as ad_type,
    "State" as ad_status,
    "Status" as moderation_status,
    coalesce(
        "TextAd" ->> 'Href',
        "ResponsiveAd" ->> 'Href',
        "TextImageAd" ->> 'Href',
        "TextAdBuilderAd" ->> 'Href',
        "CpmBannerAdBuilderAd" ->> 'Href'
    ) as final_url,

    -- technical
    _deleted_at,
    _extracted_at
from source
