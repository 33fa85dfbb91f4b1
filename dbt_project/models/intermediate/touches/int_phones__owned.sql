-- Whose a phone is: contacts and companies as the CRM holds them and as telephony knows who called
-- from it, and leads that have neither. A number of two customers is an office's and nobody's. A
-- lead makes no second customer: one person may leave many.
with owners as (

    select
        jsonb_array_elements_text(phone_keys)::bigint as phone_key,
        account,
        'contact' as party_type,
        contact_id as party_id
    from {{ ref('stg_bitrix24__contacts') }}
    where _deleted_at is null
    union
    select
        jsonb_array_elements_text(phone_keys)::bigint as phone_key,
        account,
        'company' as party_type,
        company_id as party_id
    from {{ ref('stg_bitrix24__companies') }}
    where _deleted_at is null
    union
    select
        jsonb_array_elements_text(phone_keys)::bigint as phone_key,
        account,
        'lead' as party_type,
        lead_id as party_id
    from {{ ref('stg_bitrix24__leads') }}
    union
    select
        phone_key,
        bitrix24_account as account,
        lower(crm_entity_type) as party_type,
        crm_entity_id as party_id
    from {{ ref('int_calls__united') }}
    where
        phone_key is not null
        and crm_entity_type in ('CONTACT', 'COMPANY', 'LEAD')
        and crm_entity_id is not null

),

led as (

    select distinct
        owners.phone_key,
        owners.account,
        coalesce(leads.customer_type, owners.party_type) as party_type,
        coalesce(leads.customer_id, owners.party_id) as party_id
    from owners
    left join {{ ref('int_crm_records__classified') }} as leads
        on
            owners.party_type = 'lead'
            and leads.record_type = 'lead'
            and owners.account = leads.account
            and owners.party_id = leads.record_id
    where owners.party_type <> 'lead' or leads.left_out_reason is null

),

-- Whose people a contact is of; the company's own legal entity is no customer.
employers as (

    select
        links.account,
        links.contact_id,
        links.company_id
    from {{ ref('int_contact_companies__linked') }} as links
    inner join {{ ref('stg_bitrix24__companies') }} as companies
        on links.account = companies.account and links.company_id = companies.company_id
    where
        links.is_primary
        and links._deleted_at is null
        and companies._deleted_at is null
        and not coalesce(companies.is_own_company, false)

),

keyed as (

    select
        led.phone_key,
        led.account,
        led.party_type,
        {{ surrogate_key(['led.party_type', 'led.account', 'led.party_id']) }} as party_key,
        case
            when led.party_type = 'contact' and employers.company_id is not null
                then {{ surrogate_key(["'company'", 'led.account', 'employers.company_id']) }}
            when led.party_type <> 'lead'
                then {{ surrogate_key(['led.party_type', 'led.account', 'led.party_id']) }}
        end as customer_key
    from led
    left join employers
        on
            led.party_type = 'contact'
            and led.account = employers.account
            and led.party_id = employers.contact_id

),

named as (

    select
        phone_key,
        account,
        case
            when count(customer_key) = 1
                then min(party_key) filter (where customer_key is not null)
            when count(customer_key) > 1 then min(customer_key)
            else {{ surrogate_key(["'phone'", 'account', 'phone_key']) }}
        end as person_key
    from keyed
    group by phone_key, account
    having count(distinct customer_key) <= 1

)

select
    keyed.phone_key,
    keyed.party_type,
    keyed.party_key,
    named.person_key
from keyed
inner join named
    on keyed.phone_key = named.phone_key and keyed.account = named.account
