-- Where a stage stands in its pipeline: those in progress in the portal's order, then success.
with positions as (

    select
        stage_key,
        row_number() over (
            partition by account, pipeline_id
            order by stage_semantic = 'S' asc, sort_order asc, stage_id asc
        ) as stage_position
    from {{ ref('dim_stage') }}
    where record_type = 'deal' and is_listed and stage_semantic in ('P', 'S')

)

select
    {{ surrogate_key(['entries.account', 'entries.entry_id']) }} as deal_stage_key,
    deals.deal_key,
    coalesce(stages.stage_key, -1) as stage_key,
    {{ date_key('(entries.entered_at at time zone ' ~ company_timezone() ~ ')::date') }}
        as entered_date_key,
    entries.account,
    entries.entry_id,
    entries.pipeline_id,
    entries.stage_semantic,
    entries.entry_no::integer as entry_no,
    entries.entered_at,
    entries.left_at,
    entries.duration_seconds,
    entries.left_at is null as is_present_stage,
    row_number() over (
        partition by entries.account, entries.deal_id, entries.stage_id
        order by entries.entry_no
    ) = 1 as is_first_entry,
    coalesce(
        entries.stage_semantic = 'P'
        and lag(entries.stage_semantic) over deal_entries in ('S', 'F'),
        false
    ) as is_reopening,
    coalesce(
        case
            when entries.pipeline_id = lag(entries.pipeline_id) over deal_entries
                then greatest(
                    positions.stage_position - lag(positions.stage_position) over deal_entries - 1,
                    0
                )
        end,
        0
    ) as skipped_stages_count
from {{ ref('int_deal_stages__sequenced') }} as entries
inner join {{ ref('fct_deals') }} as deals
    on entries.account = deals.account and entries.deal_id = deals.deal_id
left join {{ ref('dim_stage') }} as stages
    on
        entries.account = stages.account
        and stages.record_type = 'deal'
        and entries.stage_id = stages.stage_id
left join positions
    on stages.stage_key = positions.stage_key
window deal_entries as (
    partition by entries.account, entries.deal_id
    order by entries.entry_no
)
