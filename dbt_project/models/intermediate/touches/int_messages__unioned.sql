{%- set comagic = [
    ('chat', 'stg_comagic__chats', 'chat_id', 'started_at'),
    ('offline_message', 'stg_comagic__offline_messages', 'message_id', 'created_at'),
] -%}
-- What customers wrote on the site, as the trackers saw it: forms, chats, messages left.
with unioned as (

    select
        'request' as record_type,
        'calltouch' as system_code,
        account,
        request_id as message_id,
        created_at,
        phone_key,
        -- Calltouch tells no referrer of a form, but whether there was one: a visit out of a search
        -- would look direct.
        case when coalesce(medium_name, '(none)') = '(none)' then session_id end as session_id,
        null::text as referrer_host,
        null::text as site_domain_name,
        visitor_id,
        ym_client_id,
        ga_client_id,
        jsonb_strip_nulls(jsonb_build_object('gclid', gclid, 'yclid', yclid)) as click_ids,
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
    from {{ ref('stg_calltouch__requests') }}
    where _deleted_at is null
    {% for kind, model, message_id, moment in comagic -%}
        union all
        select
            '{{ kind }}' as record_type,
            'comagic' as system_code,
            account,
            {{ message_id }} as message_id,
            {{ moment }} as created_at,
            phone_key,
            session_id,
            {{ host_of('referrer_host') }} as referrer_host,
            {{ host_of('site_domain_name') }} as site_domain_name,
            visitor_id,
            ym_client_id,
            ga_client_id,
            jsonb_strip_nulls(jsonb_build_object('gclid', gclid, 'yclid', yclid)) as click_ids,
            null as platform_code,
            null as platform_campaign_id,
            null as platform_ad_group_id,
            null as platform_ad_id,
            null as platform_keyword_id,
            utm_source,
            utm_medium,
            utm_campaign,
            utm_content,
            utm_term
        from {{ ref(model) }}
        where _deleted_at is null
    {% endfor %}
)

select
    {{ surrogate_key(['record_type', 'system_code', 'account', 'message_id']) }} as message_key,
    unioned.*
from unioned
