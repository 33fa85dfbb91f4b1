{{ config(materialized='view') }}
-- With the user who was responsible at that moment, where the snapshot watches the record (leads
-- and deals); the present one of an invoice or an item of a smart process.
with versions as (

    select
        records.account,
        case records.record_type when 'lead' then '1' else '2' end as entity_type_id,
        records.record_id,
        history.responsible_id,
        case
            when
                row_number()
                    over (partition by history.record_key order by history.dbt_valid_from)
                = 1
                then '-infinity'::timestamptz
            else history.dbt_valid_from at time zone 'UTC'
        end as valid_from,
        coalesce(history.dbt_valid_to at time zone 'UTC', 'infinity'::timestamptz) as valid_before
    from {{ ref('responsible_history') }} as history
    inner join {{ ref('int_crm_records__classified') }} as records
        on history.record_key = records.record_key
    union all
    select
        account,
        '31' as entity_type_id,
        smart_invoice_id as record_id,
        responsible_id,
        '-infinity'::timestamptz as valid_from,
        'infinity'::timestamptz as valid_before
    from {{ ref('stg_bitrix24__smart_invoices') }}
    union all
    select
        account,
        entity_type_id,
        item_id as record_id,
        responsible_id,
        '-infinity'::timestamptz as valid_from,
        'infinity'::timestamptz as valid_before
    from {{ ref('stg_bitrix24__smart_process_items') }}

)

select
    entries.account,
    entries.entity_type_id,
    entries.record_id,
    entries.entry_id,
    entries.entry_no,
    entries.entry_kind_code,
    entries.pipeline_id,
    pipelines.pipeline_name,
    entries.stage_id,
    coalesce(stages.stage_name, entries.stage_id) as stage_name,
    entries.stage_semantic,
    case entries.stage_semantic when 'S' then 'won' when 'F' then 'lost' else 'in_progress' end
        as stage_meaning_code,
    versions.responsible_id,
    users.user_name as responsible_name,
    users.department_id as responsible_department_id,
    users.department_name as responsible_department_name,
    entries.entered_at,
    entries.left_at,
    extract(epoch from entries.left_at - entries.entered_at)::bigint as duration_seconds
from {{ ref('int_stage_entries__unioned') }} as entries
left join versions
    on
        entries.account = versions.account
        and entries.entity_type_id = versions.entity_type_id
        and entries.record_id = versions.record_id
        and entries.entered_at >= versions.valid_from
        and entries.entered_at < versions.valid_before
left join {{ ref('int_users__placed') }} as users
    on entries.account = users.account and versions.responsible_id = users.user_id
left join {{ ref('stg_bitrix24__pipelines') }} as pipelines
    on
        entries.account = pipelines.account
        and entries.entity_type_id = pipelines.entity_type_id
        and entries.pipeline_id = pipelines.pipeline_id
left join {{ ref('int_stages__listed') }} as stages
    on
        entries.account = stages.account
        and entries.entity_type_id = stages.entity_type_id
        and entries.stage_id = stages.stage_id
