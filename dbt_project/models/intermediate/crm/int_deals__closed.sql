-- When a won or lost deal reached its present end: the last entry into that kind of stage, else
-- the last move, else the closing day, else nobody knows. What a deal once was does not count.
with last_entries as (

    select
        account,
        deal_id,
        stage_semantic,
        max(entered_at) as last_entered_at
    from {{ ref('int_deal_stages__sequenced') }}
    where stage_semantic in ('S', 'F')
    group by account, deal_id, stage_semantic

),

dated as (

    select
        deals.account,
        deals.deal_id,
        deals.stage_semantic,
        deals.close_on,
        coalesce(last_entries.last_entered_at, deals.moved_at) as moment,
        case
            when last_entries.last_entered_at is not null then 'stage_history'
            when deals.moved_at is not null then 'moved_time'
            when deals.close_on is not null then 'close_date'
            else 'unknown'
        end as method
    from {{ ref('stg_bitrix24__deals') }} as deals
    left join last_entries
        on
            deals.account = last_entries.account
            and deals.deal_id = last_entries.deal_id
            and deals.stage_semantic = last_entries.stage_semantic
    where deals.stage_semantic in ('S', 'F')

),

placed as (

    select
        account,
        deal_id,
        stage_semantic,
        method,
        coalesce(moment, close_on::timestamp at time zone {{ company_timezone() }}) as closed_at,
        coalesce((moment at time zone {{ company_timezone() }})::date, close_on) as closed_on
    from dated

)

select
    account,
    deal_id,
    stage_semantic = 'S' as is_won,
    case when stage_semantic = 'S' then closed_at end as won_at,
    case when stage_semantic = 'S' then closed_on end as won_on,
    case when stage_semantic = 'S' then method end as won_at_method,
    case when stage_semantic = 'F' then closed_at end as lost_at,
    case when stage_semantic = 'F' then closed_on end as lost_on,
    case when stage_semantic = 'F' then method end as lost_at_method
from placed
