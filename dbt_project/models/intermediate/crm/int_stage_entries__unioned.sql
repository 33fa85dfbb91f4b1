{{ config(materialized='view') }}
-- Histories of every kind of record under one head; a kind whose record has no history (a quote)
-- has no rows. An entry ends where the next one of the same record begins.
with unioned as (

    select
        '2' as entity_type_id,
        account,
        entry_id,
        deal_id as record_id,
        pipeline_id,
        stage_id,
        stage_semantic,
        entry_kind_code,
        entry_no,
        entered_at,
        _deleted_at
    from {{ ref('stg_bitrix24__deal_stage_history') }}
    union all
    select
        '1' as entity_type_id,
        account,
        entry_id,
        lead_id as record_id,
        null as pipeline_id,
        stage_id,
        stage_semantic,
        entry_kind_code,
        entry_no,
        entered_at,
        _deleted_at
    from {{ ref('stg_bitrix24__lead_stage_history') }}
    union all
    select
        '31' as entity_type_id,
        account,
        entry_id,
        smart_invoice_id as record_id,
        pipeline_id,
        stage_id,
        stage_semantic,
        entry_kind_code,
        entry_no,
        entered_at,
        _deleted_at
    from {{ ref('stg_bitrix24__smart_invoice_stage_history') }}
    union all
    select
        entity_type_id,
        account,
        entry_id,
        item_id as record_id,
        pipeline_id,
        stage_id,
        stage_semantic,
        entry_kind_code,
        entry_no,
        entered_at,
        _deleted_at
    from {{ ref('stg_bitrix24__smart_process_stage_history') }}

)

select
    account,
    entity_type_id,
    record_id,
    entry_id,
    pipeline_id,
    stage_id,
    stage_semantic,
    entry_kind_code,
    entered_at,
    row_number() over record_entries as entry_no,
    lead(entered_at) over record_entries as left_at
from unioned
where _deleted_at is null
window record_entries as (
    partition by account, entity_type_id, record_id
    order by entered_at asc, entry_no asc
)
