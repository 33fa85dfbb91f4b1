{{ config(materialized='view') }}
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'activities') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "ID" text,
        "OWNER_ID" text,
        "OWNER_TYPE_ID" text,
        "TYPE_ID" text,
        "PROVIDER_ID" text,
        "PROVIDER_TYPE_ID" text,
        "PROVIDER_GROUP_ID" text,
        "ASSOCIATED_ENTITY_ID" text,
        "RESPONSIBLE_ID" text,
        "AUTHOR_ID" text,
        "EDITOR_ID" text,
        "ORIGINATOR_ID" text,
        "ORIGIN_ID" text,
        "DIRECTION" text,
        "STATUS" text,
        "PRIORITY" text,
        "COMPLETED" text,
        "CREATED" text,
        "LAST_UPDATED" text,
        "START_TIME" text,
        "END_TIME" text,
        "DEADLINE" text,
        "RESULT_MARK" text,
        "RESULT_VALUE" text,
        "RESULT_SUM" text,
        "RESULT_CURRENCY_ID" text,
        "RESULT_STATUS" text,
        "RESULT_STREAM" text,
        "RESULT_SOURCE_ID" text,
        "IS_INCOMING_CHANNEL" text
    )

)

select
    -- ids
    _account as account,
    "ID" as activity_id,
    {{ bitrix24_id('"OWNER_TYPE_ID"') }} as owner_type_id,
    {{ bitrix24_id('"OWNER_ID"') }} as owner_id,
    {{ bitrix24_id('"ASSOCIATED_ENTITY_ID"') }} as associated_id,
    {{ bitrix24_id('"RESPONSIBLE_ID"') }} as responsible_id,
    {{ bitrix24_id('"AUTHOR_ID"') }} as author_id,
    {{ bitrix24_id('"EDITOR_ID"') }} as editor_id,
    {{ bitrix24_text('"PROVIDER_ID"') }} as provider_id,
    {{ bitrix24_text('"PROVIDER_TYPE_ID"') }} as provider_type_id,
    {{ bitrix24_text('"PROVIDER_GROUP_ID"') }} as provider_group_id,
    {{ bitrix24_text('"ORIGINATOR_ID"') }} as originator_id,
    {{ bitrix24_text('"ORIGIN_ID"') }} as origin_id,
    -- the portal's own telephony marks the activity of a call with the id of the call
    substring("ORIGIN_ID" from '^VI_(.+)$') as telephony_call_id,

    -- strings
    "TYPE_ID" as activity_type_id,
    case
        when "TYPE_ID" = '2' or "PROVIDER_ID" in ('VOXIMPLANT_CALL', 'CRM_CALL_TRACKER')
            then 'call'
        when "TYPE_ID" = '4' or "PROVIDER_ID" = 'CRM_EMAIL' then 'mail'
        when "TYPE_ID" = '1' or "PROVIDER_ID" = 'CRM_MEETING' then 'meeting'
        when "PROVIDER_ID" = 'IMOPENLINES_SESSION' then 'chat'
        when "TYPE_ID" = '3' or "PROVIDER_ID" in ('CRM_TASKS_TASK', 'TASKS', 'CRM_TODO')
            then 'task'
        when "PROVIDER_ID" = 'CRM_WEBFORM' then 'form'
        when "PROVIDER_ID" in ('CRM_SMS', 'CRM_NOTIFICATION') then 'message'
        else 'other'
    end as activity_kind_code,
    case "DIRECTION" when '1' then 'incoming' when '2' then 'outgoing' end as direction_code,
    case "STATUS" when '1' then 'waiting' when '2' then 'done' when '3' then 'done_by_itself' end
        as status_code,
    case "PRIORITY" when '1' then 'low' when '2' then 'medium' when '3' then 'high' end
        as priority_code,
    {{ bitrix24_id('"RESULT_STATUS"') }} as result_status_id,
    {{ bitrix24_id('"RESULT_STREAM"') }} as result_stream_id,
    {{ bitrix24_id('"RESULT_SOURCE_ID"') }} as result_source_id,
    {{ bitrix24_text('"RESULT_CURRENCY_ID"') }} as currency_code,

    -- numerics
    {{ bitrix24_number('"RESULT_SUM"') }} as result_amount,
    {{ bitrix24_number('"RESULT_VALUE"') }} as result_value,
    {{ bitrix24_number('"RESULT_MARK"') }}::integer as result_mark,

    -- booleans
    {{ bitrix24_flag('"COMPLETED"') }} as is_completed,
    {{ bitrix24_flag('"IS_INCOMING_CHANNEL"') }} as is_incoming_channel,

    -- instants
    {{ bitrix24_at('"CREATED"') }} as created_at,
    {{ bitrix24_at('"LAST_UPDATED"') }} as updated_at,
    {{ bitrix24_at('"START_TIME"') }} as started_at,
    {{ bitrix24_at('"END_TIME"') }} as ended_at,
    {{ bitrix24_at('"DEADLINE"') }} as due_at,

    -- technical
    _deleted_at,
    _extracted_at
from source
