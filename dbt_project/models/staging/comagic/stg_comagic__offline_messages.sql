with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        accounts.timezone_name,
        payload.*
    from {{ source('comagic', 'offline_messages') }} as landed
    left join {{ ref('stg_comagic__accounts') }} as accounts
        on landed._account = accounts.account and accounts._deleted_at is null
    cross join lateral jsonb_to_record({{ tracker_stated('landed._payload') }}) as payload (
        id text,
        communication_id text,
        employee_id text,
        employee_full_name text,
        date_time text,
        process_time text,
        status text,
        form_type text,
        form_name text,
        visitor_phone_number text,
        site_id text,
        site_domain_name text,
        campaign_id text,
        campaign_name text,
        visitor_id text,
        visitor_session_id text,
        ua_client_id text,
        ym_client_id text,
        gclid text,
        yclid text,
        ymclid text,
        search_query text,
        referrer_domain text,
        channel text,
        utm_source text,
        utm_medium text,
        utm_campaign text,
        utm_content text,
        utm_term text,
        eq_utm_source text,
        eq_utm_medium text,
        eq_utm_campaign text,
        eq_utm_content text,
        eq_utm_term text,
        tags jsonb
    )

)

select
    -- ids
    _account as account,
    id as message_id,
    communication_id,
    nullif(employee_id, '0') as employee_id,
    nullif(site_id, '0') as site_id,
    nullif(campaign_id, '0') as tracker_campaign_id,
    nullif(visitor_id, '0') as visitor_id,
    nullif(visitor_session_id, '0') as session_id,
    ua_client_id as ga_client_id,
    ym_client_id,
    gclid,
    yclid,
    ymclid,
    {{ phone_key('visitor_phone_number') }} as phone_key,

    -- strings
    status as status_code,
    form_type as form_type_code,
    form_name,
    employee_full_name as employee_name,
    site_domain_name,
    campaign_name as tracker_campaign_name,
    channel as tracker_channel_code,
    search_query as keyword,
    referrer_domain as referrer_host,
    coalesce(utm_source, eq_utm_source) as utm_source,
    coalesce(utm_medium, eq_utm_medium) as utm_medium,
    coalesce(utm_campaign, eq_utm_campaign) as utm_campaign,
    coalesce(utm_content, eq_utm_content) as utm_content,
    coalesce(utm_term, eq_utm_term) as utm_term,
    jsonb_path_query_array(tags, 'lax $[*].tag_name') as tag_names,
    timezone_name,

    -- booleans
    process_time is not null as is_answered,

    -- instants; the clock of the account's zone, printed without it
    (date_time::timestamp at time zone timezone_name) as created_at,

    -- days, in the account's time zone
    date_time::timestamp::date as reported_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
