-- One row per call, whoever saw it. Telephony knows who spoke and how long, a tracker where the
-- caller came from; where both know something, telephony's word stands. Of the trackers only
-- Calltouch tells the platform's own ids.
{%- set has_marks -%}
    num_nonnulls(
        calltouch.utm_source,
        calltouch.utm_medium,
        calltouch.utm_campaign,
        calltouch.utm_content,
        calltouch.utm_term
    ) > 0
{%- endset %}
with telephony as (

    select *
    from {{ ref('int_calls__listed') }}
    where system_code = 'bitrix24'

),

tracked as (

    select * from {{ ref('int_calls__tracked') }}

),

pairs as (

    {{ matched_calls('telephony', 'tracked') }}

),

united as (

    select
        telephony.side_key as bitrix24_key,
        tracked.calltouch_key,
        tracked.comagic_key,
        case
            when 'phone_time' in (pairs.match_method, tracked.match_method) then 'phone_time'
            else coalesce(pairs.match_method, tracked.match_method, 'none')
        end as match_method
    from telephony
    left join pairs
        on telephony.side_key = pairs.left_key
    full join tracked
        on pairs.right_key = tracked.side_key

)

select
    coalesce(united.bitrix24_key, united.calltouch_key, united.comagic_key) as call_key,
    coalesce(telephony.account, calltouch.account, comagic.account) as account,
    telephony.account as bitrix24_account,
    telephony.call_id as bitrix24_call_id,
    calltouch.account as calltouch_account,
    calltouch.call_id as calltouch_call_id,
    comagic.account as comagic_account,
    comagic.call_id as comagic_call_id,
    united.match_method,
    coalesce(telephony.started_at, calltouch.started_at, comagic.started_at) as started_at,
    coalesce(telephony.direction, calltouch.direction, comagic.direction) as direction,
    coalesce(telephony.is_answered, calltouch.is_answered, comagic.is_answered) as is_answered,
    coalesce(telephony.duration_seconds, calltouch.duration_seconds, comagic.duration_seconds)
        as duration_seconds,
    coalesce(calltouch.wait_seconds, comagic.wait_seconds) as wait_seconds,
    telephony.user_id,
    telephony.crm_entity_type,
    telephony.crm_entity_id,
    coalesce(telephony.line_number, calltouch.line_number, comagic.line_number) as line_number,
    coalesce(telephony.phone_key, calltouch.phone_key, comagic.phone_key) as phone_key,
    coalesce(telephony.is_callback, false)
    or coalesce(calltouch.is_callback, false) as is_callback,
    coalesce(telephony.is_announcement, false) as is_announcement,
    -- What was dialled; telephony may only know the trunk that it came in by.
    coalesce(calltouch.line_number, comagic.line_number, telephony.line_number) as dialled_number,
    coalesce(calltouch.session_id, comagic.session_id) as session_id,
    coalesce(calltouch.referrer_host, comagic.referrer_host) as referrer_host,
    coalesce(calltouch.site_domain_name, comagic.site_domain_name) as site_domain_name,
    coalesce(comagic.click_ids, '{}') || coalesce(calltouch.click_ids, '{}') as click_ids,
    calltouch.platform_code,
    calltouch.platform_campaign_id,
    calltouch.platform_ad_group_id,
    calltouch.platform_ad_id,
    calltouch.platform_keyword_id,
    -- The marks of one visit stay together.
    case when {{ has_marks }} then calltouch.utm_source else comagic.utm_source end
        as utm_source,
    case when {{ has_marks }} then calltouch.utm_medium else comagic.utm_medium end
        as utm_medium,
    case when {{ has_marks }} then calltouch.utm_campaign else comagic.utm_campaign end
        as utm_campaign,
    case when {{ has_marks }} then calltouch.utm_content else comagic.utm_content end
        as utm_content,
    case when {{ has_marks }} then calltouch.utm_term else comagic.utm_term end as utm_term
from united
left join telephony
    on united.bitrix24_key = telephony.side_key
left join {{ ref('int_calls__listed') }} as calltouch
    on united.calltouch_key = calltouch.side_key
left join {{ ref('int_calls__listed') }} as comagic
    on united.comagic_key = comagic.side_key
