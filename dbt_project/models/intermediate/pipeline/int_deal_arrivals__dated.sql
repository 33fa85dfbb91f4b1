-- When and where each deal came into the pipeline, and its first win, if any.
with firsts as (

    select distinct on (record_key)
        record_key,
        account,
        pipeline_id,
        entered_on as arrived_on
    from {{ ref('int_deal_stays__completed') }}
    order by record_key asc, stay_no asc

),

wins as (

    select
        record_key,
        min(entered_on) as won_on
    from {{ ref('int_deal_stays__completed') }}
    where stage_semantic = 'S'
    group by record_key

)

select
    firsts.record_key,
    firsts.account,
    firsts.pipeline_id,
    firsts.arrived_on,
    wins.won_on,
    won_days.working_day_no - arrived_days.working_day_no as working_days_to_win
from firsts
left join wins
    on firsts.record_key = wins.record_key
inner join {{ ref('int_calendar_days__numbered') }} as arrived_days
    on firsts.arrived_on = arrived_days.date_on
left join {{ ref('int_calendar_days__numbered') }} as won_days
    on wins.won_on = won_days.date_on
