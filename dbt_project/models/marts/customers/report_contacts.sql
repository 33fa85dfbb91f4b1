-- Every contact of the portal on one line, with the leads and deals whose first contact it is.
-- Names of people stay in the CRM.
with records as (

    select
        records.account,
        records.contact_id,
        count(*) filter (where records.record_type = 'lead') as leads_count,
        count(*) filter (where records.record_type = 'deal') as deals_count,
        count(*) filter (where not deals.is_won and not deals.is_lost) as open_deals_count,
        count(*) filter (where deals.is_won) as won_deals_count,
        count(*) filter (where deals.is_lost) as lost_deals_count,
        min(records.created_on) as first_record_on,
        max(records.created_on) as last_record_on,
        min(deals.won_on) as first_won_on,
        max(deals.won_on) as last_won_on,
        coalesce(sum(deals.revenue_reporting_amount), 0) as revenue_reporting_amount
    from {{ ref('int_crm_records__classified') }} as records
    left join {{ ref('fct_deals') }} as deals
        on records.record_key = deals.deal_key
    where records.left_out_reason is null and records.contact_id is not null
    group by records.account, records.contact_id

)

select
    {{ surrogate_key(["'contact'", 'contacts.account', 'contacts.contact_id']) }}
        as contact_key,
    coalesce(managers.manager_key, -1) as manager_key,
    contacts.account,
    contacts.contact_id,
    'Контакт ' || contacts.contact_id as contact_name,
    contacts.contact_type_name,
    contacts.source_name,
    contacts.company_name,
    coalesce(managers.manager_name, 'Не указан') as manager_name,
    coalesce(managers.department_name, 'Не указан') as department_name,
    (contacts.created_at at time zone {{ company_timezone() }})::date as created_on,
    records.first_record_on,
    records.last_record_on,
    records.first_won_on,
    records.last_won_on,
    coalesce(records.leads_count, 0) as leads_count,
    coalesce(records.deals_count, 0) as deals_count,
    coalesce(records.open_deals_count, 0) as open_deals_count,
    coalesce(records.won_deals_count, 0) as won_deals_count,
    coalesce(records.lost_deals_count, 0) as lost_deals_count,
    coalesce(records.revenue_reporting_amount, 0) as revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('int_contacts__named') }} as contacts
left join records
    on contacts.account = records.account and contacts.contact_id = records.contact_id
left join {{ ref('dim_manager') }} as managers
    on contacts.account = managers.account and contacts.responsible_id = managers.manager_id
where contacts._deleted_at is null
