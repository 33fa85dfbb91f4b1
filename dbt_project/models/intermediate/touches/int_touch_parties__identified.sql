-- Whose a touch is, by the first step of the ladder that knows somebody: the CRM's own record, what
-- telephony bound the call to, the phone, an advertising click id that the CRM holds too, the
-- browser of another touch. A step that leads to two customers names neither. What a contact does
-- is done for its companies too.
with touches as (

    select
        touch_key,
        touch_kind_code,
        phone_key
    from {{ ref('int_touches__collected') }}

),

bound as (

    select
        call_key as touch_key,
        crm_entity_type,
        {{ surrogate_key(['lower(crm_entity_type)', 'bitrix24_account', 'crm_entity_id']) }}
            as party_key
    from {{ ref('int_calls__united') }}
    where crm_entity_id is not null and crm_entity_type in ('LEAD', 'CONTACT', 'COMPANY')

),

click_owners as (

    select
        ids.click_id_kind,
        ids.click_id,
        min(ids.record_key) as record_key
    from {{ ref('int_click_ids__collected') }} as ids
    inner join {{ ref('int_record_parties__listed') }} as parties
        on ids.record_key = parties.record_key and parties.record_key = parties.party_key
    where ids.is_own
    group by ids.click_id_kind, ids.click_id
    having count(distinct parties.person_key) = 1

),

named as (

    select
        touches.touch_key,
        parties.party_key,
        parties.person_key,
        1 as step,
        'crm_record' as match_method
    from touches
    inner join {{ ref('int_record_parties__listed') }} as parties
        on touches.touch_key = parties.record_key
    union all
    select
        bound.touch_key,
        parties.party_key,
        parties.person_key,
        2 as step,
        'crm_lead' as match_method
    from bound
    inner join {{ ref('int_record_parties__listed') }} as parties
        on bound.party_key = parties.record_key
    where bound.crm_entity_type = 'LEAD'
    union all
    select
        touch_key,
        party_key,
        party_key as person_key,
        3 as step,
        'crm_customer' as match_method
    from bound
    where crm_entity_type <> 'LEAD'
    union all
    select
        touches.touch_key,
        phones.party_key,
        phones.person_key,
        4 as step,
        'phone' as match_method
    from touches
    inner join {{ ref('int_phones__owned') }} as phones
        on touches.phone_key = phones.phone_key
    union all
    select
        touches.touch_key,
        parties.party_key,
        parties.person_key,
        5 as step,
        'click_id' as match_method
    from touches
    inner join {{ ref('int_click_ids__collected') }} as ids
        on touches.touch_key = ids.record_key
    inner join click_owners
        on ids.click_id_kind = click_owners.click_id_kind and ids.click_id = click_owners.click_id
    inner join {{ ref('int_record_parties__listed') }} as parties
        on click_owners.record_key = parties.record_key
    where ids.is_own and touches.touch_kind_code not in ('lead', 'deal')

),

visitor_owners as (

    select
        visitors.visitor_key,
        min(named.person_key) as person_key
    from {{ ref('int_visitors__listed') }} as visitors
    inner join named
        on visitors.touch_key = named.touch_key
    group by visitors.visitor_key
    having count(distinct named.person_key) = 1

),

known as (

    select distinct
        person_key,
        party_key
    from named

),

stepped as (

    select * from named
    union all
    select
        visitors.touch_key,
        known.party_key,
        known.person_key,
        6 as step,
        'client_id' as match_method
    from {{ ref('int_visitors__listed') }} as visitors
    inner join touches
        on visitors.touch_key = touches.touch_key
    inner join visitor_owners
        on visitors.visitor_key = visitor_owners.visitor_key
    inner join known
        on visitor_owners.person_key = known.person_key

),

first_steps as (

    select
        touch_key,
        min(step) as step
    from stepped
    group by touch_key

),

chosen as (

    select
        stepped.touch_key,
        stepped.party_key,
        min(stepped.person_key) over (partition by stepped.touch_key) as person_key,
        stepped.step,
        stepped.match_method
    from stepped
    inner join first_steps
        on stepped.touch_key = first_steps.touch_key and stepped.step = first_steps.step

),

employers as (

    select distinct
        {{ surrogate_key(["'contact'", 'account', 'contact_id']) }} as contact_key,
        {{ surrogate_key(["'company'", 'account', 'company_id']) }} as company_key
    from {{ ref('int_contact_companies__linked') }}
    where _deleted_at is null

)

select
    touch_key,
    party_key,
    person_key,
    step,
    match_method
from chosen
union
select
    chosen.touch_key,
    employers.company_key as party_key,
    chosen.person_key,
    chosen.step,
    chosen.match_method
from chosen
inner join employers
    on chosen.party_key = employers.contact_key
