with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'companies') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        "typeId" text,
        "categoryId" text,
        industry text,
        employees text,
        "assignedById" text,
        "createdBy" text,
        "updatedBy" text,
        "lastActivityBy" text,
        "leadId" text,
        "webformId" text,
        "originatorId" text,
        "originId" text,
        "originVersion" text,
        title text,
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
        revenue text,
        opened text,
        "isMyCompany" text,
        "hasPhone" text,
        "hasEmail" text,
        "hasImol" text,
        "createdTime" text,
        "updatedTime" text,
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
    id as company_id,
    {{ bitrix24_text('"typeId"') }} as company_type_id,
    {{ bitrix24_text('"categoryId"') }} as category_id,
    {{ bitrix24_text('industry') }} as industry_id,
    {{ bitrix24_text('employees') }} as employee_range_id,
    {{ bitrix24_id('"assignedById"') }} as responsible_id,
    {{ bitrix24_id('"createdBy"') }} as created_by_id,
    {{ bitrix24_id('"updatedBy"') }} as updated_by_id,
    {{ bitrix24_id('"lastActivityBy"') }} as last_activity_by_id,
    {{ bitrix24_id('"leadId"') }} as lead_id,
    {{ bitrix24_id('"webformId"') }} as webform_id,
    {{ bitrix24_text('"originatorId"') }} as originator_id,
    {{ bitrix24_text('"originId"') }} as origin_id,
    {{ bitrix24_text('"originVersion"') }} as origin_version,

    -- strings
    {{ bitrix24_text('btrim(title)') }} as company_name,
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

    -- numerics
    {{ bitrix24_number('revenue') }} as revenue_amount,

    -- booleans
    {{ bitrix24_flag('opened') }} as is_public,
    coalesce({{ bitrix24_flag('"isMyCompany"') }}, false) as is_own_company,
    {{ bitrix24_flag('"hasPhone"') }} as has_phone,
    {{ bitrix24_flag('"hasEmail"') }} as has_email,
    {{ bitrix24_flag('"hasImol"') }} as has_open_line,

    -- instants and days; a day is taken as written, its clock time is only the portal's midnight
    {{ bitrix24_at('"createdTime"') }} as created_at,
    {{ bitrix24_at('"updatedTime"') }} as updated_at,
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
