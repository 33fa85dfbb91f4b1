with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'quotes') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        "stageId" text,
        "assignedById" text,
        "createdBy" text,
        "updatedBy" text,
        "lastActivityBy" text,
        "leadId" text,
        "dealId" text,
        "companyId" text,
        "contactId" text,
        "mycompanyId" text,
        "personTypeId" text,
        "webformId" text,
        "locationId" text,
        title text,
        "quoteNumber" text,
        "currencyId" text,
        "utmSource" text,
        "utmMedium" text,
        "utmCampaign" text,
        "utmContent" text,
        "utmTerm" text,
        opportunity text,
        "taxValue" text,
        opened text,
        closed text,
        "isManualOpportunity" text,
        "createdTime" text,
        "updatedTime" text,
        "lastActivityTime" text,
        "lastCommunicationTime" text,
        begindate text,
        closedate text,
        "actualDate" text,
        "contactIds" jsonb
    )

)

select
    -- ids
    _account as account,
    id as quote_id,
    {{ bitrix24_text('"stageId"') }} as stage_id,
    {{ bitrix24_id('"assignedById"') }} as responsible_id,
    {{ bitrix24_id('"createdBy"') }} as created_by_id,
    {{ bitrix24_id('"updatedBy"') }} as updated_by_id,
    {{ bitrix24_id('"lastActivityBy"') }} as last_activity_by_id,
    {{ bitrix24_id('"leadId"') }} as lead_id,
    {{ bitrix24_id('"dealId"') }} as deal_id,
    {{ bitrix24_id('"companyId"') }} as company_id,
    {{ bitrix24_id('"contactId"') }} as contact_id,
    {{ bitrix24_id('"mycompanyId"') }} as own_company_id,
    {{ bitrix24_id('"personTypeId"') }} as payer_type_id,
    {{ bitrix24_id('"webformId"') }} as webform_id,
    {{ bitrix24_text('"locationId"') }} as location_id,

    -- strings
    {{ bitrix24_text('btrim(title)') }} as quote_title,
    {{ bitrix24_text('"quoteNumber"') }} as quote_number,
    {{ bitrix24_text('"currencyId"') }} as currency_code,
    {{ bitrix24_text('"utmSource"') }} as utm_source,
    {{ bitrix24_text('"utmMedium"') }} as utm_medium,
    {{ bitrix24_text('"utmCampaign"') }} as utm_campaign,
    {{ bitrix24_text('"utmContent"') }} as utm_content,
    {{ bitrix24_text('"utmTerm"') }} as utm_term,

    -- numerics
    coalesce({{ bitrix24_number('opportunity') }}, 0) as quote_amount,
    {{ bitrix24_number('"taxValue"') }} as tax_amount,

    -- booleans
    {{ bitrix24_flag('opened') }} as is_public,
    {{ bitrix24_flag('closed') }} as is_closed,
    {{ bitrix24_flag('"isManualOpportunity"') }} as is_amount_manual,

    -- instants and days; a day is taken as written, its clock time is only the portal's midnight
    {{ bitrix24_at('"createdTime"') }} as created_at,
    {{ bitrix24_at('"updatedTime"') }} as updated_at,
    {{ bitrix24_at('"lastActivityTime"') }} as last_activity_at,
    {{ bitrix24_at('"lastCommunicationTime"') }} as last_communication_at,
    {{ bitrix24_on('begindate') }} as begin_on,
    {{ bitrix24_on('closedate') }} as close_on,
    {{ bitrix24_on('"actualDate"') }} as valid_through_on,

    -- lists
    {{ bitrix24_list('"contactIds"') }} as contact_ids,

    -- technical
    _deleted_at,
    _extracted_at
from source
