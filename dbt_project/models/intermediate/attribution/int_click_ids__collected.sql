{%- set kinds = "gclid|gbraid|wbraid|yclid|rb_clickid|fbclid" -%}
-- Where a click id can stand: in a field of the record, inside one of its UTM marks as a site
-- copied the address, in a custom field that the company named, in what a tracker knows of the
-- visit. A deal has those of its lead too, a record those of the call that it began with. Upper
-- and lower case stay: an id is compared whole.
with decoded as (

    select
        raw_value,
        {{ url_decoded(url_decoded('raw_value')) }} as decoded_value
    from {{ ref('int_utm__normalised') }}
    where raw_value ~* '(gclid|braid|yclid|clickid|fbclid)'

),

spelled as (

    select
        decoded.raw_value,
        lower(found.parts[1]) as click_id_kind,
        found.parts[2] as click_id
    from decoded
    cross join
        lateral regexp_matches(
            decoded.decoded_value,
            '(?:^|[^0-9a-zA-Z_])({{ kinds }})[=:]([0-9a-zA-Z_-]{5,})',
            'gi'
        ) as found (parts)

),

own as (

    select
        record_key,
        'gclid' as click_id_kind,
        gclid as click_id,
        created_at as seen_at
    from {{ ref('int_crm_records__classified') }}
    where gclid is not null
    union
    select
        record_key,
        'yclid' as click_id_kind,
        yclid as click_id,
        created_at as seen_at
    from {{ ref('int_crm_records__classified') }}
    where yclid is not null
    union
    select
        records.record_key,
        spelled.click_id_kind,
        spelled.click_id,
        records.created_at as seen_at
    from {{ ref('int_crm_records__classified') }} as records
    cross join
        lateral (
            values
            (records.utm_source),
            (records.utm_medium),
            (records.utm_campaign),
            (records.utm_content),
            (records.utm_term)
        ) as mark (value)
    inner join spelled
        on mark.value = spelled.raw_value
    union
    select
        records.record_key,
        fields.mark_name as click_id_kind,
        fields.value as click_id,
        records.created_at as seen_at
    from {{ ref('int_origin_fields__valued') }} as fields
    inner join {{ ref('int_crm_records__classified') }} as records
        on
            fields.record_type = records.record_type
            and fields.account = records.account
            and fields.record_id = records.record_id
    where fields.mark_name not in ('channel', 'referrer')
    union
    select
        calls.call_key as record_key,
        held.kind as click_id_kind,
        held.click_id,
        calls.started_at as seen_at
    from {{ ref('int_calls__united') }} as calls
    cross join lateral jsonb_each_text(calls.click_ids) as held (kind, click_id)
    union
    select
        messages.message_key as record_key,
        held.kind as click_id_kind,
        held.click_id,
        messages.created_at as seen_at
    from {{ ref('int_messages__unioned') }} as messages
    cross join lateral jsonb_each_text(messages.click_ids) as held (kind, click_id)

),

followed as (

    select
        record_key,
        click_id_kind,
        click_id,
        seen_at,
        true as is_own
    from own
    union all
    select
        origins.record_key,
        own.click_id_kind,
        own.click_id,
        own.seen_at,
        false as is_own
    from {{ ref('int_origins__collected') }} as origins
    inner join own
        on origins.lead_key = own.record_key
    union all
    select
        origins.record_key,
        own.click_id_kind,
        own.click_id,
        own.seen_at,
        false as is_own
    from {{ ref('int_origins__collected') }} as origins
    inner join own
        on origins.origin_call_key = own.record_key

)

select
    record_key,
    click_id_kind,
    click_id,
    max(seen_at) as seen_at,
    bool_or(is_own) as is_own
from followed
group by record_key, click_id_kind, click_id
