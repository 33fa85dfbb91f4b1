with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'leads') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        "stageId" text,
        "stageSemanticId" text,
        "assignedById" text,
        "companyId" text,
        "contactId" text,
        "sourceId" text,
        "isReturnCustomer" boolean,
        "createdTime" timestamptz,
        "updatedTime" timestamptz,
        "utmSource" text,
        "utmMedium" text,
        "utmCampaign" text,
        "utmContent" text,
        "utmTerm" text,
        "UF_CRM_GCLID" text,
        "UF_CRM_YCLID" text
    )

)

select
    -- ids
    _account as account,
    id as lead_id,
    "stageId" as stage_id,
    nullif("assignedById", '0') as responsible_id,
    nullif("companyId", '0') as company_id,
    nullif("contactId", '0') as contact_id,
    nullif("sourceId", '') as source_id,

    -- strings
    "stageSemanticId" as stage_semantic,
    "utmSource" as utm_source,
    "utmMedium" as utm_medium,
    "utmCampaign" as utm_campaign,
    "utmContent" as utm_content,
    "utmTerm" as utm_term,
    nullif(nullif("UF_CRM_GCLID", ''), 'false') as gclid,
    nullif(nullif("UF_CRM_YCLID", ''), 'false') as yclid,

    -- booleans
    coalesce("isReturnCustomer", false) as is_return_customer,

    -- instants
    "createdTime" as created_at,
    "updatedTime" as updated_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
