-- Calls of every system in one vocabulary. The portal keeps a row for each leg of a redirected
-- call: its legs are one call, answered where any of them was, by whom answered it last.
with legs as (

    select
        account,
        coalesce(telephony_call_id, call_id) as call_id,
        (array_agg(call_id order by started_at asc, call_id asc))[1] as first_leg_id,
        min(telephony_call_id) as telephony_call_id,
        array_agg(external_call_id) filter (where external_call_id is not null)
            as external_call_ids,
        min(started_at) as started_at,
        (array_agg(phone_key order by started_at asc, call_id asc))[1] as phone_key,
        (array_agg(call_type_code order by started_at asc, call_id asc))[1] as call_type_code,
        bool_or(result_kind_code = 'answered') as is_answered,
        sum(duration_seconds)::integer as duration_seconds,
        (
            array_agg(
                user_id
                order by result_kind_code = 'answered' desc, started_at desc, call_id desc
            ) filter (where user_id is not null)
        )[1] as user_id,
        (array_agg(line_number order by started_at asc, call_id asc))[1] as line_number,
        (array_agg(crm_entity_type order by started_at asc, call_id asc))[1] as crm_entity_type,
        (array_agg(crm_entity_id order by started_at asc, call_id asc))[1] as crm_entity_id
    from {{ ref('int_calls__named') }}
    where _deleted_at is null
    group by account, coalesce(telephony_call_id, call_id)

),

unioned as (

    select
        'bitrix24' as system_code,
        account,
        first_leg_id as call_id,
        array_remove(external_call_ids || telephony_call_id, null) as match_ids,
        started_at,
        phone_key,
        case
            when call_type_code in ('outgoing', 'callback', 'announcement') then 'outgoing'
            else 'incoming'
        end as direction,
        is_answered,
        duration_seconds,
        null::integer as wait_seconds,
        user_id,
        line_number,
        crm_entity_type,
        crm_entity_id,
        call_type_code = 'callback' as is_callback,
        call_type_code = 'announcement' as is_announcement,
        null::text as session_id,
        null::text as referrer_host,
        null::text as site_domain_name,
        '{}'::jsonb as click_ids,
        null::text as platform_code,
        null::text as platform_campaign_id,
        null::text as platform_ad_group_id,
        null::text as platform_ad_id,
        null::text as platform_keyword_id,
        null::text as utm_source,
        null::text as utm_medium,
        null::text as utm_campaign,
        null::text as utm_content,
        null::text as utm_term
    from legs
    union all
    select
        'calltouch' as system_code,
        account,
        call_id,
        array_remove(array[call_id, call_reference_id, sip_call_id], null) as match_ids,
        started_at,
        phone_key,
        coalesce(direction, 'incoming') as direction,
        is_answered,
        duration_seconds,
        wait_seconds,
        null::text as user_id,
        line_number,
        null::text as crm_entity_type,
        null::text as crm_entity_id,
        coalesce(is_callback, false) as is_callback,
        false as is_announcement,
        session_id,
        referrer_host,
        site_domain_name,
        jsonb_strip_nulls(
            jsonb_build_object(
                'gclid', gclid,
                'gbraid', gbraid,
                'wbraid', wbraid,
                'yclid', yclid,
                'rb_clickid', rb_clickid,
                'fbclid', fbclid
            )
        ) as click_ids,
        case
            when yandex_direct_campaign_id is not null then 'yandex_direct'
            when google_ads_campaign_id is not null then 'google_ads'
        end as platform_code,
        coalesce(yandex_direct_campaign_id, google_ads_campaign_id) as platform_campaign_id,
        case
            when yandex_direct_campaign_id is not null then yandex_direct_ad_group_id
            else google_ads_ad_group_id
        end as platform_ad_group_id,
        case
            when yandex_direct_campaign_id is not null then yandex_direct_ad_id
            else google_ads_ad_id
        end as platform_ad_id,
        case
            when yandex_direct_campaign_id is not null then yandex_direct_keyword_id
            else google_ads_keyword_id
        end as platform_keyword_id,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term
    from {{ ref('stg_calltouch__calls') }}
    where _deleted_at is null
    union all
    select
        'comagic' as system_code,
        account,
        call_id,
        array_remove(
            array[call_id, communication_id, external_call_id, call_request_id], null
        ) as match_ids,
        started_at,
        phone_key,
        coalesce(direction, 'incoming') as direction,
        is_answered,
        duration_seconds,
        wait_seconds,
        null::text as user_id,
        line_number,
        null::text as crm_entity_type,
        null::text as crm_entity_id,
        false as is_callback,
        false as is_announcement,
        session_id,
        {{ host_of('referrer_host') }} as referrer_host,
        {{ host_of('site_domain_name') }} as site_domain_name,
        jsonb_strip_nulls(jsonb_build_object('gclid', gclid, 'yclid', yclid)) as click_ids,
        null::text as platform_code,
        null::text as platform_campaign_id,
        null::text as platform_ad_group_id,
        null::text as platform_ad_id,
        null::text as platform_keyword_id,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term
    from {{ ref('stg_comagic__calls') }}
    where _deleted_at is null

)

select
    {{ surrogate_key(["'call'", 'system_code', 'account', 'call_id']) }} as side_key,
    unioned.*
from unioned
