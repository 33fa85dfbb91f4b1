with source as (

    select
        landed._account,
        landed._key,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'smart_process_items') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        "categoryId" text,
        "stageId" text,
        "previousStageId" text,
        "assignedById" text,
        "createdBy" text,
        "updatedBy" text,
        "movedBy" text,
        "lastActivityBy" text,
        "companyId" text,
        "contactId" text,
        "mycompanyId" text,
        "sourceId" text,
        "webformId" text,
        "locationId" text,
        "xmlId" text,
        title text,
        "currencyId" text,
        "sourceDescription" text,
        "utmSource" text,
        "utmMedium" text,
        "utmCampaign" text,
        "utmContent" text,
        "utmTerm" text,
        opportunity text,
        "taxValue" text,
        opened text,
        "isRecurring" text,
        "isManualOpportunity" text,
        "createdTime" text,
        "updatedTime" text,
        "movedTime" text,
        "lastActivityTime" text,
        "lastCommunicationTime" text,
        begindate text,
        closedate text,
        "contactIds" jsonb,
        observers jsonb
    )

)

select
    -- ids
    _account as account,
    split_part(_key, '/', 1) as entity_type_id,
    id as item_id,
    {{ bitrix24_text('"categoryId"') }} as pipeline_id,
    {{ bitrix24_text('"stageId"') }} as stage_id,
    {{ bitrix24_text('"previousStageId"') }} as previous_stage_id,
    {{ bitrix24_id('"assignedById"') }} as responsible_id,
    {{ bitrix24_id('"createdBy"') }} as created_by_id,
    {{ bitrix24_id('"updatedBy"') }} as updated_by_id,
    {{ bitrix24_id('"movedBy"') }} as moved_by_id,
    {{ bitrix24_id('"lastActivityBy"') }} as last_activity_by_id,
    {{ bitrix24_id('"companyId"') }} as company_id,
    {{ bitrix24_id('"contactId"') }} as contact_id,
    {{ bitrix24_id('"mycompanyId"') }} as own_company_id,
    {{ bitrix24_text('"sourceId"') }} as source_id,
    {{ bitrix24_id('"webformId"') }} as webform_id,
    {{ bitrix24_text('"locationId"') }} as location_id,
    {{ bitrix24_text('"xmlId"') }} as xml_id,

    -- strings
    {{ bitrix24_text('btrim(title)') }} as item_title,
    {{ bitrix24_text('"currencyId"') }} as currency_code,
    {{ bitrix24_text('btrim("sourceDescription")') }} as source_description,
    {{ bitrix24_text('"utmSource"') }} as utm_source,
    {{ bitrix24_text('"utmMedium"') }} as utm_medium,
    {{ bitrix24_text('"utmCampaign"') }} as utm_campaign,
    {{ bitrix24_text('"utmContent"') }} as utm_content,
    {{ bitrix24_text('"utmTerm"') }} as utm_term,

    -- numerics
    {{ bitrix24_number('opportunity') }} as item_amount,
    {{ bitrix24_number('"taxValue"') }} as tax_amount,

    -- booleans
    {{ bitrix24_flag('opened') }} as is_public,
    coalesce({{ bitrix24_flag('"isRecurring"') }}, false) as is_recurring_template,
    {{ bitrix24_flag('"isManualOpportunity"') }} as is_amount_manual,

    -- instants and days; a day is taken as written, its clock time is only the portal's midnight
    {{ bitrix24_at('"createdTime"') }} as created_at,
    {{ bitrix24_at('"updatedTime"') }} as updated_at,
    {{ bitrix24_at('"movedTime"') }} as moved_at,
    {{ bitrix24_at('"lastActivityTime"') }} as last_activity_at,
    {{ bitrix24_at('"lastCommunicationTime"') }} as last_communication_at,
    {{ bitrix24_on('begindate') }} as begin_on,
    {{ bitrix24_on('closedate') }} as close_on,

    -- lists
    {{ bitrix24_list('"contactIds"') }} as contact_ids,
    {{ bitrix24_list('observers') }} as observer_ids,

    -- technical
    _deleted_at,
    _extracted_at
from source
