-- Every company of the portal on one line, with its leads and deals. The company's own legal
-- entities are nobody's customer.
with records as (

    select
        records.account,
        records.customer_id as company_id,
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
    where records.left_out_reason is null and records.customer_type = 'company'
    group by records.account, records.customer_id

)

select
    {{ surrogate_key(["'company'", 'companies.account', 'companies.company_id']) }}
        as company_key,
    coalesce(managers.manager_key, -1) as manager_key,
    companies.account,
    companies.company_id,
    coalesce(companies.company_name, 'Компания ' || companies.company_id) as company_name,
    companies.company_type_name,
    companies.industry_name,
    coalesce(managers.manager_name, 'Не указан') as manager_name,
    coalesce(managers.department_name, 'Не указан') as department_name,
    (companies.created_at at time zone {{ company_timezone() }})::date as created_on,
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
from {{ ref('int_companies__named') }} as companies
left join records
    on companies.account = records.account and companies.company_id = records.company_id
left join {{ ref('dim_manager') }} as managers
    on companies.account = managers.account and companies.responsible_id = managers.manager_id
where companies._deleted_at is null and not companies.is_own_company
