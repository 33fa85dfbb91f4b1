with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.customer,
        payload.campaign,
        payload."adGroup" as ad_group,
        payload."adGroupAd" as ad_group_ad
    from {{ source('google_ads', 'ads') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        customer jsonb,
        campaign jsonb,
        "adGroup" jsonb,
        "adGroupAd" jsonb
    )

)

select
    -- ids
    _account as account,
    customer ->> 'id' as ad_account_id,
    campaign ->> 'id' as campaign_id,
    ad_group ->> 'id' as ad_group_id,
    ad_group_ad #>> '{ad,id}' as ad_id,

    -- strings
    nullif(ad_group_ad #>> '{ad,name}', '') as ad_name,
    ad_group_ad #>> '{ad,type}' as ad_type,
    ad_group_ad ->> 'status' as ad_status,
    ad_group_ad #>> '{ad,finalUrls,0}' as landing_page_url,
    ad_group_ad #>> '{ad,trackingUrlTemplate}' as tracking_url_template,
    ad_group_ad #>> '{ad,finalUrlSuffix}' as final_url_suffix,

    -- technical
    _deleted_at,
    _extracted_at
from source
