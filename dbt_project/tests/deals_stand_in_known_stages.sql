-- Every deal stands in a stage of dim_stage, and is won when the meaning of its stage is, whatever
-- the stage is called.
select deals.deal_key
from {{ ref('fct_deals') }} as deals
inner join {{ ref('int_crm_records__classified') }} as records
    on deals.deal_key = records.record_key
left join {{ ref('dim_stage') }} as stages
    on deals.stage_key = stages.stage_key
where
    stages.stage_key is null
    or (records.stage_id is not null and stages.stage_key = -1)
    or deals.is_won <> coalesce(records.stage_semantic = 'S', false)
