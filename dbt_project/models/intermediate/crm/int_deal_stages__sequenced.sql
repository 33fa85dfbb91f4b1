-- An entry ends where the next one of the same deal begins; the last one has no end yet.
with sequenced as (

    select
        account,
        entry_id,
        deal_id,
        pipeline_id,
        stage_id,
        stage_semantic,
        entered_at,
        row_number() over deal_entries as entry_no,
        lead(entered_at) over deal_entries as left_at
    from {{ ref('stg_bitrix24__deal_stage_history') }}
    where _deleted_at is null
    window deal_entries as (
        partition by account, deal_id
        order by entered_at asc, entry_no asc
    )

)

select
    sequenced.*,
    extract(epoch from left_at - entered_at)::bigint as duration_seconds
from sequenced
