{{ config(materialized='view') }}
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'smart_process_types') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        id text,
        "entityTypeId" text,
        code text,
        "customSectionId" text,
        "createdBy" text,
        "updatedBy" text,
        title text,
        "createdTime" text,
        "updatedTime" text,
        "isCategoriesEnabled" text,
        "isStagesEnabled" text,
        "isBeginCloseDatesEnabled" text,
        "isClientEnabled" text,
        "isMycompanyEnabled" text,
        "isLinkWithProductsEnabled" text,
        "isPaymentsEnabled" text,
        "isDocumentsEnabled" text,
        "isSourceEnabled" text,
        "isObserversEnabled" text,
        "isRecyclebinEnabled" text,
        "isAutomationEnabled" text,
        "isBizProcEnabled" text,
        "isCountersEnabled" text,
        "isUseInUserfieldEnabled" text,
        "isSetOpenPermissions" text
    )

)

select
    -- ids
    _account as account,
    "entityTypeId" as entity_type_id,
    -- the id of the type itself: it stands in the names of its custom fields
    id as type_id,
    {{ bitrix24_id('"customSectionId"') }} as section_id,
    {{ bitrix24_id('"createdBy"') }} as created_by_id,
    {{ bitrix24_id('"updatedBy"') }} as updated_by_id,

    -- strings
    btrim(title) as type_name,
    {{ bitrix24_text('code') }} as type_code,

    -- booleans
    {{ bitrix24_flag('"isCategoriesEnabled"') }} as has_pipelines,
    {{ bitrix24_flag('"isStagesEnabled"') }} as has_stages,
    {{ bitrix24_flag('"isBeginCloseDatesEnabled"') }} as has_begin_and_close_days,
    {{ bitrix24_flag('"isClientEnabled"') }} as has_client,
    {{ bitrix24_flag('"isMycompanyEnabled"') }} as has_own_company,
    {{ bitrix24_flag('"isLinkWithProductsEnabled"') }} as has_product_rows,
    {{ bitrix24_flag('"isPaymentsEnabled"') }} as has_payments,
    {{ bitrix24_flag('"isDocumentsEnabled"') }} as has_documents,
    {{ bitrix24_flag('"isSourceEnabled"') }} as has_source,
    {{ bitrix24_flag('"isObserversEnabled"') }} as has_observers,
    {{ bitrix24_flag('"isRecyclebinEnabled"') }} as has_recycle_bin,
    {{ bitrix24_flag('"isAutomationEnabled"') }} as has_automation,
    {{ bitrix24_flag('"isBizProcEnabled"') }} as has_business_processes,
    {{ bitrix24_flag('"isCountersEnabled"') }} as has_counters,
    {{ bitrix24_flag('"isUseInUserfieldEnabled"') }} as is_used_in_custom_fields,
    {{ bitrix24_flag('"isSetOpenPermissions"') }} as is_open_to_all,

    -- instants
    {{ bitrix24_at('"createdTime"') }} as created_at,
    {{ bitrix24_at('"updatedTime"') }} as updated_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
