-- Everything that a customer did and that somebody saw: calls, forms, chats, messages, and the
-- marks with which the CRM created a lead or a deal. What managers did themselves is none, a
-- callback is. Clicks and visits stand in no source by themselves, but as these.
with collected as (

    -- The clocks of two systems differ by minutes: a call began when the first of them saw it.
    select
        calls.call_key as touch_key,
        case when calls.is_callback then 'callback' else 'call' end as touch_kind_code,
        calls.account,
        coalesce(calls.calltouch_call_id, calls.comagic_call_id, calls.bitrix24_call_id)
            as touch_id,
        least(calls.started_at, calltouch.started_at, comagic.started_at) as touched_at,
        calls.phone_key
    from {{ ref('int_calls__united') }} as calls
    left join {{ ref('int_calls__listed') }} as calltouch
        on
            calltouch.system_code = 'calltouch'
            and calls.calltouch_account = calltouch.account
            and calls.calltouch_call_id = calltouch.call_id
    left join {{ ref('int_calls__listed') }} as comagic
        on
            comagic.system_code = 'comagic'
            and calls.comagic_account = comagic.account
            and calls.comagic_call_id = comagic.call_id
    where calls.direction = 'incoming' or calls.is_callback
    union all
    select
        message_key as touch_key,
        record_type as touch_kind_code,
        account,
        message_id as touch_id,
        created_at as touched_at,
        phone_key
    from {{ ref('int_messages__unioned') }}
    union all
    select
        records.record_key as touch_key,
        records.record_type as touch_kind_code,
        records.account,
        records.record_id as touch_id,
        records.created_at as touched_at,
        null as phone_key
    from {{ ref('int_crm_records__classified') }} as records
    inner join {{ ref('int_marked_records__found') }} as marked
        on records.record_key = marked.record_key

)

select
    collected.touch_key,
    collected.touch_kind_code,
    collected.account,
    collected.touch_id,
    collected.touched_at,
    collected.phone_key,
    resolved.channel_code,
    resolved.campaign_key,
    resolved.channel_match_method,
    resolved.channel_rule_id,
    coalesce(contacted.contact_method_code, rules.contact_method_code, 'unknown')
        as contact_method_code
from collected
inner join {{ ref('int_channels__resolved') }} as resolved
    on collected.touch_key = resolved.record_key
left join {{ ref('int_contact_methods__resolved') }} as contacted
    on collected.touch_key = contacted.record_key
left join {{ ref('contact_method_rules') }} as rules
    on
        rules.record_kind = 'tracker_record'
        and collected.touch_kind_code = rules.record_code
-- Of a moment that nobody knows, nobody knows what came after it.
where collected.touched_at is not null
