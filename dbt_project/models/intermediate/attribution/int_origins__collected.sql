{%- set marks = ['source', 'medium', 'campaign', 'content', 'term'] -%}
-- A lead and a deal may have begun with a call, of which a tracker knows the visit. A record that
-- carries no UTM mark of its own takes those of its lead, else of that call, all five together:
-- marks of two visits are not mixed. Everything else is taken over one by one. That a customer was
-- known, or that we called first, tells of a lead or deal; a call or a message is a touch whose
-- channel may stay unknown.
with unioned as (

    select
        record_key,
        record_type,
        account,
        record_id,
        lead_key,
        created_at,
        created_on,
        is_known_customer,
        source_id,
        null::text as platform_code,
        null::text as platform_campaign_id,
        null::text as platform_ad_group_id,
        null::text as platform_ad_id,
        null::text as platform_keyword_id,
        null::text as dialled_number,
        null::text as session_id,
        null::text as referrer_host,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term
    from {{ ref('int_crm_records__classified') }}
    union all
    select
        call_key as record_key,
        'call' as record_type,
        account,
        null as record_id,
        null as lead_key,
        started_at as created_at,
        (started_at at time zone {{ company_timezone() }})::date as created_on,
        false as is_known_customer,
        null as source_id,
        platform_code,
        platform_campaign_id,
        platform_ad_group_id,
        platform_ad_id,
        platform_keyword_id,
        case when direction = 'incoming' then dialled_number end as dialled_number,
        session_id,
        referrer_host,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term
    from {{ ref('int_calls__united') }}
    union all
    select
        message_key as record_key,
        record_type,
        account,
        message_id as record_id,
        null as lead_key,
        created_at,
        (created_at at time zone {{ company_timezone() }})::date as created_on,
        false as is_known_customer,
        null as source_id,
        platform_code,
        platform_campaign_id,
        platform_ad_group_id,
        platform_ad_id,
        platform_keyword_id,
        null as dialled_number,
        session_id,
        referrer_host,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term
    from {{ ref('int_messages__unioned') }}

),

normalised as (

    select
        unioned.record_key,
        unioned.record_type,
        unioned.account,
        unioned.record_id,
        unioned.lead_key,
        unioned.created_at,
        unioned.created_on,
        unioned.is_known_customer,
        unioned.source_id,
        unioned.platform_code,
        unioned.platform_campaign_id,
        unioned.platform_ad_group_id,
        unioned.platform_ad_id,
        unioned.platform_keyword_id,
        unioned.dialled_number,
        unioned.session_id,
        unioned.referrer_host,
        {% for mark in marks -%}
            {{ mark }}.normalised_value as utm_{{ mark }},
        {% endfor -%}
        num_nonnulls(
            {% for mark in marks -%}
                {{ mark }}.normalised_value{{ ', ' if not loop.last }}
            {% endfor %}
        ) > 0 as has_utm
    from unioned
    {% for mark in marks -%}
        left join {{ ref('int_utm__normalised') }} as {{ mark }}
            on unioned.utm_{{ mark }} = {{ mark }}.raw_value
    {% endfor %}
),

fields as (

    select
        record_type,
        account,
        record_id,
        max(value) filter (where mark_name = 'channel') as stated_channel,
        max({{ host_of('value') }}) filter (where mark_name = 'referrer') as referrer_host
    from {{ ref('int_origin_fields__valued') }}
    group by record_type, account, record_id

)

select
    own.record_key,
    own.record_type,
    own.account,
    own.record_id,
    own.lead_key,
    began.call_key as origin_call_key,
    own.created_at,
    own.created_on,
    own.is_known_customer,
    coalesce(began.is_own_call_first, false) as is_own_call_first,
    coalesce(own_fields.stated_channel, lead_fields.stated_channel) as stated_channel,
    coalesce(own.source_id, lead.source_id) as source_id,
    coalesce(own.platform_code, call.platform_code) as platform_code,
    coalesce(own.platform_campaign_id, call.platform_campaign_id) as platform_campaign_id,
    coalesce(own.platform_ad_group_id, call.platform_ad_group_id) as platform_ad_group_id,
    coalesce(own.platform_ad_id, call.platform_ad_id) as platform_ad_id,
    coalesce(own.platform_keyword_id, call.platform_keyword_id) as platform_keyword_id,
    coalesce(own.dialled_number, call.dialled_number) as dialled_number,
    coalesce(own.session_id, call.session_id) as session_id,
    {% for mark in marks -%}
        case
            when own.has_utm then own.utm_{{ mark }}
            when lead.has_utm then lead.utm_{{ mark }}
            else call.utm_{{ mark }}
        end as utm_{{ mark }},
    {% endfor -%}
    coalesce(
        own.referrer_host, own_fields.referrer_host, lead_fields.referrer_host, call.referrer_host
    ) as referrer_host
from normalised as own
left join normalised as lead
    on own.lead_key = lead.record_key
-- What a lead gave birth to began with the lead.
left join {{ ref('int_origin_calls__found') }} as began
    on coalesce(lead.record_key, own.record_key) = began.record_key
left join normalised as call
    on began.call_key = call.record_key
left join fields as own_fields
    on
        own.record_type = own_fields.record_type
        and own.account = own_fields.account
        and own.record_id = own_fields.record_id
left join fields as lead_fields
    on
        lead.record_type = lead_fields.record_type
        and lead.account = lead_fields.account
        and lead.record_id = lead_fields.record_id
