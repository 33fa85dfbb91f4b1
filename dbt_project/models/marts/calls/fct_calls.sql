select
    calls.call_key,
    {{ date_key('resolved.created_on') }} as date_key,
    coalesce(channels.channel_key, -1) as channel_key,
    resolved.campaign_key,
    coalesce(methods.contact_method_key, -1) as contact_method_key,
    coalesce(managers.manager_key, -1) as manager_key,
    coalesce(placed.department_key, -1) as department_key,
    coalesce(links.lead_key, -1) as lead_key,
    coalesce(links.deal_key, -1) as deal_key,
    coalesce(links.record_match_method, 'none') as record_match_method,
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
    resolved.created_on as started_on,
    calls.direction as direction_code,
    calls.is_answered,
    calls.duration_seconds,
    calls.wait_seconds,
    calls.line_number,
    calls.crm_entity_type,
    calls.crm_entity_id,
    calls.session_id,
    resolved.utm_source,
    resolved.utm_medium,
    resolved.utm_campaign,
    resolved.utm_content,
    resolved.utm_term,
    resolved.channel_match_method,
    resolved.channel_rule_id,
    resolved.ad_group_id,
    resolved.ad_id,
    resolved.keyword_id,
    resolved.has_several_click_ids
from {{ ref('int_calls__united') }} as calls
inner join {{ ref('int_channels__resolved') }} as resolved
    on calls.call_key = resolved.record_key
left join {{ ref('dim_channel') }} as channels
    on resolved.channel_code = channels.channel_code
left join {{ ref('int_calls__linked') }} as links
    on calls.call_key = links.call_key
left join {{ ref('dim_contact_method') }} as methods
    on
        case when calls.is_callback then 'callback' else 'call' end
        = methods.contact_method_code
left join {{ ref('dim_manager') }} as managers
    on calls.bitrix24_account = managers.account and calls.user_id = managers.manager_id
left join {{ ref('int_managers__versioned') }} as placed
    on
        managers.manager_key = placed.manager_key
        and calls.started_at >= placed.valid_from
        and calls.started_at < placed.valid_before
