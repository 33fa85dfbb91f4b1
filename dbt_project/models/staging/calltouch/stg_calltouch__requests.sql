-- The marks of the visit stand in `session`, the person in `client`, of whom only the pseudonym of
-- the phone is taken.
with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*,
        visit.*
    from {{ source('calltouch', 'requests') }} as landed
    cross join
        lateral jsonb_to_record({{ tracker_stated('landed._payload') }})
            as payload (
                "requestId" text,
                "requestNumber" text,
                "ctClientId" text,
                "ctGlobalId" text,
                date numeric,
                subject text,
                manager text,
                "uniqueRequest" boolean,
                "targetRequest" boolean,
                "uniqTargetRequest" boolean,
                client jsonb,
                "yandexDirect" jsonb,
                "googleAdWords" jsonb
            )
    cross join lateral jsonb_to_record(
        {{ tracker_stated("landed._payload -> 'session'") }}
    ) as visit (
        "sessionId" text,
        "guaClientId" text,
        "yaClientId" text,
        city text,
        source text,
        medium text,
        keywords text,
        url text,
        "utmSource" text,
        "utmMedium" text,
        "utmCampaign" text,
        "utmContent" text,
        "utmTerm" text,
        attribution text
    )

)

select
    -- ids
    _account as account,
    "requestId" as request_id,
    "requestNumber" as request_number,
    nullif("sessionId", '0') as session_id,
    nullif("ctClientId", '0') as visitor_id,
    nullif("ctGlobalId", '0') as global_visitor_id,
    "guaClientId" as ga_client_id,
    "yaClientId" as ym_client_id,
    substring(url from '[?&]gclid=([^&#]+)') as gclid,
    substring(url from '[?&]yclid=([^&#]+)') as yclid,
    nullif("yandexDirect" ->> 'campaignId', '0') as yandex_direct_campaign_id,
    nullif("yandexDirect" ->> 'adGroupId', '0') as yandex_direct_ad_group_id,
    nullif("yandexDirect" ->> 'adId', '0') as yandex_direct_ad_id,
    nullif("yandexDirect" ->> 'criteriaId', '0') as yandex_direct_keyword_id,
    nullif("googleAdWords" ->> 'campaignId', '0') as google_ads_campaign_id,
    nullif("googleAdWords" ->> 'adGroupId', '0') as google_ads_ad_group_id,
    nullif("googleAdWords" ->> 'creativeId', '0') as google_ads_ad_id,
    nullif("googleAdWords" ->> 'criteriaId', '0') as google_ads_keyword_id,
    {{ phone_key("(client #>> '{phones,0,phoneNumber}')") }} as phone_key,

    -- strings
    subject as request_subject,
    manager as manager_name,
    city as city_name,
    source as source_name,
    medium as medium_name,
    keywords as keyword,
    "utmSource" as utm_source,
    "utmMedium" as utm_medium,
    "utmCampaign" as utm_campaign,
    "utmContent" as utm_content,
    "utmTerm" as utm_term,
    case attribution when '0' then 'last' when '1' then 'last_non_direct' end
        as attribution_code,
    'Europe/Moscow' as timezone_name,

    -- booleans
    "uniqueRequest" as is_unique,
    "targetRequest" as is_target,
    "uniqTargetRequest" as is_unique_target,

    -- instants; milliseconds since 1970
    to_timestamp(date / 1000) as created_at,

    -- days, in Moscow time
    (to_timestamp(date / 1000) at time zone 'Europe/Moscow')::date as reported_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
