{{ config(materialized='view') }}
select
    deals.*, -- noqa: AM04
    responsibles.user_name as responsible_name,
    responsibles.department_id as responsible_department_id,
    responsibles.department_name as responsible_department_name,
    creators.user_name as created_by_name,
    updaters.user_name as updated_by_name,
    movers.user_name as moved_by_name,
    companies.company_name,
    own_companies.company_name as own_company_name,
    pipelines.pipeline_name,
    coalesce(stages.stage_name, deals.stage_id) as stage_name,
    stages.stage_meaning_code,
    coalesce(sources.status_name, deals.source_id) as source_name,
    coalesce(deal_types.status_name, deals.deal_type_id) as deal_type_name,
    round(deals.deal_amount * rates.reporting_rate, 2) as deal_reporting_amount,
    round(deals.tax_amount * rates.reporting_rate, 2) as tax_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('stg_bitrix24__deals') }} as deals
left join {{ ref('int_users__placed') }} as responsibles
    on deals.account = responsibles.account and deals.responsible_id = responsibles.user_id
left join {{ ref('int_users__placed') }} as creators
    on deals.account = creators.account and deals.created_by_id = creators.user_id
left join {{ ref('int_users__placed') }} as updaters
    on deals.account = updaters.account and deals.updated_by_id = updaters.user_id
left join {{ ref('int_users__placed') }} as movers
    on deals.account = movers.account and deals.moved_by_id = movers.user_id
left join {{ ref('stg_bitrix24__companies') }} as companies
    on deals.account = companies.account and deals.company_id = companies.company_id
left join {{ ref('stg_bitrix24__companies') }} as own_companies
    on
        deals.account = own_companies.account
        and deals.own_company_id = own_companies.company_id
left join {{ ref('stg_bitrix24__pipelines') }} as pipelines
    on
        deals.account = pipelines.account
        and pipelines.entity_type_id = '2'
        and deals.pipeline_id = pipelines.pipeline_id
left join {{ ref('int_stages__listed') }} as stages
    on
        deals.account = stages.account
        and stages.entity_type_id = '2'
        and deals.stage_id = stages.stage_id
left join {{ ref('int_statuses__deduplicated') }} as sources
    on
        deals.account = sources.account
        and sources.status_list = 'SOURCE'
        and deals.source_id = sources.status_id
left join {{ ref('int_statuses__deduplicated') }} as deal_types
    on
        deals.account = deal_types.account
        and deal_types.status_list = 'DEAL_TYPE'
        and deals.deal_type_id = deal_types.status_id
left join {{ ref('int_currency_rates__dated') }} as rates
    on
        deals.currency_code = rates.currency_code
        and (deals.created_at at time zone {{ company_timezone() }})::date >= rates.valid_from
        and (deals.created_at at time zone {{ company_timezone() }})::date < rates.valid_before
