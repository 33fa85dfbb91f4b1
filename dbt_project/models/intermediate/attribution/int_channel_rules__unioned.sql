-- What a rule states decides at which step it is asked. `rule_rank` puts the rules of all steps
-- into one order of precedence.
with unioned as (

    select
        'company' as rule_origin,
        rule_id,
        priority,
        portal,
        click_id_kind,
        utm_source,
        utm_medium,
        number,
        source_id,
        referrer_host,
        channel_code,
        valid_from,
        valid_to
    from {{ ref('stg_company__channel_rules') }}
    where _deleted_at is null
    union all
    select
        'general' as rule_origin,
        rule_id,
        priority,
        portal,
        click_id_kind,
        utm_source,
        utm_medium,
        number,
        source_id,
        referrer_host,
        channel_code,
        valid_from,
        valid_to
    from {{ ref('channel_rules') }}

),

normalised as (

    select
        rule_origin,
        rule_id,
        priority,
        portal,
        lower(click_id_kind) as click_id_kind,
        {{ utm_normalised('utm_source') }} as utm_source,
        {{ utm_normalised('utm_medium') }} as utm_medium,
        {{ phone_key('number') }} as number_key,
        upper(source_id) as source_id,
        {{ host_of('referrer_host') }} as referrer_host,
        channel_code,
        coalesce(valid_from, date '0001-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from unioned

),

stepped as (

    select
        normalised.*,
        case
            when click_id_kind is not null then 'click_id'
            when utm_source is not null then 'utm_pair'
            when utm_medium is not null then 'utm_medium'
            when number_key is not null then 'tracked_number'
            when referrer_host is not null then 'referrer'
            when source_id is not null then 'crm_source'
        end as match_method,
        -- What is looked up at that step; a pair is looked up by its source.
        coalesce(click_id_kind, utm_source, utm_medium, number_key::text, referrer_host, source_id)
            as asked_value
    from normalised

)

select
    stepped.*,
    row_number() over (
        order by
            portal is null asc,
            rule_origin asc,
            priority asc,
            utm_medium is null asc,
            rule_id asc,
            channel_code asc
    ) as rule_rank
from stepped
where match_method is not null
