{{ config(materialized='view') }}
-- The dictionaries that hold stages, told from the rest by their names.
with placed as (

    select
        account,
        case
            when status_list = 'STATUS' then '1'
            when status_list = 'INVOICE_STATUS' then '5'
            when status_list = 'QUOTE_STATUS' then '7'
            when status_list like 'DEAL_STAGE%' then '2'
            when status_list like 'SMART_INVOICE_STAGE%' then '31'
            when status_list like 'SMART_DOCUMENT_STAGE%' then '36'
            else substring(status_list from '^DYNAMIC_([0-9]+)_STAGE')
        end as entity_type_id,
        case
            when status_list = 'DEAL_STAGE' then '0'
            else substring(status_list from '_STAGE_([0-9]+)$')
        end as pipeline_id,
        status_id as stage_id,
        status_name as stage_name,
        status_semantic as stage_semantic,
        outcome_code,
        sort_order,
        is_listed
    from {{ ref('int_statuses__deduplicated') }}
    where
        status_list in ('STATUS', 'QUOTE_STATUS', 'INVOICE_STATUS', 'DEAL_STAGE')
        or status_list ~ '^(DEAL|SMART_INVOICE|SMART_DOCUMENT|DYNAMIC_[0-9]+)_STAGE_[0-9]+$'

)

select
    placed.account,
    placed.entity_type_id,
    placed.pipeline_id,
    pipelines.pipeline_name,
    placed.stage_id,
    placed.stage_name,
    placed.stage_semantic,
    case placed.stage_semantic when 'S' then 'won' when 'F' then 'lost' else 'in_progress' end
        as stage_meaning_code,
    placed.outcome_code,
    placed.sort_order,
    placed.is_listed
from placed
left join {{ ref('stg_bitrix24__pipelines') }} as pipelines
    on
        placed.account = pipelines.account
        and placed.entity_type_id = pipelines.entity_type_id
        and placed.pipeline_id = pipelines.pipeline_id
