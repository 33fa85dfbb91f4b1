{{ config(materialized='view') }}
select
    contacts.*, -- noqa: AM04
    responsibles.user_name as responsible_name,
    responsibles.department_id as responsible_department_id,
    responsibles.department_name as responsible_department_name,
    creators.user_name as created_by_name,
    updaters.user_name as updated_by_name,
    companies.company_name,
    coalesce(sources.status_name, contacts.source_id) as source_name,
    coalesce(contact_types.status_name, contacts.contact_type_id) as contact_type_name
from {{ ref('stg_bitrix24__contacts') }} as contacts
left join {{ ref('int_users__placed') }} as responsibles
    on contacts.account = responsibles.account and contacts.responsible_id = responsibles.user_id
left join {{ ref('int_users__placed') }} as creators
    on contacts.account = creators.account and contacts.created_by_id = creators.user_id
left join {{ ref('int_users__placed') }} as updaters
    on contacts.account = updaters.account and contacts.updated_by_id = updaters.user_id
left join {{ ref('stg_bitrix24__companies') }} as companies
    on contacts.account = companies.account and contacts.company_id = companies.company_id
left join {{ ref('int_statuses__deduplicated') }} as sources
    on
        contacts.account = sources.account
        and sources.status_list = 'SOURCE'
        and contacts.source_id = sources.status_id
left join {{ ref('int_statuses__deduplicated') }} as contact_types
    on
        contacts.account = contact_types.account
        and contact_types.status_list = 'CONTACT_TYPE'
        and contacts.contact_type_id = contact_types.status_id
