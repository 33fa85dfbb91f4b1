{{ config(materialized='view') }}
select
    companies.*, -- noqa: AM04
    responsibles.user_name as responsible_name,
    responsibles.department_id as responsible_department_id,
    responsibles.department_name as responsible_department_name,
    creators.user_name as created_by_name,
    updaters.user_name as updated_by_name,
    coalesce(company_types.status_name, companies.company_type_id) as company_type_name,
    coalesce(industries.status_name, companies.industry_id) as industry_name,
    coalesce(employee_ranges.status_name, companies.employee_range_id) as employee_range_name
from {{ ref('stg_bitrix24__companies') }} as companies
left join {{ ref('int_users__placed') }} as responsibles
    on companies.account = responsibles.account and companies.responsible_id = responsibles.user_id
left join {{ ref('int_users__placed') }} as creators
    on companies.account = creators.account and companies.created_by_id = creators.user_id
left join {{ ref('int_users__placed') }} as updaters
    on companies.account = updaters.account and companies.updated_by_id = updaters.user_id
left join {{ ref('int_statuses__deduplicated') }} as company_types
    on
        companies.account = company_types.account
        and company_types.status_list = 'COMPANY_TYPE'
        and companies.company_type_id = company_types.status_id
left join {{ ref('int_statuses__deduplicated') }} as industries
    on
        companies.account = industries.account
        and industries.status_list = 'INDUSTRY'
        and companies.industry_id = industries.status_id
left join {{ ref('int_statuses__deduplicated') }} as employee_ranges
    on
        companies.account = employee_ranges.account
        and employee_ranges.status_list = 'EMPLOYEES'
        and companies.employee_range_id = employee_ranges.status_id
