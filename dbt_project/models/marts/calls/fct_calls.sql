select
    calls.call_key,
    {{ date_key('channelled.started_on') }} as date_key,
    coalesce(channels.channel_key, -1) as channel_key,
    channelled.campaign_key,
    coalesce(managers.manager_key, -1) as manager_key,
    calls.account,
    calls.bitrix24_account,
    calls.bitrix24_call_id,
    calls.calltouch_account,
    calls.calltouch_call_id,
    calls.comagic_account,
    calls.comagic_call_id,
    num_nonnulls(calls.bitrix24_call_id, calls.calltouch_call_id, calls.comagic_call_id)
        as systems_count,
    calls.match_method,
    calls.started_at,
    channelled.started_on,
    calls.direction as direction_code,
    calls.is_answered,
    calls.duration_seconds,
    calls.wait_seconds,
    calls.line_number,
    calls.crm_entity_type,
    calls.crm_entity_id,
    calls.session_id,
    channelled.utm_source,
    channelled.utm_medium,
    channelled.utm_campaign,
    channelled.utm_content,
    channelled.utm_term,
    channelled.channel_match_method,
    channelled.channel_rule_id
from {{ ref('int_calls__united') }} as calls
inner join {{ ref('int_calls__channelled') }} as channelled
    on calls.call_key = channelled.call_key
left join {{ ref('dim_channel') }} as channels
    on channelled.channel_code = channels.channel_code
left join {{ ref('dim_manager') }} as managers
    on calls.bitrix24_account = managers.account and calls.user_id = managers.manager_id
