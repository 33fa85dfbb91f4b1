{{ config(materialized='view') }}
select
    invoices.*, -- noqa: AM04
    responsibles.user_name as responsible_name,
    responsibles.department_id as responsible_department_id,
    responsibles.department_name as responsible_department_name,
    creators.user_name as created_by_name,
    updaters.user_name as updated_by_name,
    movers.user_name as moved_by_name,
    companies.company_name,
    own_companies.company_name as own_company_name,
    pipelines.pipeline_name,
    coalesce(stages.stage_name, invoices.stage_id) as stage_name,
    stages.stage_meaning_code,
    coalesce(sources.status_name, invoices.source_id) as source_name,
    round(invoices.invoice_amount * rates.reporting_rate, 2) as invoice_reporting_amount,
    round(invoices.tax_amount * rates.reporting_rate, 2) as tax_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('stg_bitrix24__smart_invoices') }} as invoices
left join {{ ref('int_users__placed') }} as responsibles
    on invoices.account = responsibles.account and invoices.responsible_id = responsibles.user_id
left join {{ ref('int_users__placed') }} as creators
    on invoices.account = creators.account and invoices.created_by_id = creators.user_id
left join {{ ref('int_users__placed') }} as updaters
    on invoices.account = updaters.account and invoices.updated_by_id = updaters.user_id
left join {{ ref('int_users__placed') }} as movers
    on invoices.account = movers.account and invoices.moved_by_id = movers.user_id
left join {{ ref('stg_bitrix24__companies') }} as companies
    on invoices.account = companies.account and invoices.company_id = companies.company_id
left join {{ ref('stg_bitrix24__companies') }} as own_companies
    on
        invoices.account = own_companies.account
        and invoices.own_company_id = own_companies.company_id
left join {{ ref('stg_bitrix24__pipelines') }} as pipelines
    on
        invoices.account = pipelines.account
        and pipelines.entity_type_id = '31'
        and invoices.pipeline_id = pipelines.pipeline_id
left join {{ ref('int_stages__listed') }} as stages
    on
        invoices.account = stages.account
        and stages.entity_type_id = '31'
        and invoices.stage_id = stages.stage_id
left join {{ ref('int_statuses__deduplicated') }} as sources
    on
        invoices.account = sources.account
        and sources.status_list = 'SOURCE'
        and invoices.source_id = sources.status_id
left join {{ ref('int_currency_rates__dated') }} as rates
    on
        invoices.currency_code = rates.currency_code
        and (invoices.created_at at time zone {{ company_timezone() }})::date >= rates.valid_from
        and (invoices.created_at at time zone {{ company_timezone() }})::date < rates.valid_before
