-- A flag comes as true or as the text "True"; both are read alike.
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('calltouch', 'calls') }} as landed
    cross join lateral jsonb_to_record({{ tracker_stated('landed._payload') }}) as payload (
        "callId" text,
        "callReferenceId" text,
        "sipCallId" text,
        "siteId" text,
        "sessionId" text,
        "ctCallerId" text,
        "ctClientId" text,
        "ctGlobalId" text,
        "clientId" text,
        "yaClientId" text,
        date text,
        "callerNumber" text,
        "phoneNumber" text,
        callphase text,
        manager text,
        city text,
        source text,
        medium text,
        keyword text,
        url text,
        ref text,
        hostname text,
        "utmSource" text,
        "utmMedium" text,
        "utmCampaign" text,
        "utmContent" text,
        "utmTerm" text,
        attribution text,
        duration numeric,
        "waitingConnect" numeric,
        successful boolean,
        "uniqueCall" boolean,
        "targetCall" boolean,
        "uniqTargetCall" boolean,
        "callbackCall" boolean,
        "yandexDirect" jsonb,
        "googleAdWords" jsonb,
        "callTags" jsonb
    )

)

select
    -- ids
    _account as account,
    "callId" as call_id,
    "callReferenceId" as call_reference_id,
    "sipCallId" as sip_call_id,
    "siteId" as site_id,
    nullif("sessionId", '0') as session_id,
    "ctCallerId" as caller_id,
    nullif("ctClientId", '0') as visitor_id,
    nullif("ctGlobalId", '0') as global_visitor_id,
    "clientId" as ga_client_id,
    "yaClientId" as ym_client_id,
    substring(url from '[?&]gclid=([^&#]+)') as gclid,
    substring(url from '[?&]gbraid=([^&#]+)') as gbraid,
    substring(url from '[?&]wbraid=([^&#]+)') as wbraid,
    substring(url from '[?&]yclid=([^&#]+)') as yclid,
    substring(url from '[?&]rb_clickid=([^&#]+)') as rb_clickid,
    substring(url from '[?&]fbclid=([^&#]+)') as fbclid,
    nullif("yandexDirect" ->> 'campaignId', '0') as yandex_direct_campaign_id,
    nullif("yandexDirect" ->> 'adGroupId', '0') as yandex_direct_ad_group_id,
    nullif("yandexDirect" ->> 'adId', '0') as yandex_direct_ad_id,
    nullif("yandexDirect" ->> 'criteriaId', '0') as yandex_direct_keyword_id,
    nullif("googleAdWords" ->> 'campaignId', '0') as google_ads_campaign_id,
    nullif("googleAdWords" ->> 'adGroupId', '0') as google_ads_ad_group_id,
    nullif("googleAdWords" ->> 'creativeId', '0') as google_ads_ad_id,
    nullif("googleAdWords" ->> 'criteriaId', '0') as google_ads_keyword_id,
    {{ phone_key('"callerNumber"') }} as phone_key,

    -- strings
    case when "callbackCall" then 'outgoing' else 'incoming' end as direction,
    "phoneNumber" as line_number,
    callphase as call_phase,
    manager as manager_name,
    city as city_name,
    source as source_name,
    medium as medium_name,
    keyword,
    {{ host_of('ref') }} as referrer_host,
    {{ host_of('hostname') }} as site_domain_name,
    "utmSource" as utm_source,
    "utmMedium" as utm_medium,
    "utmCampaign" as utm_campaign,
    "utmContent" as utm_content,
    "utmTerm" as utm_term,
    case attribution when '0' then 'last' when '1' then 'last_non_direct' end
        as attribution_code,
    jsonb_path_query_array("callTags", 'lax $[*].names[*]') as tag_names,
    'Europe/Moscow' as timezone_name,

    -- numerics
    duration::integer as duration_seconds,
    "waitingConnect"::integer as wait_seconds,

    -- booleans
    successful as is_answered,
    "uniqueCall" as is_unique,
    "targetCall" as is_target,
    "uniqTargetCall" as is_unique_target,
    "callbackCall" as is_callback,

    -- instants; the diary prints Moscow's clock, the day first
    (
        regexp_replace(date, '^(\d\d)/(\d\d)/(\d{4})', '\3-\2-\1')::timestamp
        at time zone 'Europe/Moscow'
    ) as started_at,

    -- days, in Moscow time
    regexp_replace(date, '^(\d\d)/(\d\d)/(\d{4}).*$', '\3-\2-\1')::date as reported_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
