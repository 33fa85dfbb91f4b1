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
        "assignedById" text,
        "createdBy" text,
        "updatedBy" text,
        "movedBy" text,
        "lastActivityBy" text,
        "companyId" text,
        "contactId" text,
        "sourceId" text,
        "webformId" text,
        "originatorId" text,
        "originId" text,
        title text,
        "companyTitle" text,
        "post" text,
        "stageSemanticId" text,
        "statusDescription" text,
        "currencyId" text,
        "sourceDescription" text,
        "addressCity" text,
        "addressRegion" text,
        "addressProvince" text,
        "addressCountry" text,
        "addressCountryCode" text,
        "utmSource" text,
        "utmMedium" text,
        "utmCampaign" text,
        "utmContent" text,
        "utmTerm" text,
        "UF_CRM_GCLID" text,
        "UF_CRM_YCLID" text,
        opportunity text,
        opened text,
        "hasPhone" text,
        "hasEmail" text,
        "hasImol" text,
        "isReturnCustomer" text,
        "isManualOpportunity" text,
        "createdTime" text,
        "updatedTime" text,
        "movedTime" text,
        "dateClosed" text,
        "lastActivityTime" text,
        "lastCommunicationTime" text,
        "contactIds" jsonb,
        observers jsonb,
        fm jsonb
    )

)

select
    -- ids
    _account as account,
    id as lead_id,
    {{ bitrix24_text('"stageId"') }} as stage_id,
    {{ bitrix24_id('"assignedById"') }} as responsible_id,
    {{ bitrix24_id('"createdBy"') }} as created_by_id,
    {{ bitrix24_id('"updatedBy"') }} as updated_by_id,
    {{ bitrix24_id('"movedBy"') }} as moved_by_id,
    {{ bitrix24_id('"lastActivityBy"') }} as last_activity_by_id,
    {{ bitrix24_id('"companyId"') }} as company_id,
    {{ bitrix24_id('"contactId"') }} as contact_id,
    {{ bitrix24_text('"sourceId"') }} as source_id,
    {{ bitrix24_id('"webformId"') }} as webform_id,
    {{ bitrix24_text('"originatorId"') }} as originator_id,
    {{ bitrix24_text('"originId"') }} as origin_id,

    -- strings
    {{ bitrix24_text('btrim(title)') }} as lead_title,
    {{ bitrix24_text('btrim("companyTitle")') }} as company_name,
    {{ bitrix24_text('btrim("post")') }} as position_name,
    {{ bitrix24_text('"stageSemanticId"') }} as stage_semantic,
    {{ bitrix24_text('btrim("statusDescription")') }} as stage_description,
    {{ bitrix24_text('"currencyId"') }} as currency_code,
    {{ bitrix24_text('btrim("sourceDescription")') }} as source_description,
    {{ bitrix24_text('btrim("addressCity")') }} as address_city,
    {{ bitrix24_text('btrim("addressRegion")') }} as address_region,
    {{ bitrix24_text('btrim("addressProvince")') }} as address_province,
    {{ bitrix24_text('btrim("addressCountry")') }} as address_country,
    {{ bitrix24_text('"addressCountryCode"') }} as address_country_code,
    {{ bitrix24_text('"utmSource"') }} as utm_source,
    {{ bitrix24_text('"utmMedium"') }} as utm_medium,
    {{ bitrix24_text('"utmCampaign"') }} as utm_campaign,
    {{ bitrix24_text('"utmContent"') }} as utm_content,
    {{ bitrix24_text('"utmTerm"') }} as utm_term,
    {{ bitrix24_text('"UF_CRM_GCLID"') }} as gclid,
    {{ bitrix24_text('"UF_CRM_YCLID"') }} as yclid,

    -- numerics
    {{ bitrix24_number('opportunity') }} as lead_amount,

    -- booleans
    {{ bitrix24_flag('opened') }} as is_public,
    {{ bitrix24_flag('"hasPhone"') }} as has_phone,
    {{ bitrix24_flag('"hasEmail"') }} as has_email,
    {{ bitrix24_flag('"hasImol"') }} as has_open_line,
    coalesce({{ bitrix24_flag('"isReturnCustomer"') }}, false) as is_return_customer,
    {{ bitrix24_flag('"isManualOpportunity"') }} as is_amount_manual,

    -- instants and days; a day is taken as written, its clock time is only the portal's midnight
    {{ bitrix24_at('"createdTime"') }} as created_at,
    {{ bitrix24_at('"updatedTime"') }} as updated_at,
    {{ bitrix24_at('"movedTime"') }} as moved_at,
    {{ bitrix24_at('"dateClosed"') }} as closed_at,
    {{ bitrix24_at('"lastActivityTime"') }} as last_activity_at,
    {{ bitrix24_at('"lastCommunicationTime"') }} as last_communication_at,

    -- lists
    {{ bitrix24_list('"contactIds"') }} as contact_ids,
    {{ bitrix24_list('observers') }} as observer_ids,
    {{ bitrix24_phone_keys('fm') }} as phone_keys,

    -- technical
    _deleted_at,
    _extracted_at
from source
