-- Names of people stay in the CRM: a contact is shown by its number.
with referred as (

    select
        customer_key,
        account,
        customer_type,
        customer_id,
        min(created_on) as first_record_on
    from {{ ref('int_crm_records__classified') }}
    where customer_key <> -1 and left_out_reason is null
    group by customer_key, account, customer_type, customer_id

),

won as (

    select
        records.customer_key,
        min(closed.won_on) as first_won_on,
        max(closed.won_on) as last_won_on
    from {{ ref('int_crm_records__classified') }} as records
    inner join {{ ref('int_deals__closed') }} as closed
        on records.account = closed.account and records.record_id = closed.deal_id
    where
        records.record_type = 'deal'
        and records.left_out_reason is null
        and closed.is_won
    group by records.customer_key

)

select
    referred.customer_key,
    referred.account,
    referred.customer_type,
    referred.customer_id,
    coalesce(
        companies.company_name,
        case referred.customer_type when 'company' then 'Компания ' else 'Контакт ' end
        || referred.customer_id
    ) as customer_name,
    referred.first_record_on,
    won.first_won_on,
    won.last_won_on,
    coalesce(companies._deleted_at, contacts._deleted_at) is not null as is_deleted
from referred
left join {{ ref('stg_bitrix24__companies') }} as companies
    on
        referred.customer_type = 'company'
        and referred.account = companies.account
        and referred.customer_id = companies.company_id
left join {{ ref('stg_bitrix24__contacts') }} as contacts
    on
        referred.customer_type = 'contact'
        and referred.account = contacts.account
        and referred.customer_id = contacts.contact_id
left join won
    on referred.customer_key = won.customer_key
union all
select
    -1 as customer_key,
    '' as account,
    'unknown' as customer_type,
    '' as customer_id,
    'Не определён' as customer_name,
    null as first_record_on,
    null as first_won_on,
    null as last_won_on,
    false as is_deleted
