with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'deals') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        "categoryId" text,
        "stageId" text,
        "stageSemanticId" text,
        "assignedById" text,
        "leadId" text,
        "companyId" text,
        "contactId" text,
        "sourceId" text,
        "currencyId" text,
        opportunity numeric,
        "taxValue" numeric,
        "isRecurring" boolean,
        "isReturnCustomer" boolean,
        "createdTime" timestamptz,
        "updatedTime" timestamptz,
        "movedTime" text,
        closedate text,
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
    id as deal_id,
    "categoryId" as pipeline_id,
    "stageId" as stage_id,
    nullif("assignedById", '0') as responsible_id,
    nullif("leadId", '0') as lead_id,
    nullif("companyId", '0') as company_id,
    nullif("contactId", '0') as contact_id,
    nullif("sourceId", '') as source_id,

    -- strings
    "stageSemanticId" as stage_semantic,
    nullif("currencyId", '') as currency_code,
    "utmSource" as utm_source,
    "utmMedium" as utm_medium,
    "utmCampaign" as utm_campaign,
    "utmContent" as utm_content,
    "utmTerm" as utm_term,
    nullif(nullif("UF_CRM_GCLID", ''), 'false') as gclid,
    nullif(nullif("UF_CRM_YCLID", ''), 'false') as yclid,

    -- numerics
    coalesce(opportunity, 0) as deal_amount,
    "taxValue" as tax_amount,

    -- booleans
    coalesce("isRecurring", false) as is_recurring_template,
    coalesce("isReturnCustomer", false) as is_return_customer,

    -- instants and days; a day is taken as written, its clock time is only the portal's midnight
    "createdTime" as created_at,
    "updatedTime" as updated_at,
    nullif("movedTime", '')::timestamptz as moved_at,
    left(nullif(closedate, ''), 10)::date as close_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
