{%- set kinds = {'lead': 'leads', 'contact': 'contacts', 'company': 'companies'} -%}
-- The lead and the deal that a call belongs to. Telephony binds it to a lead, or to a contact or a
-- company, of whom it is the record that the call led to, else the latest one before it. A call
-- that telephony bound to nobody goes by its phone, where that is known as one person's: a number
-- of a company, or of two persons, is an office's and matches nobody.
with records as (

    select
        record_key,
        record_type,
        account,
        record_id,
        lead_key,
        customer_key,
        contact_id,
        case when customer_type = 'company' then customer_id end as company_id,
        created_at
    from {{ ref('int_crm_records__classified') }}
    where left_out_reason is null

),

calls as (

    select
        call_key,
        bitrix24_account,
        crm_entity_type,
        crm_entity_id,
        phone_key,
        started_at
    from {{ ref('int_calls__united') }}

),

by_lead as (

    select
        calls.call_key,
        records.record_key
    from calls
    inner join records
        on
            calls.crm_entity_type = 'LEAD'
            and calls.bitrix24_account = records.account
            and records.record_type = 'lead'
            and calls.crm_entity_id = records.record_id

),

-- Few calls are bound to nobody: only for their phones owners are looked up.
unbound as materialized (

    select
        call_key,
        phone_key,
        started_at
    from calls
    where crm_entity_id is null and phone_key is not null

),

-- As the CRM holds it, and as telephony knows who called from it. A lead's contact is the same
-- person.
phones as (

    {% for kind, plural in kinds.items() -%}
        select
            jsonb_array_elements_text(phone_keys)::bigint as phone_key,
            account,
            '{{ kind | upper }}' as party_type,
            {{ kind }}_id as party_id
        from {{ ref('stg_bitrix24__' ~ plural) }}
        where _deleted_at is null
        union
    {% endfor -%}
    select
        phone_key,
        bitrix24_account as account,
        crm_entity_type as party_type,
        crm_entity_id as party_id
    from calls
    where phone_key is not null and crm_entity_id is not null

),

phone_owners as (

    select distinct
        phones.phone_key,
        phones.account,
        case when leads.contact_id is null then phones.party_type else 'CONTACT' end as party_type,
        coalesce(leads.contact_id, phones.party_id) as party_id
    from phones
    left join records as leads
        on
            phones.party_type = 'LEAD'
            and phones.account = leads.account
            and leads.record_type = 'lead'
            and phones.party_id = leads.record_id
    where phones.phone_key in (select unbound.phone_key from unbound)

),

persons as (

    select
        phone_key,
        min(account) as account,
        min(party_type) as party_type,
        min(party_id) as party_id
    from phone_owners
    group by phone_key
    having count(*) = 1 and min(party_type) <> 'COMPANY'

),

by_party as (

    select
        call_key,
        'crm_customer' as record_match_method,
        bitrix24_account as account,
        crm_entity_type as party_type,
        crm_entity_id as party_id,
        started_at
    from calls
    where crm_entity_type in ('CONTACT', 'COMPANY') and crm_entity_id is not null
    union all
    select
        unbound.call_key,
        'phone' as record_match_method,
        persons.account,
        persons.party_type,
        persons.party_id,
        unbound.started_at
    from unbound
    inner join persons
        on unbound.phone_key = persons.phone_key

),

party_records as (

    select
        account,
        'LEAD' as party_type,
        record_id as party_id,
        record_key,
        created_at
    from records
    where record_type = 'lead' and contact_id is null
    union
    select
        account,
        'CONTACT' as party_type,
        contact_id as party_id,
        record_key,
        created_at
    from records
    where contact_id is not null
    union
    select
        records.account,
        'CONTACT' as party_type,
        links.contact_id as party_id,
        records.record_key,
        records.created_at
    from records
    inner join {{ ref('int_deal_contacts__linked') }} as links
        on records.account = links.account and records.record_id = links.deal_id
    where records.record_type = 'deal'
    union
    select
        account,
        'COMPANY' as party_type,
        company_id as party_id,
        record_key,
        created_at
    from records
    where company_id is not null

),

-- Both in one order of time, so that thousands of calls of a party meet thousands of its records
-- without each meeting each. A clock may be five minutes off.
ordered as (

    select
        account,
        party_type,
        party_id,
        record_key,
        null::bigint as call_key,
        null::text as record_match_method,
        created_at as moment
    from party_records
    union all
    select
        account,
        party_type,
        party_id,
        null as record_key,
        call_key,
        record_match_method,
        started_at - interval '5 minutes' as moment
    from by_party

),

numbered as (

    select
        ordered.*,
        count(record_key) over (
            partition by account, party_type, party_id
            order by moment asc, record_key asc nulls first, call_key asc
        ) as record_no
    from ordered

),

by_time as (

    select
        calls.call_key,
        calls.record_match_method,
        case
            when led.moment <= calls.moment + interval '1 day 5 minutes' then led.record_key
            when latest.moment >= calls.moment - interval '90 days' then latest.record_key
        end as record_key
    from numbered as calls
    left join numbered as led
        on
            calls.account = led.account
            and calls.party_type = led.party_type
            and calls.party_id = led.party_id
            and led.record_key is not null
            and calls.record_no + 1 = led.record_no
    left join numbered as latest
        on
            calls.account = latest.account
            and calls.party_type = latest.party_type
            and calls.party_id = latest.party_id
            and latest.record_key is not null
            and calls.record_no = latest.record_no
    where calls.call_key is not null

),

found as (

    select
        call_key,
        record_key,
        'crm_lead' as record_match_method
    from by_lead
    union all
    select
        call_key,
        record_key,
        record_match_method
    from by_time
    where record_key is not null

),

first_deals as (

    select distinct on (lead_key)
        lead_key,
        record_key as deal_key
    from records
    where record_type = 'deal' and lead_key is not null
    order by lead_key asc, created_at asc, record_key asc

),

known_leads as (

    select record_key as lead_key
    from records
    where record_type = 'lead'

)

select
    found.call_key,
    found.record_key,
    found.record_match_method,
    coalesce(
        case when records.record_type = 'lead' then records.record_key end, known_leads.lead_key, -1
    ) as lead_key,
    coalesce(
        case when records.record_type = 'deal' then records.record_key end,
        first_deals.deal_key,
        -1
    ) as deal_key,
    records.customer_key,
    records.created_at as record_created_at
from found
inner join records
    on found.record_key = records.record_key
left join known_leads
    on records.lead_key = known_leads.lead_key
left join first_deals
    on records.record_type = 'lead' and records.record_key = first_deals.lead_key
