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
    entries.left_at is null as is_present_stage
from {{ ref('int_deal_stages__sequenced') }} as entries
inner join {{ ref('fct_deals') }} as deals
    on entries.account = deals.account and entries.deal_id = deals.deal_id
left join {{ ref('dim_stage') }} as stages
    on
        entries.account = stages.account
        and stages.record_type = 'deal'
        and entries.stage_id = stages.stage_id
