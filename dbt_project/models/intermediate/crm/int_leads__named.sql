{{ config(materialized='view') }}
select
    leads.*, -- noqa: AM04
    responsibles.user_name as responsible_name,
    responsibles.department_id as responsible_department_id,
    responsibles.department_name as responsible_department_name,
    creators.user_name as created_by_name,
    updaters.user_name as updated_by_name,
    movers.user_name as moved_by_name,
    companies.company_name as linked_company_name,
    coalesce(stages.stage_name, leads.stage_id) as stage_name,
    stages.stage_meaning_code,
    coalesce(sources.status_name, leads.source_id) as source_name
from {{ ref('stg_bitrix24__leads') }} as leads
left join {{ ref('int_users__placed') }} as responsibles
    on leads.account = responsibles.account and leads.responsible_id = responsibles.user_id
left join {{ ref('int_users__placed') }} as creators
    on leads.account = creators.account and leads.created_by_id = creators.user_id
left join {{ ref('int_users__placed') }} as updaters
    on leads.account = updaters.account and leads.updated_by_id = updaters.user_id
left join {{ ref('int_users__placed') }} as movers
    on leads.account = movers.account and leads.moved_by_id = movers.user_id
left join {{ ref('stg_bitrix24__companies') }} as companies
    on leads.account = companies.account and leads.company_id = companies.company_id
left join {{ ref('int_stages__listed') }} as stages
    on
        leads.account = stages.account
        and stages.entity_type_id = '1'
        and leads.stage_id = stages.stage_id
left join {{ ref('int_statuses__deduplicated') }} as sources
    on
        leads.account = sources.account
        and sources.status_list = 'SOURCE'
        and leads.source_id = sources.status_id
