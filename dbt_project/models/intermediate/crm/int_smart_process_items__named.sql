{{ config(materialized='view') }}
select
    items.*, -- noqa: AM04
    responsibles.user_name as responsible_name,
    responsibles.department_id as responsible_department_id,
    responsibles.department_name as responsible_department_name,
    creators.user_name as created_by_name,
    updaters.user_name as updated_by_name,
    movers.user_name as moved_by_name,
    companies.company_name,
    own_companies.company_name as own_company_name,
    pipelines.pipeline_name,
    coalesce(stages.stage_name, items.stage_id) as stage_name,
    stages.stage_meaning_code,
    coalesce(sources.status_name, items.source_id) as source_name,
    round(items.item_amount * rates.reporting_rate, 2) as item_reporting_amount,
    round(items.tax_amount * rates.reporting_rate, 2) as tax_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('stg_bitrix24__smart_process_items') }} as items
left join {{ ref('int_users__placed') }} as responsibles
    on items.account = responsibles.account and items.responsible_id = responsibles.user_id
left join {{ ref('int_users__placed') }} as creators
    on items.account = creators.account and items.created_by_id = creators.user_id
left join {{ ref('int_users__placed') }} as updaters
    on items.account = updaters.account and items.updated_by_id = updaters.user_id
left join {{ ref('int_users__placed') }} as movers
    on items.account = movers.account and items.moved_by_id = movers.user_id
left join {{ ref('stg_bitrix24__companies') }} as companies
    on items.account = companies.account and items.company_id = companies.company_id
left join {{ ref('stg_bitrix24__companies') }} as own_companies
    on
        items.account = own_companies.account
        and items.own_company_id = own_companies.company_id
left join {{ ref('stg_bitrix24__pipelines') }} as pipelines
    on
        items.account = pipelines.account
        and items.entity_type_id = pipelines.entity_type_id
        and items.pipeline_id = pipelines.pipeline_id
left join {{ ref('int_stages__listed') }} as stages
    on
        items.account = stages.account
        and items.entity_type_id = stages.entity_type_id
        and items.stage_id = stages.stage_id
left join {{ ref('int_statuses__deduplicated') }} as sources
    on
        items.account = sources.account
        and sources.status_list = 'SOURCE'
        and items.source_id = sources.status_id
left join {{ ref('int_currency_rates__dated') }} as rates
    on
        items.currency_code = rates.currency_code
        and (items.created_at at time zone {{ company_timezone() }})::date >= rates.valid_from
        and (items.created_at at time zone {{ company_timezone() }})::date < rates.valid_before
