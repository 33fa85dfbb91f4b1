{{ config(materialized='view') }}
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'calls') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "ID" text,
        "CALL_ID" text,
        "EXTERNAL_CALL_ID" text,
        "PORTAL_USER_ID" text,
        "CRM_ENTITY_TYPE" text,
        "CRM_ENTITY_ID" text,
        "CRM_ACTIVITY_ID" text,
        "PORTAL_NUMBER" text,
        "PHONE_NUMBER" text,
        "CALL_TYPE" text,
        "CALL_CATEGORY" text,
        "CALL_FAILED_CODE" text,
        "CALL_FAILED_REASON" text,
        "CALL_DURATION" text,
        "CALL_START_DATE" text,
        "CALL_RECORD_URL" text,
        "CALL_VOTE" text,
        "COST" text,
        "COST_CURRENCY" text,
        "REST_APP_ID" text,
        "REST_APP_NAME" text,
        "TRANSCRIPT_ID" text,
        "TRANSCRIPT_PENDING" text,
        "SESSION_ID" text,
        "REDIAL_ATTEMPT" text,
        "RECORD_DURATION" text,
        "RECORD_FILE_ID" text
    )

)

select
    -- ids
    _account as account,
    "ID" as call_id,
    {{ bitrix24_text('"CALL_ID"') }} as telephony_call_id,
    {{ bitrix24_text('"EXTERNAL_CALL_ID"') }} as external_call_id,
    {{ bitrix24_text('"SESSION_ID"') }} as session_id,
    {{ bitrix24_id('"PORTAL_USER_ID"') }} as user_id,
    {{ bitrix24_text('"CRM_ENTITY_TYPE"') }} as crm_entity_type,
    {{ bitrix24_id('"CRM_ENTITY_ID"') }} as crm_entity_id,
    {{ bitrix24_id('"CRM_ACTIVITY_ID"') }} as activity_id,
    {{ bitrix24_id('"REST_APP_ID"') }} as rest_app_id,
    {{ bitrix24_id('"TRANSCRIPT_ID"') }} as transcript_id,
    {{ bitrix24_id('"RECORD_FILE_ID"') }} as record_file_id,
    {{ phone_key('"PHONE_NUMBER"') }} as phone_key,

    -- strings
    {{ bitrix24_text('"PORTAL_NUMBER"') }} as line_number,
    "CALL_TYPE" as call_type,
    {{ bitrix24_text('"CALL_CATEGORY"') }} as call_category,
    "CALL_FAILED_CODE" as result_code,
    {{ bitrix24_text('"CALL_FAILED_REASON"') }} as result_reason,
    {{ bitrix24_text('"COST_CURRENCY"') }} as currency_code,
    {{ bitrix24_text('"REST_APP_NAME"') }} as rest_app_name,

    -- numerics
    {{ bitrix24_number('"CALL_DURATION"') }}::integer as duration_seconds,
    {{ bitrix24_number('"RECORD_DURATION"') }}::integer as record_seconds,
    {{ bitrix24_number('"CALL_VOTE"') }}::integer as call_vote,
    {{ bitrix24_number('"REDIAL_ATTEMPT"') }}::integer as redial_no,
    {{ bitrix24_number('"COST"') }} as call_amount,

    -- booleans
    coalesce("RECORD_FILE_ID", '') not in ('', '0', 'false')
    or coalesce("CALL_RECORD_URL", '') not in ('', 'false') as has_record,
    {{ bitrix24_flag('"TRANSCRIPT_PENDING"') }} as is_transcript_pending,

    -- instants
    {{ bitrix24_at('"CALL_START_DATE"') }} as started_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
