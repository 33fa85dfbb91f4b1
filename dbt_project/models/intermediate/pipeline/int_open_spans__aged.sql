-- The days on whose evening a deal stood open in a stage, cut where it grows into the next bucket
-- of age. A stay that began and ended on one day has no evening and no row.
with stays as (

    select
        record_key,
        account,
        pipeline_id,
        stage_id,
        stage_semantic,
        entered_on,
        coalesce(left_on - 1, {{ as_of() }}) as last_on,
        min(entered_on) filter (where stage_semantic = 'S') over (
            partition by record_key
            order by stay_no asc
            rows between 1 following and unbounded following
        ) as won_on
    from {{ ref('int_deal_stays__completed') }}

)

select
    stays.record_key,
    stays.account,
    stays.pipeline_id,
    stays.stage_id,
    buckets.age_bucket_code,
    stays.entered_on,
    stays.entered_on + buckets.from_days as first_on,
    least(stays.last_on, stays.entered_on + buckets.through_days) as last_on,
    stays.won_on,
    won_days.working_day_no as won_no
from stays
inner join {{ ref('stage_age_buckets') }} as buckets
    on stays.last_on - stays.entered_on >= buckets.from_days
left join {{ ref('int_calendar_days__numbered') }} as won_days
    on stays.won_on = won_days.date_on
where stays.stage_semantic = 'P'
