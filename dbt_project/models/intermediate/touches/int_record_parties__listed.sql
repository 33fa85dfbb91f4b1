-- Whose touches a lead or a deal may have: its own, those of all its contacts and of its company,
-- and for a deal those of its lead. A lead that has neither goes by its phones. `person_key` is
-- the one whose doing its creation was.
with records as (

    select
        record_key,
        record_type,
        account,
        record_id,
        lead_key,
        contact_id,
        customer_key,
        customer_type
    from {{ ref('int_crm_records__classified') }}
    where left_out_reason is null

),

own as (

    select
        record_key,
        record_key as party_key
    from records
    union
    select
        record_key,
        customer_key as party_key
    from records
    where customer_key <> -1
    union
    select
        record_key,
        {{ surrogate_key(["'contact'", 'account', 'contact_id']) }} as party_key
    from records
    where contact_id is not null
    {% for kind in ('lead', 'deal') -%}
        union
        select
            records.record_key,
            {{ surrogate_key(["'contact'", 'links.account', 'links.contact_id']) }} as party_key
        from records
        inner join {{ ref('int_' ~ kind ~ '_contacts__linked') }} as links
            on
                records.record_type = '{{ kind }}'
                and records.account = links.account
                and records.record_id = links.{{ kind }}_id
    {% endfor -%}
    union
    select
        records.record_key,
        others.party_key
    from records
    inner join {{ ref('int_phones__owned') }} as phones
        on records.customer_key = -1 and records.record_key = phones.party_key
    inner join {{ ref('int_phones__owned') }} as others
        on phones.phone_key = others.phone_key and phones.person_key = others.person_key

),

persons as (

    select
        records.record_key,
        coalesce(
            case
                when records.contact_id is not null
                    then
                        {{ surrogate_key(["'contact'", 'records.account', 'records.contact_id']) }}
            end,
            nullif(records.customer_key, -1),
            min(phones.person_key),
            records.record_key
        ) as person_key
    from records
    left join {{ ref('int_phones__owned') }} as phones
        on records.customer_key = -1 and records.record_key = phones.party_key
    group by records.record_key, records.account, records.contact_id, records.customer_key

),

followed as (

    select
        record_key,
        party_key
    from own
    union
    select
        records.record_key,
        own.party_key
    from records
    inner join own
        on records.lead_key = own.record_key

)

select
    followed.record_key,
    followed.party_key,
    persons.person_key
from followed
inner join persons
    on followed.record_key = persons.record_key
