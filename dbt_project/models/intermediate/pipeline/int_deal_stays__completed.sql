-- Where each deal that counts stood and until when, up to the last complete day. Stage history
-- tells it; where it begins late or lacks the present stage, the deal itself fills the gap:
-- unknown stage from its creation on, present stage from its closing or last move on.
with deals as (

    select
        records.record_key,
        records.account,
        records.record_id as deal_id,
        records.created_at,
        records.created_on,
        records.stage_id,
        records.stage_semantic,
        deals.pipeline_id,
        -- a deal that ended nobody knows when is neither open nor won on any day
        case
            when
                records.stage_semantic = 'P' or closed.won_at is not null
                or closed.lost_at is not null
                then records.stage_semantic
        end as dated_semantic,
        coalesce(closed.won_at, closed.lost_at, deals.moved_at) as present_at
    from {{ ref('int_crm_records__classified') }} as records
    inner join {{ ref('stg_bitrix24__deals') }} as deals
        on records.account = deals.account and records.record_id = deals.deal_id
    left join {{ ref('int_deals__closed') }} as closed
        on records.account = closed.account and records.record_id = closed.deal_id
    where
        records.record_type = 'deal'
        and records.left_out_reason is null
        and records.created_on <= {{ as_of() }}

),

history as (

    select
        deals.record_key,
        entries.entry_no,
        entries.pipeline_id,
        entries.stage_id,
        entries.stage_semantic,
        entries.entered_at,
        (entries.entered_at at time zone {{ company_timezone() }})::date as entered_on,
        entries.left_at is null as is_last
    from {{ ref('int_deal_stages__sequenced') }} as entries
    inner join deals
        on entries.account = deals.account and entries.deal_id = deals.deal_id

),

beginnings as (

    select
        record_key,
        min(entered_on) as first_entered_on
    from history
    group by record_key

),

entries as (

    select
        record_key,
        entry_no,
        pipeline_id,
        stage_id,
        stage_semantic,
        entered_at
    from history
    union all
    select
        deals.record_key,
        0 as entry_no,
        deals.pipeline_id,
        null as stage_id,
        'P' as stage_semantic,
        deals.created_at as entered_at
    from deals
    left join beginnings
        on deals.record_key = beginnings.record_key
    where beginnings.first_entered_on is null or beginnings.first_entered_on > deals.created_on
    union all
    select
        deals.record_key,
        null as entry_no,
        deals.pipeline_id,
        deals.stage_id,
        deals.dated_semantic as stage_semantic,
        greatest(deals.present_at, history.entered_at, deals.created_at) as entered_at
    from deals
    left join history
        on deals.record_key = history.record_key and history.is_last
    where
        history.stage_semantic is distinct from deals.stage_semantic
        or (deals.stage_semantic = 'P' and history.stage_id is distinct from deals.stage_id)

),

dated as (

    select
        entries.*,
        (entered_at at time zone {{ company_timezone() }})::date as entered_on
    from entries

)

select
    dated.record_key,
    deals.account,
    deals.deal_id,
    dated.pipeline_id,
    dated.stage_id,
    dated.stage_semantic,
    dated.entered_at,
    dated.entered_on,
    row_number() over record_stays as stay_no,
    lead(dated.entered_at) over record_stays as left_at,
    lead(dated.entered_on) over record_stays as left_on
from dated
inner join deals
    on dated.record_key = deals.record_key
where dated.entered_on <= {{ as_of() }}
window record_stays as (
    partition by dated.record_key
    order by dated.entered_at asc, dated.entry_no asc nulls last
)
